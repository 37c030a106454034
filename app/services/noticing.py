"""Noticing when people were last here, and by which provider; never from where, nor with what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import UserSession


@dataclass(frozen=True, slots=True)
class LastUse:
    """A person's newest use of Carte, and the name of the provider that had signed them in for it."""

    at: datetime
    provider: str


def last_uses(session: Session, users: Collection[int]) -> dict[int, LastUse]:
    """Return the last use of each of these users who has ever signed in, by number, in one query."""
    newest = (
        func.row_number()
        .over(
            partition_by=UserSession.user_id,
            order_by=(UserSession.last_seen_at.desc(), UserSession.id.desc()),
        )
        .label("newest")
    )
    uses = (
        select(UserSession.user_id, UserSession.last_seen_at, UserSession.provider, newest)
        .where(UserSession.user_id.in_(users))
        .subquery()
    )
    found = session.execute(
        select(uses.c.user_id, uses.c.last_seen_at, uses.c.provider).where(uses.c.newest == 1)
    )
    return {number: LastUse(at, provider) for number, at, provider in found}
