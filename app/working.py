"""The restaurant one works in, and whether lists show that one alone.

A choice of one browser, kept in its signed cookie and never in the database, so that reading a page
changes no data. Each request judges it anew by what the person belongs to: a choice that no longer
holds counts for nothing, and one works where one began, with every list whole.

An administrator belongs nowhere; they work in a restaurant only while lists are narrowed to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import session

from app import current
from app.domain.actors import Actor, Held

_PLACE, _NAME, _NARROWED = "restaurant", "restaurant_name", "narrowed"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A restaurant one works in, by number and name."""

    id: int
    name: str


def place() -> Held | None:
    """Return the person's membership where they work; None for a guest, an administrator, and without any."""
    somebody = current.person()
    if somebody is None or somebody.is_admin:
        return None
    return _held(somebody) or somebody.home


def here() -> Chosen | None:
    """Return where this person works, an administrator too."""
    somebody = current.person()
    if somebody is not None and somebody.is_admin:
        return _administered()
    held = place()
    return Chosen(held.restaurant_id, held.restaurant_name) if held else None


def narrowed() -> Chosen | None:
    """Return the one restaurant that lists show; None: all within reach."""
    somebody = current.person()
    if somebody is None or not session.get(_NARROWED):
        return None
    # To whom belongs to one restaurant only, nothing is left out.
    chosen = somebody.is_admin or (len(somebody.held) > 1 and _held(somebody) is not None)
    return here() if chosen else None


def narrowed_to() -> int | None:
    """Return the number of the one restaurant that lists show; None: all within reach."""
    only = narrowed()
    return only.id if only else None


def visit(restaurant_id: int, name: str) -> None:
    """Work there from now on, and let lists show only what is there; the caller has judged the reach."""
    session[_NARROWED] = True
    _remember(restaurant_id, name)


def visit_all() -> None:
    """Let lists show all restaurants again; one works where one did."""
    session.pop(_NARROWED, None)


def go_to(restaurant_id: int) -> None:
    """Work there from now on, with every list whole: as if one had begun there."""
    session[_PLACE] = restaurant_id
    visit_all()


def follow(restaurant_id: int, name: str) -> None:
    """Work where a page of another restaurant leads; lists stay narrowed, or whole, as they were."""
    _remember(restaurant_id, name)


def remembered() -> dict[str, Any]:
    """Return this browser's choice as it stands, for `recall` after the session is a new one."""
    return {name: session[name] for name in (_PLACE, _NAME, _NARROWED) if name in session}


def recall(choice: Mapping[str, Any]) -> None:
    """Take up a choice again that the same person made before they signed in once more."""
    session.update(choice)


def _remember(restaurant_id: int, name: str) -> None:
    session[_PLACE] = restaurant_id
    if current.actor().is_admin:
        # A member's restaurants come with the person; this one would have to be looked up for each page.
        session[_NAME] = name


def _held(somebody: Actor) -> Held | None:
    chosen = session.get(_PLACE)
    return next((held for held in somebody.held if held.restaurant_id == chosen), None)


def _administered() -> Chosen | None:
    number, name = session.get(_PLACE), session.get(_NAME)
    if not session.get(_NARROWED) or not isinstance(number, int) or not isinstance(name, str):
        return None
    return Chosen(number, name)
