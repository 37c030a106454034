"""Telling history in the reader's words: “changed the price of French Fries from $2.99 to $3.25”."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import current
from app.admin import formatting
from app.admin.sentences import UNSAID, changed, put_back_on, sold_out, whole
from app.domain import changes as facts
from app.domain import money, naming
from app.models import Change, Menu, Restaurant, Section
from app.models.history import Verb
from app.saying import said

#: Who did what nobody was signed in for, as a sentence begins, and within one.
COMMAND_LINE = lazy_gettext("The command line")
WITHIN_COMMAND_LINE = lazy_gettext("the command line")

#: Columns that hold the number of another row, with its class.
_POINTERS: Mapping[str, type[Any]] = {"section_id": Section, "menu_id": Menu}


class Told(Protocol):
    """What a sentence can be made of: a Change, or several of them together."""

    @property
    def kind(self) -> str: ...
    @property
    def restaurant_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """What sentences need to know of a restaurant, also of one that is gone."""

    name: str
    currency: str
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Sentence:
    """What somebody did, without its subject; of a changed fact also what it was and became."""

    words: str
    fact: str = ""
    before: str = ""
    after: str = ""


class Story:
    """What the sentences about some changes need to know, read in a few queries."""

    def __init__(self, session: Session, changes: Collection[Change]) -> None:
        self._session = session
        self._places = self._read_places({change.restaurant_id for change in changes} - {None})
        self._currencies = self._read_currencies(changes)
        self._names = self._read_names(changes)

    def place(self, told: Told) -> Place:
        """Return the restaurant of a change; a nameless one for a row of none."""
        return self._places.get(told.restaurant_id or 0, Place("", "USD", UTC))

    def when(self, change: Change) -> str:
        """Return the moment of a change, in the clock of its restaurant."""
        return formatting.named_moment(change.at, self.place(change).zone)

    def sentences(self, change: Change) -> list[Sentence]:
        """Return what the change did: one sentence, of a changed row one for each fact."""
        if change.verb != Verb.CHANGED:
            return [Sentence(whole(change, self._above(change)))]
        return [self._fact(change, fact) for fact in facts.facts_in(change.after) if fact not in UNSAID]

    def value(self, told: Told, fact: str, values: Mapping[str, Any], at: int | None = None) -> str:
        """Return the value of a fact in words; `at` is the change whose time decides on the currency."""
        if fact == "sold_out":
            return self._availability(told, values)
        value = values.get(fact)
        if fact == "price" and value is not None:
            return money.show(value, self._currency(told, at), current.locale()) or ""
        if fact in _POINTERS and value is not None:
            return self._names.get((_POINTERS[fact].__tablename__, value), gettext("one that is gone"))
        if fact == "role" and value is not None:
            return said(naming.role(value))
        if fact.endswith(("_at", "_since")) and value is not None:
            return self._moment(told, value)
        return "" if value is None else str(value)

    def _fact(self, change: Change, fact: str) -> Sentence:
        before = self.value(change, fact, change.before, change.id)
        after = self.value(change, fact, change.after, change.id)
        words = self._sold_out(change) if fact == "sold_out" else changed(change, fact, before, after)
        return Sentence(words, fact, before, after)

    def _sold_out(self, change: Change) -> str:
        if change.after.get("sold_out_at", "since before") is None:
            return put_back_on(change)
        until = change.after.get("sold_out_until")
        return sold_out(change, self._moment(change, until) if until else "")

    def _availability(self, told: Told, values: Mapping[str, Any]) -> str:
        # Of an edit that only moved the end, the beginning is not among the values.
        if values.get("sold_out_at", "since before") is None:
            return gettext("available")
        until = values.get("sold_out_until")
        if not until:
            return gettext("sold out")
        return gettext("sold out until %(until)s", until=self._moment(told, until))

    def _moment(self, told: Told, text: str) -> str:
        return formatting.moment(datetime.fromisoformat(text), self.place(told).zone)

    def _above(self, change: Change) -> str:
        values = change.after or change.before
        pointer = next((name for name in _POINTERS if name in values), "")
        return self.value(change, pointer, values) if pointer else ""

    def _currency(self, told: Told, at: int | None) -> str:
        for number, currency in self._currencies.get(told.restaurant_id or 0, ()):
            if at is not None and number > at:
                return currency
        return self.place(told).currency

    def _read_places(self, numbers: Collection[int | None]) -> dict[int, Place]:
        live = self._session.scalars(select(Restaurant).where(Restaurant.id.in_(numbers)))
        places = {row.id: Place(row.name, row.currency, ZoneInfo(row.time_zone)) for row in live}
        for line in self._deleted(Restaurant, set(numbers) - set(places)):
            old = line.before
            places[line.row_id] = Place(old["name"], old["currency"], ZoneInfo(old["time_zone"]))
        return places

    def _deleted(self, cls: type[Any], numbers: Collection[int | None]) -> Iterable[Change]:
        """Return the deletions of these rows; without any, nothing is asked."""
        if not numbers:
            return ()
        query = select(Change).where(Change.kind == cls.__tablename__, Change.row_id.in_(numbers))
        return self._session.scalars(query.where(Change.verb == Verb.DELETED).order_by(Change.id))

    def _read_currencies(self, changes: Collection[Change]) -> dict[int, list[tuple[int, str]]]:
        """Return, by restaurant, each change of its currency and what that was before."""
        if not any("price" in (*change.before, *change.after) for change in changes):
            return {}
        found: dict[int, list[tuple[int, str]]] = {}
        lines = select(Change).where(
            Change.kind == Restaurant.__tablename__,
            Change.row_id.in_({change.restaurant_id for change in changes}),
            Change.fields.contains(" currency "),
        )
        for line in self._session.scalars(lines.order_by(Change.id)):
            found.setdefault(line.row_id, []).append((line.id, line.before["currency"]))
        return found

    def _read_names(self, changes: Iterable[Change]) -> dict[tuple[str, int], str]:
        wanted = {
            (cls.__tablename__, values[name])
            for change in changes
            for values in (change.before, change.after)
            for name, cls in _POINTERS.items()
            if values.get(name) is not None
        }
        names: dict[tuple[str, int], str] = {}
        for cls in _POINTERS.values():
            kind = cls.__tablename__
            numbers = {number for each, number in wanted if each == kind}
            live = self._session.execute(select(cls.id, cls.name).where(cls.id.in_(numbers)))
            names |= {(kind, number): name for number, name in live}
            missing = {number for number in numbers if (kind, number) not in names}
            names |= {(kind, line.row_id): line.name for line in self._deleted(cls, missing)}
        return names
