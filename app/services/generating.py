"""Generating: many plausible restaurants for tests and demonstrations, the same ones for the same seed.

Rows are inserted in bulk, past the flush, and recorded here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.domain import invention, slugs
from app.domain.documents import ANY_MENU, COURSES
from app.models import Base, Menu, MenuItem, Restaurant, Section
from app.services import recording

_ZONES = ("America/Chicago", "America/Denver", "America/Los_Angeles", "America/New_York")

#: Rows of one INSERT.
_AT_ONCE = 5_000


def generate(
    session: Session,
    *,
    restaurants: int,
    items: int,
    seed: int,
    at: datetime,
    progress: Callable[[int], None] | None = None,
) -> list[str]:
    """Make restaurants with `items` items in all, spread evenly, and return their slugs.

    `progress` is told the items made since it was last told.
    """
    random = Random(seed)  # noqa: S311 - invented dishes are no secret
    taken = set(session.scalars(select(Restaurant.slug)))
    made = [_restaurant(random, taken, at) for _ in range(restaurants)]
    places = _insert(session, Restaurant, made)
    menus = _insert(
        session, Menu, [{"restaurant_id": place, "name": ANY_MENU, "position": 0} for place in places]
    )
    heads: list[dict[str, Any]] = [
        {"restaurant_id": place, "menu_id": menu, "name": course, "position": position}
        for place, menu in zip(places, menus, strict=True)
        for position, course in enumerate(COURSES)
    ]
    sections: list[dict[str, Any]] = [
        {"id": number, **head} for number, head in zip(_insert(session, Section, heads), heads, strict=True)
    ]
    menu_of: dict[int, int] = {section["id"]: section["menu_id"] for section in sections}
    dishes = _items(random, sections, restaurants, items)
    while portion := list(islice(dishes, _AT_ONCE)):
        _insert(session, MenuItem, portion, menus=menu_of)
        if progress:
            progress(len(portion))
    return [row["slug"] for row in made]


def _restaurant(random: Random, taken: set[str], at: datetime) -> dict[str, Any]:
    name = invention.restaurant_name(random)
    slug = slugs.unique(name, taken)
    taken.add(slug)
    return {
        "name": name,
        "slug": slug,
        "currency": "USD",
        "time_zone": random.choice(_ZONES),
        "language": "en",
        "created_at": at,
    }


def _items(
    random: Random, sections: list[dict[str, Any]], restaurants: int, items: int
) -> Iterator[dict[str, Any]]:
    """Yield the rows restaurant by restaurant, so that each menu's items lie together."""
    courses = len(COURSES)
    for place in range(restaurants):
        share = items // restaurants + (place < items % restaurants)
        for number in range(share):
            section = sections[place * courses + number % courses]
            name = invention.item_name(random, section["name"])
            yield {
                "restaurant_id": section["restaurant_id"],
                "section_id": section["id"],
                "name": name,
                "description": invention.description(random, name),
                "price": invention.price(random, section["name"]),
                "position": number // courses,
            }


def _insert(
    session: Session, cls: type[Base], rows: list[dict[str, Any]], menus: Mapping[int, int] | None = None
) -> list[int]:
    """Insert the rows and return their numbers in the same order; `menus` has the menu of each section."""
    numbers: list[int] = []
    numbered = insert(cls).returning(cls.id, sort_by_parameter_order=True)
    for start in range(0, len(rows), _AT_ONCE):
        portion = rows[start : start + _AT_ONCE]
        given = session.scalars(numbered, portion, execution_options=recording.BY_HAND).all()
        made = [{**row, "id": number} for row, number in zip(portion, given, strict=True)]
        if menus is not None:
            made = [{**row, "menu_id": menus[row["section_id"]]} for row in made]
        recording.record_new(session, cls, made)
        numbers += given
    return numbers
