"""The history that a test has made so far, and the rows as a replay of it would leave them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Change
from app.models.history import RECORDED, Verb, plain, recorded_columns

#: Every recorded row: its kind and number, its version (1 where it has none) and its columns as JSON.
State = dict[tuple[str, int], tuple[int, dict[str, Any]]]


class History:
    """What was written since this was made, or since it was last read with `new`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen = 0
        self.new()

    def new(self) -> list[Change]:
        """Return the changes since the last call, in the order they were written."""
        self._session.flush()
        self._session.expire_all()
        query = select(Change).where(Change.id > self._seen).order_by(Change.id)
        found = list(self._session.scalars(query))
        self._seen = found[-1].id if found else self._seen
        return found

    def one(self) -> Change:
        """Return the only new change."""
        (change,) = self.new()
        return change


def replayed(session: Session) -> State:
    """Return what all changes together leave of an empty database."""
    rows: State = {}
    for change in session.scalars(select(Change).order_by(Change.id)):
        key = change.kind, change.row_id
        if change.verb == Verb.DELETED:
            assert rows.pop(key) == (change.version, change.before)
        elif change.verb == Verb.CHANGED:
            version, values = rows[key]
            assert change.version > version or change.kind == "invitation"
            assert {name: values[name] for name in change.before} == change.before
            rows[key] = change.version, {**values, **change.after}
        else:
            assert key not in rows
            rows[key] = change.version, change.after
    return rows


def as_stored(session: Session) -> State:
    """Return the recorded rows that are there."""
    session.expire_all()
    return {
        (kind, row.id): (
            getattr(row, "version", 1),
            {name: plain(getattr(row, name)) for name in recorded_columns(cls)},
        )
        for kind, cls in RECORDED.items()
        for row in session.scalars(select(cls))
    }
