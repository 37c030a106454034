"""Which rows a person may read at all, of every class; `tenancy` adds it to each query."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, true

from app.domain.actors import Actor
from app.models import Base, Identity, Membership, User, UserSession
from app.policies.grants import reading
from app.policies.rules import reach


def readable(actor: Actor, cls: type[Base]) -> ColumnElement[bool]:
    """Return the SQL condition that keeps the rows of `cls` that the person may read.

    People belong to no restaurant: everybody reads themselves, and the users whose memberships
    they read; of the accounts and sessions behind a user, only their own.
    """
    if actor.is_admin:
        return true()
    if issubclass(cls, User):
        members = select(Membership.user_id).where(reach(actor, reading(Membership), Membership))
        return or_(cls.id == actor.id, cls.id.in_(members))
    if issubclass(cls, Identity | UserSession):
        return cls.user_id == actor.id
    return reach(actor, reading(cls), cls)
