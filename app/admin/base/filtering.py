"""The filters of an address: read, offered as fields, said in words with a way to take each off.

Holes mended: a filter's number and not its name decides what it is, so that a saved link breaks when a
view gains one; what cannot be understood is dropped without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app import current
from app.admin.base import ranges
from app.admin.base.filters import CarteFilter, RelationFilter
from app.admin.base.narrowing import NarrowingView
from app.admin.base.relations import MOST, Relation
from app.domain import money
from app.models import Restaurant
from app.saying import said

#: No value of a filter is longer.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class FilterInput:
    """One input of a filter: its name in the form, what was typed, what is wrong with that."""

    name: str
    value: str
    error: str
    words: str


@dataclass(frozen=True, slots=True)
class FilterField:
    """A filter as a field of the page: one input, or the two ends of a range.

    `lookup` finds more choices than these; `unit` is the one currency of the list, if it has one.
    """

    label: str
    kind: str
    inputs: tuple[FilterInput, ...]
    choices: list[tuple[str, str]]
    lookup: str | None = None
    unit: str | None = None

    @property
    def names(self) -> list[str]:
        """The names under which it narrows the list now."""
        return [each.name for each in self.inputs if each.words]

    @property
    def words(self) -> str:
        """What it narrows the list to: `Price: $5.00 to $10.00`."""
        low, high = self.inputs[0].words, self.inputs[-1].words
        if len(self.inputs) > 1:
            return ranges.told(self.label, low, high)
        if self.kind == "yes" and self.inputs[0].value == "1":
            return self.label
        return gettext("%(label)s: %(value)s", label=self.label, value=low)


class FilteringView(NarrowingView):
    """The part of a view that reads its filters from the address and shows them."""

    named_filter_urls = True

    def filter_name(self, arg: str) -> str:
        """Return the name that the filter `arg` has in an address of this list."""
        index, _flt = self._filter_args[arg]
        return f"flt{index}_{arg}"

    def _get_filters(self, filters: Any) -> dict[str, str]:
        """Return the filters in force as they stand in an address, under the names of `filter_fields`."""
        return {
            self.filter_name(self.get_filter_arg(index, self._filters[index])): value
            for index, _name, value in filters or ()
        }

    def _get_list_filter_args(self) -> list[tuple[int, str, str]]:
        """Return the filters of this address that can be understood, each once."""
        found = []
        for index, flt in enumerate(self._filters or ()):
            value = chosen(self.get_filter_arg(index, flt), request.args)
            if value and flt.validate(value):
                found.append((index, str(flt.name), value))
        return found

    def filter_fields(self) -> list[FilterField]:
        """Return the filters as fields of the page for this reader, both ends of a range as one."""
        fields = []
        numbered = enumerate(self._filters or ())
        for _key, group in groupby(numbered, lambda each: each[1].name if each[1].is_end else each[0]):
            filters = list(group)
            flt: CarteFilter = filters[0][1]
            unit = self._unit() if flt.kind == "amount" else None
            choices = flt.choices(chosen(self.get_filter_arg(*filters[0]), request.args))
            inputs = tuple(self._inputs(filters, dict(choices), unit))
            lookup = flt.lookup if len(choices) >= MOST else None
            fields.append(FilterField(flt.label, flt.kind, inputs, choices, lookup, unit))
        return fields

    def _inputs(
        self, filters: list[tuple[int, CarteFilter]], choices: dict[str, str], unit: str | None
    ) -> Iterator[FilterInput]:
        for index, flt in filters:
            arg = self.get_filter_arg(index, flt)
            value = chosen(arg, request.args)
            fits = bool(value) and flt.validate(value)
            words = (choices.get(value) or flt.shown(value, unit)) if fits else ""
            example = money.example(unit or "USD", current.locale())
            error = said(flt.misfit) % {"example": example} if value and not fits else ""
            yield FilterInput(self.filter_name(arg), value, error, words)

    def _unit(self) -> str | None:
        """Return the currency of every restaurant whose rows the list can have; None where they differ."""
        place = self.asked_for(self._get_list_filter_args()) or (self.only.id if self.only else None)
        query = select(Restaurant.currency).distinct().limit(2)
        found = self.rows.scalars(query if place is None else query.where(Restaurant.id == place)).all()
        return found[0] if len(found) == 1 else None

    def _process_ajax_references(self) -> dict[str, Relation]:
        """Return the look-ups of this view: the form's, and the filters' under names of their own."""
        filters = [flt for flt in self.column_filters or () if isinstance(flt, RelationFilter)]
        return {**super()._process_ajax_references(), **{str(flt.lookup): flt.relation for flt in filters}}


def chosen(arg: str, args: MultiDict[str, str]) -> str:
    """Return the value of the filter `arg` among these arguments, whatever its number there: `flt0_arg`."""
    named = (
        value for name, value in args.items() if name.startswith("flt") and name.partition("_")[2] == arg
    )
    return next(named, "").replace("\0", "")[:_LONGEST]
