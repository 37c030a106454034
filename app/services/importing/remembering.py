"""What files put into some restaurants before, and what has become of it since."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Container
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarResult, insert, select
from sqlalchemy.orm import Session

from app.models import FixtureRow, Menu, MenuItem, Restaurant, Section

Part = Menu | Section | MenuItem

#: The classes of a menu's rows, from the top down; the depth of an entry is its index.
PARTS: tuple[type[Part], ...] = (Menu, Section, MenuItem)

#: Rows written at a time: enough to be fast, few enough to show progress.
_AT_ONCE = 2_000


def above_column(cls: type[Part]) -> str:
    """Return the column with the number of the row above; of a menu that is `restaurant_id`."""
    return f"{cls.parent_name}_id"


class Memory:
    """The menus of some restaurants and the notes on them: four queries, however many rows."""

    def __init__(self, session: Session, restaurant_ids: Collection[int]) -> None:
        self._notes: dict[tuple[int, str, str], FixtureRow] = {}
        self._rows: dict[tuple[str, int], Part] = {}
        self._keys: dict[tuple[str, int], str] = {}
        self._named: dict[tuple[str, int, str], deque[Part]] = defaultdict(deque)
        self._last: dict[tuple[str, int], int] = {}
        self._before: dict[tuple[int, str], tuple[list[Part], list[FixtureRow]]] = defaultdict(
            lambda: ([], [])
        )
        if restaurant_ids:
            self._read(session, restaurant_ids)

    def note(self, restaurant_id: int, kind: str, key: str) -> FixtureRow | None:
        """Return the note on what this key became; None for what no file has loaded."""
        return self._notes.get((restaurant_id, kind, key))

    def row(self, note: FixtureRow) -> Part | None:
        """Return the row of a note; None where people have deleted it."""
        return self._rows.get((note.kind, note.row_id))

    def claim(self, kind: str, above: int, name: str, *, stated: Container[tuple[str, str]]) -> Part | None:
        """Return a row that has this name there and is no entry's yet, each once; None when none is left.

        It is people's own, or they have given it this name or place, and the file, whose entries are
        `stated` by kind and key, does not know it by another.
        """
        waiting = self._named.get((kind, above, name))
        while waiting:
            row = waiting.popleft()
            if (kind, self._keys.get((kind, row.id), "")) not in stated:
                return row
        return None

    def next_position(self, kind: str, above: int, otherwise: int) -> int:
        """Return the place after the last row there; `otherwise` where there was none."""
        if (kind, above) not in self._last:
            return otherwise
        self._last[kind, above] += 1
        return self._last[kind, above]

    def before(self, restaurant_id: int, cls: type[Part]) -> tuple[list[Part], list[FixtureRow]]:
        """Return the restaurant's rows of a class, and the notes on such rows, from before this load."""
        return self._before[restaurant_id, cls.__tablename__]

    def _read(self, session: Session, restaurant_ids: Collection[int]) -> None:
        for note in session.scalars(select(FixtureRow).where(FixtureRow.restaurant_id.in_(restaurant_ids))):
            self._notes[note.restaurant_id, note.kind, note.key] = note
            self._before[note.restaurant_id, note.kind][1].append(note)
            self._keys[note.kind, note.row_id] = note.key
        for cls in PARTS:
            of_these = select(cls).where(cls.restaurant_id.in_(restaurant_ids)).order_by(cls.position, cls.id)
            found: ScalarResult[Any] = session.scalars(of_these)
            for row in found:
                self._keep(row)

    def _keep(self, row: Part) -> None:
        kind, above = row.__tablename__, getattr(row, above_column(type(row)))
        self._rows[kind, row.id] = row
        self._before[row.restaurant_id, kind][0].append(row)
        self._last[kind, above] = row.position
        self._named[kind, above, row.name].append(row)


@dataclass(frozen=True, slots=True)
class _Change:
    """A row that is now as its file says, and the note on it from before."""

    restaurant: Restaurant
    kind: str
    key: str
    row: Part | Restaurant
    note: FixtureRow | None


class Writer:
    """Writes rows in portions and, once they have their numbers, the notes on them.

    `reset` is how everything is being written: back to what the files say, or not.
    """

    def __init__(
        self, session: Session, *, reset: bool = False, progress: Callable[[int], None] | None = None
    ) -> None:
        self.reset = reset
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
