"""Exporting: a restaurant as a fixture file, which loads back to the same menus."""

from __future__ import annotations

from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import money
from app.models import Menu, MenuItem, Restaurant, Section

_DETAILS = ("slug", "name", "currency", "time_zone", "language", "address", "phone", "website", "description")
_DUMPER: type = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def dump(session: Session, restaurant: Restaurant) -> str:
    """Return the restaurant and its menus in Carte's own format; blanks are left out.

    People and what is sold out are not part of it. Four queries, however many items.
    """
    document: dict[str, Any] = {
        name: getattr(restaurant, name) for name in _DETAILS if getattr(restaurant, name)
    }
    sections = _below(session, restaurant, Section)
    items = _below(session, restaurant, MenuItem)
    document["menus"] = [
        {
            "name": menu.name,
            "sections": [
                {
                    "name": section.name,
                    "items": [_item(item, restaurant.currency) for item in items.get(section.id, ())],
                }
                for section in sections.get(menu.id, ())
            ],
        }
        for menu in session.scalars(
            select(Menu).where(Menu.restaurant_id == restaurant.id).order_by(Menu.position, Menu.id)
        )
    ]
    written: str = yaml.dump(document, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=100)
    return written


def _below(session: Session, restaurant: Restaurant, cls: type[Section | MenuItem]) -> dict[int, list[Any]]:
    """Return the restaurant's sections by menu, or items by section, in their order."""
    found: dict[int, list[Any]] = {}
    rows = select(cls).where(cls.restaurant_id == restaurant.id).order_by(cls.position, cls.id)
    for row in session.scalars(rows):
        found.setdefault(getattr(row, f"{cls.parent_name}_id"), []).append(row)
    return found


def _item(item: MenuItem, currency: str) -> dict[str, str]:
    values = {"name": item.name, "price": money.typed(item.price, currency), "description": item.description}
    return {name: value for name, value in values.items() if value}
