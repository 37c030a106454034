"""Shutting a person out, and letting them in again; nothing of theirs is deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Blocked
from app.models import User, UserSession
from app.services import administering


def disable(session: Session, user: User, *, by: Actor | None, at: datetime) -> None:
    """Refuse the person from the next request on and end every session of theirs.

    Raises Blocked when it is oneself or the only administrator. `by` is None on the command line.
    """
    if by is not None and by.id == user.id:
        raise Blocked("You cannot disable yourself; ask another administrator.")
    administering.require_another(session, user)
    user.disabled_at = user.disabled_at or at
    for open_session in session.scalars(
        select(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    ):
        open_session.ended_at = at


def enable(user: User) -> None:
    """Let the person sign in again."""
    user.disabled_at = None
