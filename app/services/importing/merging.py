"""One restaurant's menus: what the file says against what is there, entry by entry.

Without `reset` a row that people have changed, renamed or moved keeps what they made of it, one
that they deleted stays deleted, and one that only left the file stays too: such a load deletes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.domain.documents import Entry, numbered
from app.models import FixtureRow, MenuItem, Restaurant
from app.services.importing.remembering import PARTS, Memory, Part, Writer, parent_id
from app.services.importing.report import Counts


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an entry belongs: its class, its stable key, the row above it, its place there."""

    cls: type[Part]
    key: str
    above: Restaurant | Part
    position: int

    @property
    def kind(self) -> str:
        return self.cls.__tablename__


class Merging:
    """Puts one document's menus into its restaurant."""

    def __init__(
        self,
        restaurant: Restaurant,
        memory: Memory,
        writer: Writer,
        counts: Counts,
        *,
        reset: bool,
        ordered: bool,
    ) -> None:
        self._restaurant = restaurant
        self._memory = memory
        self._writer = writer
        self._counts = counts
        self._reset = reset
        # Whether the file says in which order its entries stand.
        self._ordered = ordered or reset
        self._touched: set[Part] = set()

    def merge(
        self, entries: Sequence[Entry], above: Restaurant | Part | None = None, depth: int = 0, key: str = ""
    ) -> None:
        """Merge entries below `above`, by default the restaurant, and everything below them."""
        above = above or self._restaurant
        for position, (own_key, entry) in enumerate(numbered(entries, key)):
            row = self._place(entry, _Spot(PARTS[depth], own_key, above, position))
            self._writer.step()
            if row is not None:
                self.merge(entry.entries, row, depth + 1, own_key)

    def clear(self, session: Session) -> None:
        """Delete what the file did not lead to: people's own rows, and what it no longer names."""
        for cls in reversed(PARTS):
            for row in self._memory.rows_of(self._restaurant.id, cls):
                if row not in self._touched:
                    session.delete(row)
                    self._counts.deleted += 1
            # Below first, so that a parent finds no children left when it is deleted in turn.
            session.flush()
        kept = {(row.__tablename__, row.id) for row in self._touched}
        for note in self._memory.notes_of(self._restaurant.id):
            if (note.kind, note.row_id) not in kept:
                session.delete(note)

    def _place(self, entry: Entry, spot: _Spot) -> Part | None:
        """Return the row that the entry is; None where people have deleted it."""
        note = self._memory.note(self._restaurant.id, spot.kind, spot.key)
        row = self._memory.row(note) if note else self._memory.claim(spot.kind, spot.above.id, entry.name)
        if row is None and note is not None and not self._reset:
            self._counts.kept += entry.size
            return None
        if row is None:
            row = self._create(entry, spot, note)
        elif self._reset or (note is not None and note.row_version == row.version):
            self._update(row, entry, spot, note)
        else:
            self._counts.kept += 1
        if self._reset:
            self._touched.add(row)
        return row

    def _create(self, entry: Entry, spot: _Spot, note: FixtureRow | None) -> Part:
        position = spot.position
        if not self._ordered:
            position = self._memory.next_position(spot.kind, spot.above.id, position)
        above = {spot.cls.parent_name: spot.above}
        row = spot.cls(name=entry.name, position=position, **above, **entry.values)
        self._writer.put(self._restaurant, spot.key, row, note)
        self._counts.created += 1
        return row

    def _update(self, row: Part, entry: Entry, spot: _Spot, note: FixtureRow | None) -> None:
        changed = assign(row, self._values(row, entry, spot.position))
        if self._reset and parent_id(row) != spot.above.id:
            setattr(row, row.parent_name, spot.above)
            changed = True
        self._counts.count(changed=changed)
        if changed or note is None or note.row_version != row.version:
            self._writer.put(self._restaurant, spot.key, row, note)

    def _values(self, row: Part, entry: Entry, position: int) -> dict[str, Any]:
        values = dict(entry.values)
        if self._ordered:
            values["position"] = position
        if self._reset:
            values["name"] = entry.name
            if isinstance(row, MenuItem):
                values |= {"sold_out_at": None, "sold_out_until": None, "sold_out_by_id": None}
        return values


def assign(row: Any, values: dict[str, Any]) -> bool:
    """Set the columns that differ; tell whether any did."""
    differing = {column: value for column, value in values.items() if getattr(row, column) != value}
    for column, value in differing.items():
        setattr(row, column, value)
    return bool(differing)
