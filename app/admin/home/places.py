"""The reader's restaurants as cards: what one is there, and where one goes from there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app import working
from app.admin.attention import Desk
from app.domain.actors import Actor

#: How many restaurants the page shows; the list of restaurants has all of them.
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Place:
    """One restaurant of the reader's; `can_visit` where they have a choice and work elsewhere."""

    id: int
    name: str
    role: str
    is_here: bool
    can_visit: bool
    guest_url: str
    items_url: str


def places(desk: Desk) -> list[Place]:
    """Return the first of the reader's restaurants, the one they work in before the others."""
    here = working.here()
    several = len(desk.reader.held) > 1
    held = sorted(desk.reader.held, key=lambda each: here is None or each.restaurant_id != here.id)
    return [
        Place(
            id=each.restaurant_id,
            name=each.restaurant_name,
            role=str(each.role),
            is_here=several and here is not None and each.restaurant_id == here.id,
            can_visit=several and not (here is not None and each.restaurant_id == here.id),
            guest_url=url_for("public.menu", restaurant_id=each.restaurant_id),
            items_url=desk.listed("items", "restaurant_is", str(each.restaurant_id)),
        )
        for each in held[:SHOWN]
    ]


def has_more(reader: Actor) -> bool:
    """Tell whether the reader has more restaurants than the page shows."""
    return len(reader.held) > SHOWN
