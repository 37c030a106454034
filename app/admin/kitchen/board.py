"""What the kitchen sees: every dish in the order of the menus, and what is off now, since when, by whom."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app import current
from app.admin import formatting
from app.domain import availability
from app.models import Change, Menu, MenuItem, Restaurant, Section


@dataclass(frozen=True, slots=True)
class Off:
    """A dish that guests cannot have now; `by` is whoever took it off, blank where that is not known."""

    dish: MenuItem
    since: str
    until: str
    by: str

    @property
    def plain(self) -> dict[str, Any]:
        """What a script is told of it."""
        end = self.dish.sold_out_until
        return {
            "id": self.dish.id,
            "name": self.dish.name,
            "row_version": self.dish.version,
            "sold_out": True,
            "until": end.isoformat() if end else None,
            "words": {"since": self.since, "until": self.until, "by": self.by},
        }


def dishes_of(session: Session, place: Restaurant) -> list[MenuItem]:
    """Return every dish of the restaurant, as its menus have them."""
    query = (
        select(MenuItem)
        .join(MenuItem.section)
        .join(Section.menu)
        .where(MenuItem.restaurant_id == place.id)
        .options(contains_eager(MenuItem.section).contains_eager(Section.menu))
    )
    order = (Menu.position, Menu.id, Section.position, Section.id, MenuItem.position, MenuItem.id)
    return list(session.scalars(query.order_by(*order)))


def by_section(dishes: Collection[MenuItem], searched: str) -> Iterator[tuple[Section, list[MenuItem]]]:
    """Yield the sections, each with those of its dishes that have every word looked for; none without any."""
    words = searched.casefold().split()
    found = (dish for dish in dishes if all(word in dish.name.casefold() for word in words))
    for section, of_it in groupby(found, key=lambda dish: dish.section):
        yield section, list(of_it)


def off(session: Session, place: Restaurant, dishes: Collection[MenuItem], at: datetime) -> list[Off]:
    """Return which of the dishes are off at `at`, what was taken off last first."""
    since = {dish: dish.sold_out_at for dish in dishes if dish.sold_out_at and dish.is_sold_out(at)}
    names, zone = _names(session, since), formatting.zone_of(place)
    return [
        Off(
            dish,
            since=formatting.soon(begun, zone),
            until=formatting.until(dish.sold_out_until, zone),
            by=names.get((dish.id, dish.sold_out_by_id), ""),
        )
        for dish, begun in sorted(since.items(), key=lambda each: (each[1], each[0].id), reverse=True)
    ]


def plain(session: Session, place: Restaurant, dish: MenuItem, at: datetime) -> dict[str, Any]:
    """Return how one dish stands, for a script."""
    for one in off(session, place, [dish], at):
        return one.plain
    return {"id": dish.id, "name": dish.name, "row_version": dish.version, "sold_out": False}


def tomorrow(place: Restaurant, at: datetime) -> str:
    """Return until when a dish is off that is tapped now, as it follows “until”."""
    zone = formatting.zone_of(place)
    return formatting.soon(availability.tomorrow(at, zone), zone)


def digest(dishes: Collection[MenuItem]) -> str:
    """Return a short text that changes when a page with these dishes is out of date but for what is off."""
    shown = [(dish.id, dish.name, dish.price, dish.section.name, dish.section.menu.name) for dish in dishes]
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:12]


def _names(session: Session, gone: Collection[MenuItem]) -> dict[tuple[int, int | None], str]:
    """Return who took each dish off, by the name they had then: the history's, which staff may read."""
    reader = current.actor()
    query = select(Change.row_id, Change.by_id, Change.by_name).where(
        Change.kind == MenuItem.__tablename__,
        Change.row_id.in_([dish.id for dish in gone]),
        Change.by_id.in_({dish.sold_out_by_id for dish in gone} - {None}),
    )
    told = session.execute(query.order_by(Change.id)) if gone else ()
    return {(row, by): gettext("you") if by == reader.id else name for row, by, name in told}
