"""Three steps to a first menu, for whoever may take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app import working
from app.admin.attention import Matter, Way
from app.domain.actors import Actor
from app.domain.roles import Action
from app.policies import allows_in
from app.services import beginning
from app.services.beginning import Beginning


@dataclass(frozen=True, slots=True)
class Step:
    """One step: done, or next, or still to come; `way` only where it is the reader's to take."""

    title: str
    words: str
    is_done: bool
    is_next: bool
    way: Way | None


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The steps of one restaurant, or of the first one; without steps, whoever reads waits for others.

    `is_all` tells that there is nothing else to see to: no restaurant in view has an item yet.
    """

    place: str
    steps: list[Step]
    is_all: bool


def first_steps(session: Session, reader: Actor) -> FirstSteps | None:
    """Return the steps where one works, else those of the first restaurant without an item; None for none."""
    only = working.narrowed_to()
    in_view = [held.restaurant_id for held in reader.held] if only is None else [only]
    if reader.is_admin and only is None:
        empty = not beginning.has_restaurants(session)
        return FirstSteps("", list(_steps(reader, None)), is_all=True) if empty else None
    found = beginning.beginnings(session, in_view)
    if not found:
        return None
    here = working.here()
    # What the reader can do something about, before what they can only wait for.
    found.sort(key=lambda one: (not _arranges(reader, one), here is None or one.restaurant_id != here.id))
    steps = list(_steps(reader, found[0])) if _arranges(reader, found[0]) else []
    return FirstSteps(found[0].restaurant_name, steps, is_all=len(found) == len(in_view))


def without_said(matters: list[Matter], *, is_bare: bool) -> list[Matter]:
    """Return the lines beside the steps; where nothing has an item yet, the steps say what is missing."""
    if not is_bare:
        return matters
    # Of an empty menu nothing is in order, either.
    return [each for each in matters if each.count and each.line.grant is not Action.ARRANGE]


def _arranges(reader: Actor, one: Beginning) -> bool:
    return allows_in(reader, Action.ARRANGE, one.restaurant_id)


def _steps(reader: Actor, one: Beginning | None) -> list[Step]:
    done = [one is not None, one is not None and one.section_id is not None, False]
    following = done.index(False)
    ways = (_to_restaurant(reader, one), _to_menu(one), _to_item(one))
    words = (
        (
            gettext("Name your restaurant"),
            gettext("Its name, its currency and its clock; guests see its address and its phone."),
        ),
        (
            gettext("Add a menu with its sections"),
            gettext("A menu such as Dinner, then its sections in order: starters, mains, desserts."),
        ),
        (gettext("Add items"), gettext("Dishes and drinks. A price can follow later.")),
    )
    return [
        Step(title, text, is_done, number == following, way if is_done or number == following else None)
        for number, ((title, text), is_done, way) in enumerate(zip(words, done, ways, strict=True))
    ]


def _to_restaurant(reader: Actor, one: Beginning | None) -> Way | None:
    if one is None:
        return Way(gettext("Open a restaurant"), url_for("restaurants.create_view"))
    if not allows_in(reader, Action.MANAGE_RESTAURANT, one.restaurant_id):
        return None
    return Way(gettext("Change its data"), _home_from("restaurants.edit_view", id=one.restaurant_id))


def _to_menu(one: Beginning | None) -> Way | None:
    if one is None:
        return None
    if one.menu_id is None:
        return Way(gettext("New menu"), _home_from("menus.create_view", restaurant=one.restaurant_id))
    words = gettext("New section") if one.section_id is None else gettext("Another section")
    return Way(words, _home_from("sections.create_view", menu=one.menu_id))


def _to_item(one: Beginning | None) -> Way | None:
    if one is None or one.section_id is None:
        return None
    return Way(gettext("New item"), _home_from("items.create_view", section=one.section_id))


def _home_from(endpoint: str, **values: Any) -> str:
    """Return the address of a page from which saving leads back home, to the next step."""
    return url_for(endpoint, url=url_for("admin.index"), **values)
