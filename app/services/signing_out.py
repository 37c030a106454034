"""Signing out: the sessions of a person, one or all of them, from whichever browser they ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import Event
from app.domain.errors import NotFound
from app.models import UserSession
from app.services import auditing, signing_in


def live(by: Actor, *, at: datetime) -> Select[UserSession]:
    """Return the person's own sessions that have neither ended nor run out, the last used first."""
    return (
        select(UserSession)
        .where(UserSession.user_id == by.id, UserSession.ended_at.is_(None), UserSession.expires_at > at)
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )


def leave(session: Session, token: str, *, at: datetime) -> None:
    """End the session of a cookie because its person wants to."""
    found = signing_in.end(session, token, at=at)
    if found is not None:
        by = signing_in.actor_of(found.user)
        auditing.note(session, Event.SIGNED_OUT, by=by, at=at, provider=found.provider)


def end(session: Session, number: int, *, by: Actor, at: datetime) -> None:
    """End one of the person's live sessions; raises NotFound for any other."""
    found = session.scalar(live(by, at=at).where(UserSession.id == number))
    if found is None:
        raise NotFound("You have no such session.")
    found.ended_at = at
    auditing.note(session, Event.SIGNED_OUT, by=by, at=at, provider=found.provider)


def end_all(session: Session, *, by: Actor, at: datetime) -> int:
    """End every session of the person, this one included; return how many there were."""
    found = session.scalars(live(by, at=at)).all()
    for each in found:
        each.ended_at = at
    words = f"{len(found)} {'session' if len(found) == 1 else 'sessions'}"
    auditing.note(session, Event.SIGNED_OUT_EVERYWHERE, by=by, at=at, reason=words)
    return len(found)
