"""Users: everybody who has ever signed in, for administrators; nobody types an account into being."""

from __future__ import annotations

from flask_admin.actions import action

from app import current
from app.admin import formatting
from app.admin.base import YesNoFilter
from app.admin.invitations import InvitingView
from app.domain.roles import ADMINISTRATOR, Action
from app.models import User
from app.services import disabling


class UserView(InvitingView):
    """Every user; deleting one disables them, creating one invites an administrator."""

    invitation_roles = {ADMINISTRATOR: "Administrator of this installation"}
    column_list = ("name", "email", "administrator_since", "disabled_at", "created_at")
    column_labels = {"email": "E-mail", "created_at": "Since"}
    column_editable_list = ("name",)
    column_searchable_list = ("name", "email")
    column_sortable_list = ("name", "email", "created_at")
    column_formatters = dict.fromkeys(
        ("administrator_since", "disabled_at", "created_at"), formatting.show_moment
    )
    column_filters = (
        YesNoFilter("Administrator", lambda: User.administrator_since.is_not(None)),
        YesNoFilter("Disabled", lambda: User.disabled_at.is_not(None)),
    )
    form_columns = ("name", "email")
    deletion_words = ("Disable", "disabled.")
    removal_grant = Action.ADMINISTER
    action_grants = {"enable": Action.ADMINISTER}

    def remove(self, row: User) -> None:
        disabling.disable(self.rows, row, by=self.actor, at=current.now())

    @action("enable", "Enable")
    def action_enable(self, ids: list[str]) -> None:
        """Let the ticked people sign in again."""
        self.each(ids, "enable", disabling.enable, "enabled.")
