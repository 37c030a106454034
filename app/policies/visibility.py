"""Which rows a person may read at all, of every class; `tenancy` adds it to each query."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import aliased

from app.domain.actors import Actor
from app.domain.audit import COMING_AND_GOING
from app.domain.roles import Action, Role
from app.models import (
    AuditEntry,
    Base,
    Change,
    DefaultView,
    Identity,
    Membership,
    Restaurant,
    SavedView,
    User,
    UserSession,
)
from app.models.history import RECORDED, Verb
from app.policies.grants import reading
from app.policies.rules import places, reach


def readable(actor: Actor, cls: type[Base]) -> ColumnElement[bool]:
    """Return the SQL condition that keeps the rows of `cls` that the person may read.

    People belong to no restaurant: everybody reads themselves, and the users whose memberships
    they read; of the accounts and sessions behind a user, only their own. Of history they read what
    speaks of rows that they read, and the acts by which they deleted a restaurant of theirs themselves.
    Of the audit they read their restaurants' part, and when the people there came and went. Of views they
    read their own, which nobody else does, and their restaurants'.
    """
    if issubclass(cls, SavedView | DefaultView):
        return or_(cls.user_id == actor.id, _shared(actor, cls))
    return true() if actor.is_admin else _within_reach(actor, cls)


def _within_reach(actor: Actor, cls: type[Base]) -> ColumnElement[bool]:
    if issubclass(cls, User):
        members = select(Membership.user_id).where(reach(actor, reading(Membership), Membership))
        return or_(cls.id == actor.id, cls.id.in_(members))
    if issubclass(cls, Identity | UserSession):
        return cls.user_id == actor.id
    if issubclass(cls, Change):
        return or_(_history(actor), Change.act.in_(_own_last_acts(actor)))
    if issubclass(cls, AuditEntry):
        return or_(reach(actor, reading(cls), cls), _coming_and_going(actor))
    return reach(actor, reading(cls), cls)


def _shared(actor: Actor, cls: type[SavedView | DefaultView]) -> ColumnElement[bool]:
    held = and_(cls.restaurant_id.is_not(None), reach(actor, reading(cls), cls))
    if not issubclass(cls, DefaultView):
        return held
    # What others chose for themselves matters only to who may delete the view it leads to.
    ending = and_(cls.restaurant_id.is_not(None), reach(actor, Action.ARRANGE, cls))
    return or_(and_(held, cls.user_id.is_(None)), ending)


def _coming_and_going(actor: Actor) -> ColumnElement[bool]:
    # Since they belong there; what they did before is none of that restaurant's.
    member = aliased(Membership)
    since = select(member.id).where(
        member.restaurant_id.in_(places(actor, Action.READ_AUDIT)),
        member.user_id == AuditEntry.by_id,
        member.created_at <= AuditEntry.at,
    )
    return and_(AuditEntry.restaurant_id.is_(None), AuditEntry.event.in_(COMING_AND_GOING), since.exists())


def _history(actor: Actor) -> ColumnElement[bool]:
    kinds = (
        and_(Change.kind == kind, reach(actor, reading(recorded), Change))
        for kind, recorded in RECORDED.items()
    )
    return and_(reach(actor, reading(Change), Change), or_(*kinds))


def _own_last_acts(actor: Actor) -> Select[UUID]:
    """Return the acts that ended the person's own role in a restaurant together with the restaurant."""
    gone = aliased(Change)
    return select(gone.act).where(
        gone.by_id == actor.id,
        gone.by_role == Role.OWNER,
        gone.kind == Restaurant.__tablename__,
        gone.verb == Verb.DELETED,
    )
