"""Views in which “New” invites: the link is shown once, and works once."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import request
from flask_admin import expose
from wtforms import EmailField, Form, SelectField
from wtforms.validators import InputRequired

from app import current, limiting
from app.admin.base import BackOfficeView, Relation
from app.admin.base.editing import Answer
from app.admin.base.relations import RelationField
from app.admin.base.saving import one_act
from app.domain import addresses
from app.domain.errors import Invalid
from app.domain.roles import Action
from app.policies import allows_anywhere
from app.services import inviting


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = EmailField("E-mail", [InputRequired("Type the address that the person signs in with.")])


class InvitingView(BackOfficeView):
    """A view whose rows begin as invitations."""

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
                return self._invited(form)
            except Invalid as error:
                self.explain(form, error)
        return self._form_page(self.create_template, form, None)

    @property
    def _grant_to_invite(self) -> Action:
        return Action.ADMINISTER if self.invitation_restaurants is None else Action.MANAGE_PEOPLE

    def _invitation_form(self) -> Form:
        fields: dict[str, Any] = {
            "role": SelectField("Role", choices=self.invitation_roles, default=self.invitation_default)
        }
        if self.invitation_restaurants is not None:
            fields["restaurant"] = RelationField("Restaurant", relation=self.invitation_restaurants)
        form = type("InvitationForm", (InvitationForm,), fields)(
            request.form if request.method == "POST" else None
        )
        if request.method == "GET":
            self._prefill(form)
        return form

    def _invited(self, form: Form) -> Answer:
        with one_act(self.rows):
            _invitation, token = inviting.invite(
                self.rows,
                email=form["email"].data,
                role=form["role"].data,
                restaurant=form["restaurant"].data if "restaurant" in form else None,
                by=self.actor,
                at=current.now(),
            )
            # Only what would become one counts, and what is too much does not.
            limiting.count("invite")
        link = addresses.invitation(current.settings().public_url, token)
        return self.render(self.invitation_template, link=link, email=form["email"].data)
