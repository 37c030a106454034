"""What the list of items can be narrowed to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from app import current
from app.admin.base import PriceFilter, RelationFilter, YesNoFilter
from app.admin.views.choices import MENUS, RESTAURANTS, SECTIONS
from app.domain.words import gettext_noop
from app.models import MenuItem, Restaurant, Section
from app.services import attending


def _currency() -> Any:
    return select(Restaurant.currency).where(Restaurant.id == MenuItem.restaurant_id).scalar_subquery()


def _in_menu(menu_id: int) -> ColumnElement[bool]:
    return MenuItem.section_id.in_(select(Section.id).where(Section.menu_id == menu_id))


def _sold_out() -> ColumnElement[bool]:
    return attending.sold_out(current.now())


def _came_back() -> ColumnElement[bool]:
    return attending.came_back(current.now())


ITEM_FILTERS = (
    RelationFilter(gettext_noop("Restaurant"), RESTAURANTS, MenuItem.restaurant_id.__eq__),
    RelationFilter(gettext_noop("Menu"), MENUS, _in_menu),
    RelationFilter(gettext_noop("Section"), SECTIONS, MenuItem.section_id.__eq__),
    YesNoFilter(gettext_noop("Sold out"), _sold_out),
    YesNoFilter(gettext_noop("Without a price"), attending.without_price),
    PriceFilter(MenuItem.price, gettext_noop("Price"), _currency, at_least=True),
    PriceFilter(MenuItem.price, gettext_noop("Price"), _currency, at_least=False),
    YesNoFilter(gettext_noop("Back on since yesterday"), _came_back),
)
