"""What history says of some rows: every version of each, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Change, MenuItem


def versions(session: Session, items: list[int], *, after: Mapping[int, int]) -> Counter[tuple[int, int]]:
    """Return how often history tells of each version of each dish, of those later than `after`."""
    told = select(Change.row_id, Change.version).where(
        Change.kind == MenuItem.__tablename__, Change.row_id.in_(items)
    )
    return Counter((item, version) for item, version in session.execute(told) if version > after[item])


def expected(before: Mapping[int, int], after: Mapping[int, int]) -> Counter[tuple[int, int]]:
    """Return what it should say of rows that went from one version to another."""
    return Counter((item, version) for item in before for version in range(before[item] + 1, after[item] + 1))
