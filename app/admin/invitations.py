"""Views in which “New” invites: the link is mailed and shown once, and works once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from flask import request
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import OperationalError
from wtforms import EmailField, SelectField
from wtforms.validators import InputRequired

from app import current, limiting, mailing
from app.admin import letters
from app.admin.base import BackOfficeView, Relation
from app.admin.base.editing import Answer
from app.admin.base.relations import RelationField
from app.admin.base.saving import one_act
from app.admin.base.versions import posted
from app.domain.errors import Invalid
from app.domain.roles import Action
from app.models import Invitation
from app.policies import allows_anywhere, grantable, grantable_anywhere
from app.saying import headed
from app.services import awaiting, inviting


class InvitationForm(BaseForm):
    """Whom to invite, and as what."""

    email = EmailField(
        lazy_gettext("E-mail"),
        [InputRequired(lazy_gettext("Type the address that the person signs in with."))],
    )


class InvitingView(BackOfficeView):
    """A view whose rows begin as invitations."""

    new_words = lazy_gettext("New invitation")
    save_words = lazy_gettext("Save the invitation")
    can_add_another = False
    invitation_template = "backoffice/invitation.html"
    invitation_roles: ClassVar[dict[str, str]] = {}
    #: The role that is chosen at first: never the strongest by oversight.
    invitation_default: ClassVar[str | None] = None
    #: The restaurants to choose from; None: the invitation is for the whole installation.
    invitation_restaurants: ClassVar[Relation | None] = None

    @property
    def can_create(self) -> bool:
        return allows_anywhere(self.actor, self._grant_to_invite)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Answer:
        """Ask for an address and a role; show the link once."""
        self.demand(self.can_create)
        form = self._invitation_form()
        if request.method == "POST" and form.validate():
            try:
                return self.sent(lambda: self._invite(form))
            except Invalid as error:
                self.explain(form, error)
        return self._form_page(self.create_template, form, None)

    def sent(self, make: Callable[[], tuple[Invitation, str]]) -> Answer:
        """Store the invitation that `make` returns, mail its link and show it this once."""
        with one_act(self.rows):
            invitation, token = make()
            self.rows.flush()
            letter = letters.write(invitation, token, by=self.actor)
            # Only what would become one counts, and what is too much does not.
            limiting.count("invite")
        # From here on no transaction is open: a mail server may take its time.
        delivery = mailing.send(letter.mail)
        if delivery.is_handed_over:
            # What is shown matters more than what is noted.
            with suppress(OperationalError), one_act(self.rows):
                awaiting.note_mailed(self.rows, token, at=current.now())
        return self.render(self.invitation_template, letter=letter, delivery=delivery)

    @property
    def _grant_to_invite(self) -> Action:
        return Action.ADMINISTER if self.invitation_restaurants is None else Action.MANAGE_PEOPLE

    def _roles_on_offer(self) -> Sequence[str]:
        if self.invitation_restaurants is None:
            return grantable(self.actor, None)
        return grantable_anywhere(self.actor)

    def _invitation_form(self) -> BaseForm:
        choices = {role: headed(self.invitation_roles[role]) for role in self._roles_on_offer()}
        fields: dict[str, Any] = {
            "role": SelectField(gettext("Role"), choices=choices, default=self.invitation_default)
        }
        if self.invitation_restaurants is not None:
            fields["restaurant"] = RelationField(gettext("Restaurant"), relation=self.invitation_restaurants)
        sent = posted()
        form = type("InvitationForm", (InvitationForm,), fields)(sent)
        if sent is None:
            self._prefill(form)
        return form

    def _invite(self, form: BaseForm) -> tuple[Invitation, str]:
        return inviting.invite(
            self.rows,
            email=form["email"].data,
            role=form["role"].data,
            restaurant=form["restaurant"].data if "restaurant" in form else None,
            by=self.actor,
            at=current.now(),
        )
