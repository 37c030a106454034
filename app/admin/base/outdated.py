"""Rows that changed after a page showed them: which, and in what that page could see.

A list and a question before a deletion send with each row the version they saw, and what stood in
its cells. A row is compared by its version alone; its cells only say, to a person, what has moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from app.admin.base.cells import CellView
from app.admin.base.versions import seen_version_of, who_saved_since
from app.domain.words import gettext_noop
from app.keeping import BASE_PREFIX
from app.saying import said


@dataclass(frozen=True, slots=True)
class Moved:
    """One cell: what the page showed (None: it does not say) and what stands there now."""

    field: str
    label: str
    base: str | None
    now: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """A row that was saved since, by whom, and its cells that differ."""

    row: Any
    who: str
    cells: tuple[Moved, ...]


class OutdatedRows(Exception):
    """Some of these rows, whom the reader may act on, changed since the page was made."""

    def __init__(self, rows: list[Any]) -> None:
        super().__init__()
        self.rows = rows


class OutdatedView(CellView):
    """The part of a view that notices which of several rows are no longer what a page showed."""

    def outdated(self, rows: list[Any]) -> list[Outdated]:
        """Return those of the rows that changed since; raises Malformed for a version that is none."""
        seen = [(row, seen_version_of(row)) for row in rows]
        return [
            Outdated(row, who_saved_since(row, version), self._moved(row))
            for row, version in seen
            if version is not None and version != row.version
        ]

    def cell_words(self, row: Any) -> list[tuple[str, str, str]]:
        """Return name, label and words of each cell of the row, as a list shows them."""
        return [(name, str(label), _words(self.cell_value(row, name))) for name, label in self._list_columns]

    def _moved(self, row: Any) -> tuple[Moved, ...]:
        found = []
        for name, label, now in self.cell_words(row):
            base = request.form.get(f"{BASE_PREFIX}{name}-{row.id}")
            if base is None or _words(base) != now:
                told = said if name in self.column_switches else str
                found.append(Moved(name, label, base and told(base), told(now)))
        return tuple(found)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return gettext_noop("Yes") if value else gettext_noop("No")
    return " ".join(str(value).split())
