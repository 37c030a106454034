"""What a database holds at one moment, in few enough words to be kept beside a copy of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

#: Tables that the database keeps for itself: nobody loses anything by their rows.
OWN = frozenset({"alembic_version", "sqlite_sequence"})

#: Does a piece of work at the one moment when nobody else can write.
AtRest = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Table:
    """How many rows a table has, and the SHA-256 of all of them in the order of their keys."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Revision, SHA-256 of the schema, and each table; equal contents are equal databases."""

    revision: str
    schema: str
    tables: Mapping[str, Table]

    @property
    def rows(self) -> int:
        """The rows that people would miss."""
        return sum(table.rows for name, table in self.tables.items() if name not in OWN)

    def differences(self, found: Contents) -> Iterator[str]:
        """Yield, a line each, how `found` differs from what it should be."""
        if found.revision != self.revision:
            yield f"its revision is {found.revision or 'none'} instead of {self.revision}"
        if found.schema != self.schema:
            yield "its tables, columns or indexes are not those that were backed up"
        for name in sorted({*self.tables, *found.tables}):
            yield from _differences(name, self.tables.get(name), found.tables.get(name))


def _differences(name: str, wanted: Table | None, found: Table | None) -> Iterator[str]:
    if wanted is None or found is None:
        yield f"the table {name} is {'missing' if found is None else 'not of the backup'}"
    elif wanted.rows != found.rows:
        yield f"the table {name} has {found.rows} rows instead of {wanted.rows}"
    elif wanted != found:
        yield f"rows of the table {name} are not as they were"


class Database(Protocol):
    """A database that can be copied into a file and replaced by one."""

    #: What a person calls this kind.
    kind: str
    #: What its backups are named for, and the folder that they go to unless told otherwise.
    name: str
    folder: Path

    def rows(self) -> int:
        """Return how many rows people would miss."""

    def copy(self, target: Path) -> Contents:
        """Write the database of one moment into a file that only its owner reads, while people write."""

    def prove(self, copy: Path, expected: Contents) -> str:
        """Return in words how it was proven that the copy can be restored; raises Failed where it cannot."""

    def put(self, copy: Path, expected: Contents, at_rest: AtRest) -> None:
        """Replace everything by the copy, or nothing at all; `at_rest` runs first, under the lock."""
