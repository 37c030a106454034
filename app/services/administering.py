"""Administering: who runs the installation, of whom there is always one who can sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import Event
from app.domain.errors import Blocked
from app.domain.words import Phrase
from app.models import User
from app.services import auditing


def grant(session: Session, user: User, *, by: Actor | None, at: datetime) -> None:
    """Make the person an administrator of the installation; raises Blocked for a disabled one."""
    if user.disabled_at is not None:
        raise Blocked(Phrase("%(name)s is disabled; enable them first.", name=user.name))
    if user.administrator_since is None:
        user.administrator_since = at
        auditing.note(session, Event.ADMINISTRATION_GIVEN, by=by, at=at, subject=user.name)


def revoke(session: Session, user: User, *, by: Actor | None, at: datetime) -> None:
    """End the person's administration; raises Blocked when nobody else could take over."""
    if user.administrator_since is None:
        raise Blocked(Phrase("%(name)s is not an administrator.", name=user.name))
    require_another(session, user)
    user.administrator_since = None
    auditing.note(session, Event.ADMINISTRATION_ENDED, by=by, at=at, subject=user.name)


def require_another(session: Session, user: User) -> None:
    """Raise Blocked where this person is the only active administrator.

    Keeps the active administrators' rows locked until the transaction ends, so that two who end one
    another's administration at once do not both succeed.
    """
    if user.administrator_since is None or user.disabled_at is not None:
        return
    active = select(User.id).where(User.administrator_since.is_not(None), User.disabled_at.is_(None))
    if set(session.scalars(active.order_by(User.id).with_for_update())) <= {user.id}:
        raise Blocked(
            Phrase("%(name)s is the only administrator; make somebody else one first.", name=user.name)
        )
