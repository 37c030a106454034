"""One restaurant's menus: what the file says against what is there, entry by entry.

Without `reset` a row that people have changed, renamed or moved keeps what they made of it, one
that they deleted stays deleted, and one that only left the file stays too: such a load deletes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.domain.documents import Entry, RestaurantDocument, numbered
from app.models import FixtureRow, MenuItem, Restaurant
from app.services.importing.remembering import PARTS, Memory, Part, Writer, above_column
from app.services.importing.report import Counts


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an entry belongs: its class, its stable key, the number of the row above it, its place there."""

    cls: type[Part]
    key: str
    above: int
    position: int

    @property
    def kind(self) -> str:
        return self.cls.__tablename__


@dataclass(frozen=True, slots=True)
class _Branch:
    """Entries that are next, and what they stand below."""

    entries: Sequence[Entry]
    above: Restaurant | Part
    key: str = ""


class Merging:
    """Puts one document's menus into its restaurant, level by level, each written before the next."""

    def __init__(
        self,
        restaurant: Restaurant,
        document: RestaurantDocument,
        memory: Memory,
        writer: Writer,
        counts: Counts,
    ) -> None:
        self._restaurant = restaurant
        self._memory, self._writer, self._counts = memory, writer, counts
        self._reset = writer.reset
        # Whether the file says in which order its entries stand.
        self._ordered = writer.reset or not document.partial
        self._branches = [_Branch(document.menus, restaurant)]
        self._touched: set[tuple[str, int]] = set()
        self._stated = set(_keys(document.menus))

    def merge(self, cls: type[Part]) -> None:
        """Merge the next level, whose rows are of `cls`."""
        below = []
        for branch in self._branches:
            for position, (key, entry) in enumerate(numbered(branch.entries, branch.key)):
                row = self._place(entry, _Spot(cls, key, branch.above.id, position))
                self._writer.step()
                if row is not None and entry.entries:
                    below.append(_Branch(entry.entries, row, key))
        self._branches = below

    def clear(self, session: Session, cls: type[Part]) -> None:
        """Delete what the file did not lead to, people's own rows and those it no longer names."""
        rows, notes = self._memory.before(self._restaurant.id, cls)
        for row in rows:
            if (cls.__tablename__, row.id) not in self._touched:
                session.delete(row)
                self._counts.deleted += 1
        for note in notes:
            if (note.kind, note.key) not in self._stated:
                session.delete(note)

    def _place(self, entry: Entry, spot: _Spot) -> Part | None:
        """Return the row that the entry is; None where people have deleted it."""
        note = self._memory.note(self._restaurant.id, spot.kind, spot.key)
        row = self._memory.row(note) if note else self._claim(entry, spot)
        if row is None and note is not None and not self._reset:
            self._counts.kept += entry.size
            return None
        if row is None:
            row = self._create(entry, spot, note)
        elif self._reset or (note is not None and note.row_version == row.version):
            self._update(row, entry, spot, note)
        else:
            self._counts.kept += 1
        return row

    def _claim(self, entry: Entry, spot: _Spot) -> Part | None:
        return self._memory.claim(spot.kind, spot.above, entry.name, stated=self._stated)

    def _create(self, entry: Entry, spot: _Spot, note: FixtureRow | None) -> Part:
        position = spot.position
        if not self._ordered:
            position = self._memory.next_position(spot.kind, spot.above, position)
        above = {"restaurant_id": self._restaurant.id, above_column(spot.cls): spot.above}
        row = spot.cls(name=entry.name, position=position, **above, **entry.values)
        self._writer.put(self._restaurant, spot.key, row, note)
        self._counts.created += 1
        return row

    def _update(self, row: Part, entry: Entry, spot: _Spot, note: FixtureRow | None) -> None:
        changed = assign(row, self._values(row, entry, spot))
        self._counts.count(changed=changed)
        if changed or note is None or note.row_version != row.version:
            self._writer.put(self._restaurant, spot.key, row, note)

    def _values(self, row: Part, entry: Entry, spot: _Spot) -> dict[str, Any]:
        values = dict(entry.values)
        if self._ordered:
            values["position"] = spot.position
        if self._reset:
            self._touched.add((spot.kind, row.id))
            values |= {"name": entry.name, above_column(spot.cls): spot.above}
            if isinstance(row, MenuItem):
                values |= {"sold_out_at": None, "sold_out_until": None, "sold_out_by_id": None}
        return values


def _keys(entries: Sequence[Entry], above: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield kind and key of every entry."""
    for key, entry in numbered(entries, above):
        yield PARTS[depth].__tablename__, key
        yield from _keys(entry.entries, key, depth + 1)


def assign(row: Any, values: dict[str, Any]) -> bool:
    """Set the columns that differ; tell whether any did."""
    differing = {column: value for column, value in values.items() if getattr(row, column) != value}
    for column, value in differing.items():
        setattr(row, column, value)
    return bool(differing)
