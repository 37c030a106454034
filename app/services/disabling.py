"""Shutting a person out, and letting them in again; nothing of theirs is deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import Event
from app.domain.errors import Blocked
from app.models import User, UserSession
from app.services import administering, auditing


def disable(session: Session, user: User, *, by: Actor | None, at: datetime) -> None:
    """Refuse the person from the next request on and end every session of theirs.

    Raises Blocked when it is oneself or the only administrator. `by` is None on the command line.
    """
    if by is not None and by.id == user.id:
        raise Blocked("You cannot disable yourself; ask another administrator.")
    administering.require_another(session, user)
    if user.disabled_at is None:
        user.disabled_at = at
        auditing.note(session, Event.DISABLED, by=by, at=at, subject=user.name)
    for open_session in session.scalars(
        select(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    ):
        open_session.ended_at = at


def enable(session: Session, user: User, *, by: Actor | None, at: datetime) -> None:
    """Let the person sign in again."""
    if user.disabled_at is not None:
        user.disabled_at = None
        auditing.note(session, Event.ENABLED, by=by, at=at, subject=user.name)
