"""Administering: finding people by their address, and who administers the installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain import emails
from app.domain.errors import Blocked, Invalid, NotFound
from app.models import Identity, Membership, User


def everybody(session: Session) -> list[User]:
    """Return all people with their memberships and restaurants, in three queries."""
    places = selectinload(User.memberships).joinedload(Membership.restaurant)
    return list(session.scalars(select(User).options(places).order_by(User.id)))


def find(session: Session, who: str) -> User:
    """Return the one person with this number or e-mail address, theirs or one of a provider's.

    Raises NotFound, and Invalid where several people share the address.
    """
    if who.isascii() and who.isdigit():
        user = session.get(User, int(who)) if len(who) < 10 else None
        found = [user] if user else []
    else:
        found = _by_address(session, who)
    if not found:
        raise NotFound(f"There is nobody known as {who}; `flask people list` shows everybody.")
    return _only(found, who)


def find_verified(session: Session, email: str) -> User | None:
    """Return the active person whose provider has verified this address; Invalid where they are several."""
    found = [
        user for user in _by_address(session, email) if user.disabled_at is None and _vouched(user, email)
    ]
    return _only(found, email) if found else None


def grant(user: User, *, at: datetime) -> None:
    """Make the person an administrator of the installation; raises Blocked for a disabled one."""
    if user.disabled_at is not None:
        raise Blocked(f"{user.name} is disabled; enable them first.")
    user.administrator_since = user.administrator_since or at


def revoke(session: Session, user: User) -> None:
    """End the person's administration; raises Blocked when nobody else could take over."""
    if user.administrator_since is None:
        raise Blocked(f"{user.name} is not an administrator.")
    others = select(User.id).where(
        User.administrator_since.is_not(None), User.disabled_at.is_(None), User.id != user.id
    )
    if session.scalar(others.limit(1)) is None:
        raise Blocked(f"{user.name} is the only administrator; make somebody else one first.")
    user.administrator_since = None


def _by_address(session: Session, email: str) -> list[User]:
    folded = emails.fold(email)
    candidates = (
        select(User)
        .outerjoin(User.identities)
        .where(or_(func.lower(User.email) == folded, func.lower(Identity.email) == folded))
        .order_by(User.id)
        .options(joinedload(User.identities))
    )
    return [
        user
        for user in session.scalars(candidates).unique()
        if any(
            emails.are_same(email, known) for known in (user.email, *(each.email for each in user.identities))
        )
    ]


def _vouched(user: User, email: str) -> bool:
    return any(each.email_verified and emails.are_same(each.email, email) for each in user.identities)


def _only(found: list[User], who: str) -> User:
    if len(found) > 1:
        people = ", ".join(f"{user.id} ({user.name})" for user in found)
        raise Invalid({who: f"{len(found)} people share this address; name one by number: {people}."})
    return found[0]
