"""Signing in: the server's side of a session, from its cookie to the person behind it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.domain import identities, tokens
from app.domain.actors import Actor, Held
from app.domain.audit import Event
from app.domain.errors import SignInDenied
from app.domain.roles import Role
from app.models import Membership, User, UserSession
from app.models.lengths import longest
from app.services import auditing

#: How long a session lasts, used or not.
LIFETIME = timedelta(hours=12)

#: What a session of the development sign-in names as its provider.
DEVELOPMENT = "development"

#: How old `last_seen_at` may grow before a request writes it anew.
SEEN_EVERY = timedelta(minutes=1)


def begin(session: Session, user: User, *, provider: str, user_agent: str, at: datetime) -> str:
    """Open a session and return the token for its cookie; only the token's hash is kept. The audit is told.

    Raises SignInDenied for a disabled person.
    """
    if user.disabled_at is not None:
        raise SignInDenied("This account has been switched off. Ask whoever runs this installation.")
    token = tokens.new()
    session.add(
        UserSession(
            user=user,
            token_hash=tokens.digest(token),
            provider=provider,
            user_agent=user_agent.replace("\0", "")[: longest(UserSession.user_agent)],
            created_at=at,
            last_seen_at=at,
            expires_at=at + LIFETIME,
        )
    )
    session.flush()
    event = Event.SIGNED_IN_AS_DEVELOPER if provider == DEVELOPMENT else Event.SIGNED_IN
    auditing.note(session, event, by=actor_of(user), at=at, provider=provider)
    return token


def find(session: Session, token: str, *, at: datetime) -> UserSession | None:
    """Return the live session of a cookie, with all that `actor_of` needs, in two queries.

    None when it is unknown, ended or expired, or when its person is disabled.
    """
    query = (
        select(UserSession)
        .join(UserSession.user)
        .where(
            UserSession.token_hash == tokens.digest(token),
            UserSession.ended_at.is_(None),
            UserSession.expires_at > at,
            User.disabled_at.is_(None),
        )
        .options(
            contains_eager(UserSession.user).options(
                joinedload(User.identities),
                selectinload(User.memberships).joinedload(Membership.restaurant),
            )
        )
        # A row read earlier in this request may have changed since.
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).unique().one_or_none()


def is_due(found: UserSession, *, at: datetime) -> bool:
    """Tell whether the session's last use is old enough to be written again, or of a wrong clock."""
    return abs(at - found.last_seen_at) >= SEEN_EVERY


def end(session: Session, token: str, *, at: datetime) -> UserSession | None:
    """End the session of a cookie, if it is open, and return it: no copy of the cookie works any more."""
    query = select(UserSession).where(
        UserSession.token_hash == tokens.digest(token), UserSession.ended_at.is_(None)
    )
    found = session.scalars(query).one_or_none()
    if found is not None:
        found.ended_at = at
    return found


def holder(session: Session, token: str) -> int | None:
    """Return the number of the user whose session this was; None once it has been ended.

    A session that only ran out still names its person: nobody took it back.
    """
    query = select(UserSession.user_id).where(
        UserSession.token_hash == tokens.digest(token), UserSession.ended_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def actor_of(user: User, *, signed_in_at: datetime | None = None) -> Actor:
    """Return the person as policies see them, with their memberships in the order they were made."""
    return Actor(
        id=user.id,
        key=_key_of(user),
        name=user.name,
        email=user.email,
        is_admin=user.administrator_since is not None,
        held=tuple(_held(membership) for membership in user.memberships),
        signed_in_at=signed_in_at,
        language=user.language,
        time_zone=user.time_zone,
    )


def _key_of(user: User) -> str:
    cast = (identity.subject for identity in user.identities if identity.issuer == identities.CAST)
    return next(cast, f"user-{user.id}")


def _held(membership: Membership) -> Held:
    place = membership.restaurant
    return Held(place.id, place.name, place.slug, Role(membership.role))
