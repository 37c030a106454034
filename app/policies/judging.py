"""Judging a flush: whether the person may make, change or delete a row, give or take a role.

Each verdict raises Forbidden or NotFound, or tells whether what it lets pass asks for a recent sign-in.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect

from app.domain import naming
from app.domain.actors import Actor
from app.domain.errors import Forbidden, NotFound
from app.domain.roles import Action
from app.domain.words import Phrase
from app.models import DefaultView, Invitation, Membership, SavedView, TenantOwned
from app.policies.granting import require_grantable
from app.policies.own import changeable, is_own, is_private, may_create, may_delete
from app.policies.recency import is_grave_role, is_grave_to_change, is_grave_to_delete
from app.policies.rules import allows_in, restaurant_id_of


def judge_new(actor: Actor, row: Any) -> bool:
    """Judge a row that will be inserted."""
    _judge_place(actor, row)
    if not may_create(actor, row):
        raise Forbidden(Phrase("You may not create this %(thing)s.", thing=noun(row)))
    if not isinstance(row, Invitation):
        return False
    require_grantable(actor, row.role, restaurant_id_of(row))
    _judge_maker(actor, row)
    return is_grave_role(row.role)


def judge_deleted(actor: Actor, row: Any) -> bool:
    """Judge a row that will be deleted."""
    _judge_place(actor, row)
    if not may_delete(actor, row):
        raise Forbidden(Phrase("You may not delete this %(thing)s.", thing=noun(row)))
    if isinstance(row, Membership) and not is_own(actor, row):
        require_grantable(actor, row.role, restaurant_id_of(row))
    return is_grave_to_delete(actor, row)


def judge_changed(actor: Actor, row: Any) -> bool:
    """Judge a row that will be updated, column by column."""
    _judge_place(actor, row)
    changed, allowed = _changed_columns(row), changeable(actor, row)
    # Whoever may change something may say so: a form puts the version it saw back into the row.
    forbidden = changed - allowed - ({"version"} if allowed else set())
    if forbidden:
        names = tuple(naming.column(name) for name in sorted(forbidden))
        raise Forbidden(
            Phrase("You may not change %(names)s of this %(thing)s.", names=names, thing=noun(row))
        )
    if isinstance(row, Membership):
        for role in (*(inspect(row).attrs.role.history.deleted or ()), row.role):
            require_grantable(actor, role, restaurant_id_of(row))
    if "created_by_id" in changed:
        _judge_maker(actor, row)
    # A new link gives the role once more.
    renewed = isinstance(row, Invitation) and "token_hash" in changed
    return is_grave_to_change(type(row), changed) or (renewed and is_grave_role(row.role))


def noun(row: Any) -> str:
    """Return what the row is called, for a refusal."""
    return naming.kind(row.__tablename__)


def _judge_place(actor: Actor, row: Any) -> None:
    """Answer a stranger as if the restaurant did not exist, and everybody as if another's own did not."""
    if not isinstance(row, TenantOwned) or _is_own_view(actor, row):
        return
    if is_private(row) or not allows_in(actor, Action.READ, restaurant_id_of(row)):
        raise NotFound("There is no such restaurant within your reach.")


def _is_own_view(actor: Actor, row: Any) -> bool:
    # Whoever has left a restaurant still lets go of what they chose to see there.
    return isinstance(row, SavedView | DefaultView) and is_own(actor, row)


def _judge_maker(actor: Actor, row: Invitation) -> None:
    """Refuse to send an invitation in somebody else's name: it stands with the rights of its sender."""
    if row.created_by_id != actor.id:
        raise Forbidden("An invitation is sent in one's own name.")


def _changed_columns(row: Any) -> set[str]:
    state = inspect(row)
    columns = {
        attribute.key
        for attribute in state.mapper.column_attrs
        if state.attrs[attribute.key].history.has_changes()
    }
    # A relationship that is assigned moves its foreign key during the flush, after this verdict.
    for relation in state.mapper.relationships:
        if not relation.viewonly and not relation.uselist and state.attrs[relation.key].history.has_changes():
            columns |= {column.key for column in relation.local_columns if column.key != "restaurant_id"}
    return columns
