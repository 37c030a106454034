"""Menus: the cards of a restaurant, such as Dinner and Lunch."""

from __future__ import annotations

from app.admin.base import BackOfficeView, PositionField, Relation, RelationFilter, YesNoFilter
from app.admin.views.below import BELOW
from app.admin.views.choices import RESTAURANTS
from app.admin.views.labels import LABELS
from app.domain.roles import Action
from app.domain.words import gettext_noop
from app.models import Menu, Restaurant
from app.services import attending


class MenuView(BackOfficeView):
    """Every menu within reach."""

    column_list = ("name", "restaurant.name", "position")
    column_labels = LABELS
    column_editable_list = ("name",)
    column_searchable_list = ("name",)
    column_sortable_list = ("name", "position", ("restaurant.name", "restaurant.name"))
    column_select_related_list = ("restaurant",)
    column_details_list = column_list
    column_export_list = column_list
    column_filters = (
        RelationFilter(gettext_noop("Restaurant"), RESTAURANTS, Menu.restaurant_id.__eq__),
        YesNoFilter(gettext_noop("Without sections"), attending.without_sections),
    )
    form_columns = ("restaurant", "name", "position")
    form_create_only = ("restaurant",)
    form_ajax_refs = {"restaurant": Relation("restaurant", Restaurant, Action.ARRANGE)}
    form_overrides = {"position": PositionField}
    form_below = BELOW["sections"]
