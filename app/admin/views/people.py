"""People: who works in a restaurant, as what; new ones are invited."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField

from app.admin import formatting
from app.admin.base import Relation, RelationFilter
from app.admin.invitations import InvitingView
from app.admin.views.choices import RESTAURANTS
from app.admin.views.labels import LABELS
from app.domain.roles import Action, Role
from app.extensions import db
from app.models import Membership, Restaurant
from app.services import staffing

ROLES = {str(role): str(role).capitalize() for role in Role}


class RoleField(SelectField):
    """What a person is in a restaurant; it always keeps an owner."""

    def populate_obj(self, obj: Any, name: str) -> None:
        staffing.change_role(db.session(), obj, self.data)


class PeopleView(InvitingView):
    """Every membership within reach."""

    invitation_roles = ROLES
    invitation_default = Role.STAFF
    invitation_restaurants = Relation("restaurant", Restaurant, Action.MANAGE_PEOPLE)
    form_ajax_refs = {"restaurant": invitation_restaurants}
    column_list = ("user.name", "user.email", "role", "restaurant.name", "created_at")
    column_labels = LABELS
    column_details_list = column_list
    column_searchable_list = ("user.name", "user.email")
    column_sortable_list = ("role", "created_at", ("user.name", "user.name"))
    column_default_sort = "user.name"
    column_select_related_list = ("user", "restaurant")
    column_formatters = {"created_at": formatting.show_day}
    column_filters = (RelationFilter("Restaurant", RESTAURANTS, Membership.restaurant_id.__eq__),)
    form_columns = ("role",)
    form_overrides = {"role": RoleField}
    form_args = {"role": {"choices": ROLES}}
    deletion_words = ("Remove", "removed.")
    singular = "person"

    def remove(self, row: Membership) -> None:
        staffing.remove(self.rows, row)
