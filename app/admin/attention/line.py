"""A line of the home page, declared: what may need attention, whose it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from flask import url_for
from flask_admin import Admin
from sqlalchemy import ColumnElement

from app.domain.actors import Actor
from app.domain.roles import Action
from app.models import Base
from app.policies import allows_anywhere, allows_in


class Urgency(IntEnum):
    """How soon somebody ought to look, soonest first."""

    NOW = 1
    SOON = 2
    LATER = 3
    NEWS = 4


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks, when, and the pages there are for them; `many` restaurants need to be told apart."""

    admin: Admin
    reader: Actor
    at: datetime
    many: bool

    def url(self, endpoint: str, **values: Any) -> str:
        """Return the address of a page."""
        return url_for(endpoint, **values)

    def listed(self, endpoint: str, flt: str, value: str = "1") -> str:
        """Return the address of a list that is narrowed by a filter."""
        view = next(view for view in self.admin._views if view.endpoint == endpoint)
        return self.url(f"{endpoint}.index_view", **{view.filter_name(flt): value})


@dataclass(frozen=True, slots=True)
class Way:
    """What one can do about it, and where: words for a button; blank where the name of a row leads there."""

    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What may need attention, to whoever holds `grant` in the restaurant of a row.

    `name` never changes: tests and probes find the line by it. `title` takes how many rows there are,
    and that number as it reads; `calm` is what holds while there are none. `way` is what to do about all
    of them, `way_of` about one. What is `of_no_place` is left out where only one restaurant is in view.
    `at_the_stove` is how soon for who edits items, but arranges no menus.
    """

    name: str
    icon: str
    grant: Action
    urgency: Urgency
    at_the_stove: Urgency | None = None
    model: type[Base]
    condition: Callable[[datetime], ColumnElement[bool]]
    newest_first: bool = False
    of_no_place: bool = False
    title: Callable[[int, str], str]
    calm: str
    way: Callable[[Desk], Way]
    way_of: Callable[[Desk, Any], Way] | None = None
    label: Callable[[Any], str] = str
    note: Callable[[Desk, Any], str] = lambda _desk, _row: ""

    def is_for(self, reader: Actor, only: int | None) -> bool:
        """Tell whether it is this reader's, anywhere or in the one restaurant in view."""
        if only is None:
            return allows_anywhere(reader, self.grant)
        return not self.of_no_place and allows_in(reader, self.grant, only)

    def urgency_for(self, reader: Actor) -> Urgency:
        """Return how soon this reader ought to look."""
        arranges = allows_anywhere(reader, Action.ARRANGE)
        return self.urgency if arranges or self.at_the_stove is None else self.at_the_stove
