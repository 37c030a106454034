"""Exporting: a restaurant as a fixture file, which loads back to the same menus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import facts, money
from app.models import Menu, MenuItem, Restaurant, Section
from app.services.importing.remembering import Part, above_column

_DUMPER: type = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def dump(session: Session, restaurant: Restaurant) -> str:
    """Return the restaurant and its menus in Carte's own format; blanks are left out.

    People and what is sold out are not part of it. Three queries, however many items.
    """
    menus = _by_parent(session, restaurant, Menu).get(restaurant.id, [])
    sections = _by_parent(session, restaurant, Section)
    items = _by_parent(session, restaurant, MenuItem)

    def section_of(section: Section) -> dict[str, Any]:
        return {
            "name": section.name,
            "items": [_item(row, restaurant.currency) for row in items.get(section.id, ())],
        }

    def menu_of(menu: Menu) -> dict[str, Any]:
        return {"name": menu.name, "sections": [section_of(row) for row in sections.get(menu.id, ())]}

    stated = {name: getattr(restaurant, name) for name in ("slug", *facts.NAMES)}
    details = {name: value for name, value in stated.items() if value}
    return written({**details, "menus": [menu_of(menu) for menu in menus]})


def written(document: Mapping[str, Any]) -> str:
    """Return a document as YAML that reads back exactly."""
    text: str = yaml.dump(dict(document), Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=100)
    return text


def _by_parent(session: Session, restaurant: Restaurant, cls: type[Part]) -> dict[int, list[Any]]:
    """Return the restaurant's rows of a class in their order, by the number of the row above."""
    found: dict[int, list[Any]] = {}
    rows = select(cls).where(cls.restaurant_id == restaurant.id).order_by(cls.position, cls.id)
    for row in session.scalars(rows):
        found.setdefault(getattr(row, above_column(cls)), []).append(row)
    return found


def _item(item: MenuItem, currency: str) -> dict[str, str]:
    values = {"name": item.name, "price": money.typed(item.price, currency), "description": item.description}
    return {name: value for name, value in values.items() if value}
