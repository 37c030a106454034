"""Filters by choices; all of them stay within reach and leave out what they do not understand.

Holes mended: a huge number is an OverflowError, an unknown choice a KeyError; the options of a relation
are read once, at the start, over every tenant. Ours are read for each page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from flask_babel import gettext
from sqlalchemy import ColumnElement, Select

from app import working
from app.admin.base import ranges
from app.admin.base.access import parse_key
from app.admin.base.relations import Relation
from app.domain.errors import NotFound
from app.domain.words import gettext_noop
from app.models import TenantOwned
from app.policies.rules import restaurant_id_of
from app.saying import said


class CarteFilter(BaseSQLAFilter):
    """A filter named for people; `kind` says how the page shows it: options, or a typed value."""

    kind = "options"
    word = "is"
    #: Whether its value names a row, and so a restaurant.
    names_a_row = False
    #: The name of the look-up that finds further choices; None: the page has them all.
    lookup: str | None = None
    #: Whether it is one end of a range: filters of one name, side by side, are one field of the page.
    is_end = False
    #: What a value that is none of this filter's is answered with, beside the field.
    misfit = gettext_noop("This is not a choice of the list, so it narrows nothing.")

    @property
    def label(self) -> str:
        """What the filter is called on the page; its name stands in addresses, in every language the same."""
        return said(self.name)

    def shown(self, value: str, unit: str | None) -> str:
        """Return a value that can be understood as the reader writes it; `unit` is the list's currency."""
        return value

    def operation(self) -> str:
        return self.word

    def clean(self, value: str) -> Any:
        """Return the value to compare with; raises ValueError for what is to be left out."""
        raise NotImplementedError

    def apply(self, query: Select[Any], value: Any, alias: Any = None) -> Select[Any]:
        return query.where(self.condition(value))

    def condition(self, value: Any) -> ColumnElement[bool]:
        """Return what a row must meet."""
        raise NotImplementedError

    def place_of(self, value: Any) -> int | None:
        """Return the restaurant of the one row that a value names; None where it names none within reach."""
        return None

    def kept(self, value: str) -> str:
        """Return an understood value as a saved view keeps it, whoever reads it: see `typed`."""
        return value

    def typed(self, kept: str) -> str:
        """Return a kept value as this reader would type it."""
        return kept

    def told(self, value: str) -> str:
        """Return in words what an understood value leaves."""
        words = dict(self.choices(value)).get(value) or self.shown(value, None)
        if self.is_end:
            return ranges.end(self.label, self.operation(), words)
        return gettext("%(label)s: %(value)s", label=self.label, value=words)

    def choices(self, chosen: str) -> list[tuple[str, str]]:
        """Return the values and their labels for this reader, the chosen one among them."""
        return []


class RelationFilter(CarteFilter):
    """Rows that belong to one row of another table, within reach; `condition_of` takes its number."""

    names_a_row = True

    def __init__(
        self, name: str, relation: Relation, condition_of: Callable[[int], ColumnElement[bool]]
    ) -> None:
        super().__init__(None, name)
        self.relation = relation
        # A form's relation of the same name offers fewer rows: those that its reader may change.
        self.lookup = f"filter-{relation.name}"
        self.condition_of = condition_of

    def clean(self, value: str) -> int:
        try:
            return parse_key(value)
        except NotFound as error:
            raise ValueError(value) from error

    def condition(self, value: int) -> ColumnElement[bool]:
        return self.condition_of(value)

    def place_of(self, value: int) -> int | None:
        return restaurant_id_of(self.relation.get_one(value))

    def choices(self, chosen: str) -> list[tuple[str, str]]:
        # All restaurants: choosing another one leads there.
        within = working.narrowed_to() if issubclass(self.relation.model, TenantOwned) else None
        rows = self.relation.get_list("", within=within)
        picked = self.relation.get_one(chosen) if chosen else None
        if picked is not None and picked not in rows:
            rows = [picked, *rows]
        return [(str(row.id), self.relation.label(row)) for row in rows]


class YesNoFilter(CarteFilter):
    """Rows for which a condition holds, or does not; `condition_of` makes it anew at each use."""

    kind = "yes"

    def __init__(self, name: str, condition_of: Callable[[], ColumnElement[bool]]) -> None:
        super().__init__(None, name)
        self.condition_of = condition_of

    def clean(self, value: str) -> bool:
        if value not in {"0", "1"}:
            raise ValueError(value)
        return value == "1"

    def condition(self, value: bool) -> ColumnElement[bool]:
        wanted = self.condition_of()
        return wanted if value else ~wanted

    def choices(self, chosen: str) -> list[tuple[str, str]]:
        return [("1", gettext("Yes")), ("0", gettext("No"))]


class ChoiceFilter(CarteFilter):
    """Rows that meet what one of some choices stands for; both are asked for anew at each use.

    `choices_of` returns labels by value, `condition_of` takes one of the values.
    """

    def __init__(
        self,
        name: str,
        choices_of: Callable[[], Mapping[str, str]],
        condition_of: Callable[[str], ColumnElement[bool]],
    ) -> None:
        super().__init__(None, name)
        self.choices_of = choices_of
        self.condition_of = condition_of

    def clean(self, value: str) -> str:
        if value not in self.choices_of():
            raise ValueError(value)
        return value

    def condition(self, value: str) -> ColumnElement[bool]:
        return self.condition_of(value)

    def choices(self, chosen: str) -> list[tuple[str, str]]:
        return list(self.choices_of().items())
