"""Sections: the parts of a menu, such as Appetizer and Dessert."""

from __future__ import annotations

from app.admin.base import BackOfficeView, PositionField, Relation, RelationFilter, YesNoFilter
from app.admin.views.below import BELOW
from app.admin.views.choices import MENUS, RESTAURANTS
from app.admin.views.labels import LABELS
from app.domain.roles import Action
from app.domain.words import gettext_noop
from app.models import Menu, Section
from app.services import attending


class SectionView(BackOfficeView):
    """Every section within reach."""

    column_list = ("name", "menu.name", "restaurant.name", "position")
    column_labels = LABELS
    column_editable_list = ("name",)
    column_searchable_list = ("name",)
    column_sortable_list = ("name", "position")
    column_select_related_list = ("menu", "restaurant")
    column_details_list = column_list
    column_export_list = column_list
    column_filters = (
        RelationFilter(gettext_noop("Restaurant"), RESTAURANTS, Section.restaurant_id.__eq__),
        RelationFilter(gettext_noop("Menu"), MENUS, Section.menu_id.__eq__),
        YesNoFilter(gettext_noop("Empty"), attending.empty),
    )
    form_columns = ("menu", "name", "position")
    form_ajax_refs = {"menu": Relation("menu", Menu, Action.ARRANGE, ("restaurant",))}
    form_overrides = {"position": PositionField}
    form_below = BELOW["items"]
