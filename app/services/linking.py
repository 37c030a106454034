"""Linking: which accounts at providers sign a person in; an address links none, and the last one stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.audit import Event
from app.domain.errors import AccountTaken, Blocked, NotFound
from app.domain.identities import Vouched
from app.models import Identity, User
from app.services import auditing, vouching


def link(session: Session, vouched: Vouched, *, by: Actor, provider: str, at: datetime) -> bool:
    """Let this account sign the person in from now on; False where it does so already.

    Raises AccountTaken for one that signs somebody else in. The caller lifts the tenancy
    (Reason.LINKING): only so can it be seen whose an account is.
    """
    known = vouching.recognise(session, vouched, at=at) or _add(session, vouched, by, at)
    if known is None:
        auditing.note(session, Event.IDENTITY_LINKED, by=by, at=at, subject=vouched.email, provider=provider)
    elif known.user_id != by.id:
        raise AccountTaken(
            "This account signs somebody else in here. Nothing was changed, for either of you."
        )
    return known is None


def unlink(
    session: Session,
    identity: Identity,
    *,
    opens: Callable[[str], bool],
    by: Actor,
    provider: str,
    at: datetime,
) -> None:
    """Let one of the person's own accounts sign them in no more.

    `opens` tells whether accounts of an issuer can sign people in here today. Raises NotFound for
    anybody else's account, to an administrator too; Blocked where no other one would open the door.
    """
    # Two requests that each take one of two accounts away wait for each other here.
    session.scalar(select(User.id).where(User.id == by.id).with_for_update())
    own = session.scalars(select(Identity).where(Identity.user_id == by.id)).all()
    if identity not in own:
        raise NotFound("There is no such account of yours.")
    if not any(opens(each.issuer) for each in own if each is not identity):
        raise Blocked("No other account could sign you in here then. Link another one first.")
    session.delete(identity)
    auditing.note(session, Event.IDENTITY_UNLINKED, by=by, at=at, subject=identity.email, provider=provider)


def _add(session: Session, vouched: Vouched, by: Actor, at: datetime) -> Identity | None:
    """Store the account as the person's; where another request was faster by a moment, return its row."""
    identity = Identity(
        user_id=by.id,
        issuer=vouched.issuer,
        subject=vouched.subject,
        email=vouched.email,
        email_verified=vouched.verified,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(identity)
    except IntegrityError:
        known = vouching.recognise(session, vouched, at=at)
        if known is None:
            raise
        return known
    return None
