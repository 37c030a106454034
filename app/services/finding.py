"""Finding what an operator names: people by number or address, restaurants by slug."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.domain import emails, numbers
from app.domain.errors import Invalid, NotFound
from app.domain.words import Phrase
from app.models import Identity, Membership, Restaurant, User


def restaurant(session: Session, slug: str) -> Restaurant:
    """Return the restaurant of that slug; raises NotFound."""
    found = session.scalars(select(Restaurant).where(Restaurant.slug == slug)).one_or_none()
    if found is None:
        raise NotFound(Phrase("There is no restaurant “%(slug)s”.", slug=slug))
    return found


def everybody(session: Session) -> list[User]:
    """Return all people with their memberships and restaurants, in three queries."""
    places = selectinload(User.memberships).joinedload(Membership.restaurant)
    return list(session.scalars(select(User).options(places).order_by(User.id)))


def person(session: Session, who: str) -> User:
    """Return the one person with this number or e-mail address, theirs or one of a provider's.

    Raises NotFound, and Invalid where several people share the address.
    """
    found = _by_number(session, who) if who.isdigit() else _by_address(session, who)
    if not found:
        raise NotFound(
            Phrase("There is nobody known as %(who)s; `flask people list` shows everybody.", who=who)
        )
    return _only(found, who)


def verified(session: Session, email: str) -> User | None:
    """Return the active person whose provider has verified this address; Invalid where they are several."""
    found = [
        user for user in _by_address(session, email) if user.disabled_at is None and _vouched(user, email)
    ]
    return _only(found, email) if found else None


def _by_number(session: Session, who: str) -> list[User]:
    number = numbers.whole(who)
    user = None if number is None else session.get(User, number)
    return [user] if user else []


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
    return any(emails.proves(each.email, email, verified=each.email_verified) for each in user.identities)


def _only(found: list[User], who: str) -> User:
    if len(found) > 1:
        words = Phrase(
            "%(count)s people share this address; name one by number: %(people)s.",
            count=len(found),
            people=tuple(f"{user.id} ({user.name})" for user in found),
        )
        raise Invalid({who: words})
    return found[0]
