"""Items: what is on the menus, with prices that are edited in place."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask_admin.actions import action
from flask_babel import lazy_gettext

from app import current
from app.admin import formatting
from app.admin.base import BackOfficeView, PositionField, PriceField, Relation
from app.admin.views.item_fields import ITEM_ARGS, ITEM_RULES, SoldOutField
from app.admin.views.item_filters import ITEM_FILTERS
from app.admin.views.labels import LABELS
from app.domain.roles import Action
from app.models import MenuItem, Section
from app.services import selling_out


class ItemView(BackOfficeView):
    """Dishes and drinks of every menu within reach."""

    column_list = ("name", "price", "sold_out", "section.name", "section.menu.name", "restaurant.name")
    column_labels = LABELS
    column_editable_list = ("name", "price", "sold_out")
    column_switches = ("sold_out",)
    column_typed = {"price": formatting.typed_price}
    column_searchable_list = ("name", "description")
    column_sortable_list = ("name", "price")
    column_select_related_list = ("section.menu", "restaurant")
    column_details_list = (
        *(*column_list, "description", "position", "sold_out_at", "sold_out_until", "sold_out_by"),
    )
    column_export_list = (
        *("restaurant.name", "section.menu.name", "section.name", "name"),
        *("description", "price", "restaurant.currency", "sold_out"),
    )
    column_formatters = {"price": formatting.show_price, "sold_out": formatting.show_sold_out}
    column_formatters_detail = {
        **column_formatters,
        **dict.fromkeys(("sold_out_at", "sold_out_until"), formatting.show_moment),
    }
    column_formatters_export = {**column_formatters, "price": formatting.export_price}
    column_filters = ITEM_FILTERS
    form_columns = ("section", "name", "description", "price", "position", "sold_out")
    form_ajax_refs = {"section": Relation("section", Section, Action.ARRANGE, ("menu", "restaurant"))}
    form_overrides = {"price": PriceField, "position": PositionField}
    form_extra_fields = {"sold_out": SoldOutField(LABELS["sold_out"])}
    form_rules = ITEM_RULES
    form_args = ITEM_ARGS
    action_grants = {"sold_out": Action.EDIT_ITEM, "available": Action.EDIT_ITEM}

    def prepare_form(self, form: Any, row: MenuItem | None) -> None:
        # A new dish is priced in the currency of the section it goes into, once one is chosen.
        place = form["section"].data if row is None else row
        if row is None:
            form["section"].unit_of = lambda section: section.menu.restaurant.currency
        if place is not None and "price" in form:
            form["price"].currency = place.restaurant.currency
        if row is not None and "sold_out" in form and not form["sold_out"].raw_data:
            form["sold_out"].data = row.is_sold_out(current.now())

    def row_marks(self, row: MenuItem) -> dict[str, str]:
        return {"data-sold-out": ""} if row.is_sold_out(current.now()) else {}

    @action("sold_out", lazy_gettext("Mark sold out"))
    def action_sold_out(self, ids: list[str]) -> None:
        """Take the ticked dishes off until somebody says otherwise."""
        mark = partial(selling_out.mark_sold_out, by=self.actor, at=current.now())
        self.each(ids, "sold_out", mark, lazy_gettext("%(what)s sold out."))

    @action("available", lazy_gettext("Mark available"))
    def action_available(self, ids: list[str]) -> None:
        """Put the ticked dishes back on."""
        self.each(ids, "available", selling_out.mark_available, lazy_gettext("%(what)s available again."))
