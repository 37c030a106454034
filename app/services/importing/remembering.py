"""What files put into some restaurants before, and what has become of it since."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.models import FixtureRow, Menu, MenuItem, Restaurant, Section

Part = Menu | Section | MenuItem

#: The classes of a menu's rows, from the top down; the depth of an entry is its index.
PARTS: tuple[type[Part], ...] = (Menu, Section, MenuItem)

#: Rows written at a time: enough to be fast, few enough to show progress.
_AT_ONCE = 2_000


def parent_id(row: Part) -> int:
    """Return the number of the row above this one."""
    number: int = getattr(row, f"{row.parent_name}_id")
    return number


class Memory:
    """The menus of some restaurants and the notes on them: four queries, however many rows."""

    def __init__(self, session: Session, restaurant_ids: Collection[int]) -> None:
        self._notes: dict[tuple[int, str, str], FixtureRow] = {}
        self._rows: dict[tuple[str, int], Part] = {}
        self._own: dict[tuple[str, int, str], deque[Part]] = defaultdict(deque)
        self._last: dict[tuple[str, int], int] = {}
        if restaurant_ids:
            self._read(session, restaurant_ids)

    def note(self, restaurant_id: int | None, kind: str, key: str) -> FixtureRow | None:
        """Return the note on what this key became; None for what no file has loaded."""
        return self._notes.get((restaurant_id, kind, key)) if restaurant_id is not None else None

    def row(self, note: FixtureRow) -> Part | None:
        """Return the row of a note; None where people have deleted it."""
        return self._rows.get((note.kind, note.row_id))

    def claim(self, kind: str, above: int | None, name: str) -> Part | None:
        """Return people's own row of this name there, each once; None when there is none left."""
        waiting = self._own.get((kind, above, name)) if above is not None else None
        return waiting.popleft() if waiting else None

    def next_position(self, kind: str, above: int | None, otherwise: int) -> int:
        """Return the place after the last row there; `otherwise` under a new parent."""
        if above is None or (kind, above) not in self._last:
            return otherwise
        self._last[kind, above] += 1
        return self._last[kind, above]

    def rows_of(self, restaurant_id: int, cls: type[Part]) -> list[Part]:
        """Return every row of a class that the restaurant had before this load."""
        return [row for row in self._rows.values() if type(row) is cls and row.restaurant_id == restaurant_id]

    def notes_of(self, restaurant_id: int) -> list[FixtureRow]:
        """Return every note on the restaurant's menus from before this load."""
        kinds = {cls.__tablename__ for cls in PARTS}
        return [
            note
            for note in self._notes.values()
            if note.restaurant_id == restaurant_id and note.kind in kinds
        ]

    def _read(self, session: Session, restaurant_ids: Collection[int]) -> None:
        for note in session.scalars(select(FixtureRow).where(FixtureRow.restaurant_id.in_(restaurant_ids))):
            self._notes[note.restaurant_id, note.kind, note.key] = note
        noted = {(note.kind, note.row_id) for note in self._notes.values()}
        for cls in PARTS:
            kind = cls.__tablename__
            of_these = select(cls).where(cls.restaurant_id.in_(restaurant_ids)).order_by(cls.position, cls.id)
            for row in session.scalars(of_these):
                self._rows[kind, row.id] = row
                self._last[kind, parent_id(row)] = row.position
                if (kind, row.id) not in noted:
                    self._own[kind, parent_id(row), row.name].append(row)


@dataclass(frozen=True, slots=True)
class _Change:
    """A row that is now as its file says, and the note on it from before."""

    restaurant: Restaurant
    kind: str
    key: str
    row: Part | Restaurant
    note: FixtureRow | None


class Writer:
    """Writes rows in portions and, once they have their numbers, the notes on them."""

    def __init__(self, session: Session, progress: Callable[[int], None] | None = None) -> None:
        self._session = session
        self._progress = progress
        self._changes: list[_Change] = []
        self._steps = 0

    def step(self) -> None:
        """Count one row as looked at; writes when enough have gathered."""
        self._steps += 1
        if self._steps >= _AT_ONCE:
            self.flush()

    def put(self, restaurant: Restaurant, key: str, row: Part | Restaurant, note: FixtureRow | None) -> None:
        """Keep a new or changed row, to be noted as it is once written."""
        self._session.add(row)
        self._changes.append(_Change(restaurant, row.__tablename__, key, row, note))

    def flush(self) -> None:
        """Write what has gathered."""
        self._session.flush()
        fresh = []
        for change in self._changes:
            if change.note is None:
                fresh.append(_noted(change))
            else:
                change.note.row_id, change.note.row_version = change.row.id, change.row.version
        if fresh:
            self._session.execute(insert(FixtureRow), fresh)
        self._changes = []
        if self._progress:
            self._progress(self._steps)
        self._steps = 0


def _noted(change: _Change) -> dict[str, object]:
    return {
        "restaurant_id": change.restaurant.id,
        "kind": change.kind,
        "key": change.key,
        "row_id": change.row.id,
        "row_version": change.row.version,
    }
