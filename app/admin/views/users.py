"""Users: everybody who has ever signed in, for administrators; nobody types an account into being."""

from __future__ import annotations

from functools import partial

from flask import flash
from flask_admin.actions import action
from flask_babel import gettext, lazy_gettext
from wtforms import Form

from app import current
from app.admin import formatting
from app.admin.base import YesNoFilter
from app.admin.views.labels import LABELS
from app.admin.waiting import WaitingView
from app.domain import emails
from app.domain.errors import Invalid
from app.domain.roles import ADMINISTRATOR, Action
from app.domain.words import gettext_noop
from app.models import User
from app.services import disabling, staffing


class UserView(WaitingView):
    """Every user; deleting one disables them, creating one invites an administrator."""

    invitation_roles = {ADMINISTRATOR: gettext_noop("administrator of this installation")}
    column_list = ("name", "email", "administrator_since", "disabled_at", "created_at")
    column_labels = LABELS
    column_details_list = (*column_list, "identities", "memberships")
    column_editable_list = ("name",)
    column_searchable_list = ("name", "email")
    column_sortable_list = ("name", "email", "created_at")
    column_formatters = dict.fromkeys(
        ("administrator_since", "disabled_at", "created_at"), formatting.show_day
    )
    column_formatters_detail = {
        **column_formatters,
        "identities": formatting.show_identities,
        "memberships": formatting.show_memberships,
    }
    column_filters = (
        YesNoFilter(gettext_noop("Administrator"), lambda: User.administrator_since.is_not(None)),
        YesNoFilter(gettext_noop("Disabled"), lambda: User.disabled_at.is_not(None)),
    )
    form_columns = ("name", "email")
    deletion_words = (lazy_gettext("Disable"), lazy_gettext("%(what)s disabled."))
    deletion_questions = (lazy_gettext("Disable %(what)s?"), lazy_gettext("Disable the ticked %(things)s?"))
    deletion_consequence = lazy_gettext(
        "They are signed out everywhere, and come in again only once somebody enables them."
    )
    removal_grant = Action.ADMINISTER
    action_grants = {"enable": Action.ADMINISTER}

    def on_model_change(self, form: Form, model: User, is_created: bool) -> None:
        if "email" in form and not emails.is_address(model.email):
            raise Invalid({"email": gettext("Type an e-mail address such as anna@example.com.")})

    def remove(self, row: User) -> None:
        disabling.disable(self.rows, row, by=self.actor, at=current.now())

    def after_removal(self, rows: list[User]) -> None:
        places = sorted({str(place) for row in rows for place in staffing.left_without_owner(self.rows, row)})
        if places:
            few = formatting.few(places)
            flash(
                gettext("No owner can sign in any more at: %(places)s. Invite one from People.", places=few),
                "warning",
            )

    @action("enable", lazy_gettext("Enable"))
    def action_enable(self, ids: list[str]) -> None:
        """Let the ticked people sign in again."""
        enable = partial(disabling.enable, self.rows, by=self.actor, at=current.now())
        self.each(ids, "enable", enable, lazy_gettext("%(what)s enabled."))
