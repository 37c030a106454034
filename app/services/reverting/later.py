"""What there is of rows now, and what has happened to them since some changes, for many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Change
from app.models.history import RECORDED
from app.services.reverting.effects import Effect, Key

#: Rows looked up by one statement.
_AT_ONCE = 500


def by_kind(keys: Iterable[Key]) -> Iterator[tuple[str, list[int]]]:
    """Yield kinds with the numbers of their rows, as many as one statement looks up."""
    for kind, group in groupby(sorted(set(keys)), lambda key: key[0]):
        numbers = [number for _, number in group]
        for start in range(0, len(numbers), _AT_ONCE):
            yield kind, numbers[start : start + _AT_ONCE]


def stored_rows(session: Session, keys: Iterable[Key]) -> dict[Key, Any]:
    """Return the rows that there are and that the person reads."""
    rows: dict[Key, Any] = {}
    for kind, numbers in by_kind(keys):
        cls = RECORDED[kind]
        rows |= {(kind, row.id): row for row in session.scalars(select(cls).where(cls.id.in_(numbers)))}
    return rows


def changes_since(session: Session, effects: Iterable[Effect]) -> dict[Key, list[Change]]:
    """Return the later changes of each of these rows, newest first."""
    last = {effect.key: effect.last for effect in effects}
    found: dict[Key, list[Change]] = {key: [] for key in last}
    for kind, numbers in by_kind(last):
        oldest = min(last[kind, number] for number in numbers)
        of_these = select(Change).where(Change.kind == kind, Change.row_id.in_(numbers), Change.id > oldest)
        for change in session.scalars(of_these.order_by(Change.id.desc())):
            key = (change.kind, change.row_id)
            if change.id > last[key]:
                found[key].append(change)
    return found
