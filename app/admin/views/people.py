"""People: who works in a restaurant, as what; new ones are invited."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectField

from app.admin import formatting, presence
from app.admin.base import Relation, RelationFilter
from app.admin.views.choices import RESTAURANTS
from app.admin.views.labels import LABELS
from app.admin.waiting import WaitingView
from app.domain import naming
from app.domain.roles import Action, Role
from app.domain.words import gettext_noop
from app.extensions import db
from app.models import Membership, Restaurant
from app.policies import grantable, may_grant, require_grantable
from app.saying import headed
from app.services import staffing

ROLES = {str(role): naming.role(role) for role in Role}


class RoleField(SelectField):
    """What a person is in a restaurant; it always keeps an owner."""

    def populate_obj(self, obj: Any, name: str) -> None:
        staffing.change_role(db.session(), obj, self.data)


class PeopleView(WaitingView):
    """Every membership within reach."""

    invitation_roles = ROLES
    invitation_default = Role.STAFF
    invitation_restaurants = Relation("restaurant", Restaurant, Action.MANAGE_PEOPLE)
    form_ajax_refs = {"restaurant": invitation_restaurants}
    column_list = ("user.name", "user.email", "role", "restaurant.name", "last_seen", "provider")
    column_export_list = ("user.name", "user.email", "role", "restaurant.name", "created_at")
    column_labels = LABELS
    column_details_list = (*column_list, "created_at")
    column_searchable_list = ("user.name", "user.email")
    column_sortable_list = ("role", ("user.name", "user.name"))
    column_default_sort = "user.name"
    column_select_related_list = ("user", "restaurant")
    column_formatters_export = {"created_at": formatting.show_day}
    column_formatters = {
        **column_formatters_export,
        "role": formatting.show_role,
        "last_seen": presence.show_last_seen,
        "provider": presence.show_provider,
    }
    column_filters = (
        RelationFilter(gettext_noop("Restaurant"), RESTAURANTS, Membership.restaurant_id.__eq__),
    )
    form_columns = ("role",)
    form_overrides = {"role": RoleField}
    form_args = {"role": {"choices": ROLES}}
    deletion_words = (lazy_gettext("Remove"), lazy_gettext("%(what)s removed."))
    deletion_questions = (lazy_gettext("Remove %(what)s?"), lazy_gettext("Remove the ticked %(things)s?"))
    deletion_consequence = lazy_gettext(
        "From their next click on they see nothing of the restaurant. What they did stays in its history."
    )

    def editable_columns(self, row: Any) -> frozenset[str]:
        """Leave whoever is above the reader as they are."""
        return super().editable_columns(row) if self._is_within_rank(row) else frozenset()

    def may_delete(self, row: Any) -> bool:
        return super().may_delete(row) and self._is_within_rank(row)

    def demand_here(self, action: Action | None, row: Any) -> None:
        super().demand_here(action, row)
        if action == self.removal_grant:
            require_grantable(self.actor, row.role, row.restaurant_id)

    def prepare_form(self, form: Any, row: Membership) -> None:
        if "role" in form:
            given = grantable(self.actor, row.restaurant_id)
            form["role"].choices = [(role, headed(ROLES[role])) for role in given]

    def _page(self, *args: Any) -> list[Membership]:
        rows: list[Membership] = super()._page(*args)
        presence.look_up({row.user_id for row in rows})
        return rows

    def remove(self, row: Membership) -> None:
        staffing.remove(self.rows, row)

    def _is_within_rank(self, row: Membership) -> bool:
        return may_grant(self.actor, row.role, row.restaurant_id)
