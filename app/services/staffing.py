"""Changing who works in a restaurant, which always keeps an owner who can sign in."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from app.domain.errors import Blocked, NotFound
from app.domain.roles import Role
from app.domain.words import Phrase
from app.models import Membership, Restaurant, User


def change_role(session: Session, membership: Membership, role: str) -> None:
    """Give the person another role there; raises Blocked where no owner would be left."""
    if membership.role == Role.OWNER != role:
        _keep_an_owner(session, membership)
    membership.role = role


def remove(session: Session, membership: Membership) -> None:
    """Take the person out of the restaurant; raises Blocked where no owner would be left."""
    if membership.role == Role.OWNER:
        _keep_an_owner(session, membership)
    session.delete(membership)


def left_without_owner(session: Session, user: User) -> list[Restaurant]:
    """Return the restaurants that the person owns and in which no owner can sign in, by name."""
    owned, other = aliased(Membership), aliased(Membership)
    query = (
        select(Restaurant)
        .join(owned, owned.restaurant_id == Restaurant.id)
        .where(owned.user_id == user.id, owned.role == Role.OWNER)
        .where(~select(other.id).where(other.restaurant_id == Restaurant.id, *_can_own(other)).exists())
        .order_by(Restaurant.name, Restaurant.id)
    )
    return list(session.scalars(query))


def _keep_an_owner(session: Session, membership: Membership) -> None:
    # Two owners who take each other out at once wait for each other here.
    held = select(Restaurant.id).where(Restaurant.id == membership.restaurant_id).with_for_update()
    if session.scalar(held) is None:
        raise NotFound("Somebody has just deleted the restaurant.")
    others = select(Membership.id).where(
        Membership.restaurant_id == membership.restaurant_id,
        Membership.id != membership.id,
        *_can_own(Membership),
    )
    if session.scalar(others.limit(1)) is None:
        raise Blocked(
            Phrase(
                "%(name)s is the last owner of %(restaurant)s who can sign in."
                " Make somebody else an owner first, in People.",
                name=membership.user.name,
                restaurant=membership.restaurant.name,
            )
        )


def _can_own(membership: type[Membership]) -> tuple[ColumnElement[bool], ...]:
    enabled = select(User.id).where(User.id == membership.user_id, User.disabled_at.is_(None)).exists()
    return (membership.role == Role.OWNER, enabled)
