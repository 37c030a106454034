"""Tenancy: every session works in one explicit scope; without one, it can do nothing.

Reading: each ORM statement gets `policies.reach` as a condition on every restaurant-owned class in
it, joined, aliased, in a subquery or loaded later. Writing: before each flush, every new, changed
and deleted row is judged. Listening on SQLAlchemy's own `Session`, so that no session escapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, event, false, inspect, true
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from app.domain.actors import Actor
from app.domain.errors import Forbidden, NotFound, SignInNeeded
from app.models import TENANT_CLASSES, Base, Menu, MenuItem, Restaurant, Section, TenantOwned
from app.policies import allows_in, creating, deleting, editable, reach, reading
from app.policies.rules import restaurant_id_of


class Reason(StrEnum):
    """The named places that may work without a person's limits."""

    USER_LOADER = "who is behind this cookie"
    SIGN_IN = "a provider vouches for a person"
    INVITATION = "a link shown by somebody who has no membership yet"
    OPEN_RESTAURANT = "a new restaurant and its first owner arrive together"
    COMMAND_LINE = "the operator's own shell"


@dataclass(frozen=True, slots=True)
class AsActor:
    """Behind the sign-in: what the person's roles reach."""

    actor: Actor | None


@dataclass(frozen=True, slots=True)
class AsGuest:
    """Public pages, whoever is signed in: menus, for now all of them; no people; nothing written."""


@dataclass(frozen=True, slots=True)
class Unscoped:
    """No limits, for a named reason."""

    reason: Reason


Scope = AsActor | AsGuest | Unscoped

_KEY = "carte.scope"
_GUESTS_READ = (Restaurant, Menu, Section, MenuItem)


class NoScope(RuntimeError):
    """A query outside any scope: a programming mistake, answered by reading nothing."""


def enter(session: Session, scope: Scope) -> None:
    """Put the session in `scope` until it is closed or enters another."""
    session.info[_KEY] = scope


@contextmanager
def scoped(session: Session, scope: Scope) -> Iterator[None]:
    """Work in `scope`, then go back to the one before."""
    before = session.info.get(_KEY)
    session.info[_KEY] = scope
    try:
        yield
    finally:
        if before is None:
            del session.info[_KEY]
        else:
            session.info[_KEY] = before


@contextmanager
def unscoped(session: Session, reason: Reason) -> Iterator[None]:
    """Work without limits for a named reason.

    What was pending before is judged by the scope it was made in; what is pending at the end is
    written within this one.
    """
    if session.info.get(_KEY) is not None:
        session.flush()
    with scoped(session, Unscoped(reason)):
        yield
        session.flush()


@event.listens_for(Session, "do_orm_execute")
def _limit_statement(state: ORMExecuteState) -> None:
    scope = _scope_of(state.session)
    if isinstance(scope, Unscoped) or state.is_column_load:
        return
    if not state.is_select:
        raise Forbidden("Rows are changed one by one, so that each change is judged.")
    # Loads that follow a relationship repeat the condition: what they start from may have come
    # from the identity map, where no condition was asked.
    state.statement = state.statement.options(
        *(
            with_loader_criteria(cls, _readable(scope, cls), include_aliases=True)
            for cls in TENANT_CLASSES
        )
    )


@event.listens_for(Session, "before_flush")
def _judge_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    rows = [*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted]
    if not rows:
        return
    scope = _scope_of(session)
    for row in rows:
        _keeps_restaurant(row)
    if isinstance(scope, Unscoped):
        return
    if isinstance(scope, AsGuest):
        raise Forbidden("Nothing is changed from a public page.")
    actor = _person(scope)
    for row in session.new:
        _judge_new(actor, row)
    for row in session.deleted:
        _judge_deleted(actor, row)
    for row in session.dirty:
        if session.is_modified(row):
            _judge_changed(actor, row)


def _scope_of(session: Session) -> Scope:
    scope = session.info.get(_KEY)
    if scope is None:
        raise NoScope("This session has no scope; see app/tenancy.py.")
    return scope  # type: ignore[no-any-return]


def _person(scope: AsActor) -> Actor:
    if scope.actor is None:
        raise SignInNeeded("Sign in to go on.")
    return scope.actor


def _readable(scope: AsActor | AsGuest, cls: type[Base]) -> ColumnElement[bool]:
    if isinstance(scope, AsGuest):
        return true() if cls in _GUESTS_READ else false()
    return reach(_person(scope), reading(cls), cls)


def _judge_new(actor: Actor, row: Any) -> None:
    action = creating(type(row))
    place = restaurant_id_of(row)
    if isinstance(row, TenantOwned) and not allows_in(actor, reading(type(row)), place):
        raise NotFound("There is no such restaurant within your reach.")
    if action is None or not allows_in(actor, action, place):
        raise Forbidden(f"You may not create this {_noun(row)}.")


def _judge_deleted(actor: Actor, row: Any) -> None:
    action = deleting(type(row))
    if action is None or not allows_in(actor, action, restaurant_id_of(row)):
        raise Forbidden(f"You may not delete this {_noun(row)}.")


def _judge_changed(actor: Actor, row: Any) -> None:
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
    forbidden = columns - {"version"} - editable(actor, type(row), restaurant_id_of(row))
    if forbidden:
        raise Forbidden(f"You may not change {', '.join(sorted(forbidden))} of this {_noun(row)}.")


def _keeps_restaurant(row: Any) -> None:
    """Refuse a row that would move to another restaurant, by its own column or with its parent."""
    if not isinstance(row, TenantOwned) or not inspect(row).has_identity:
        return
    history = inspect(row).attrs["restaurant_id"].history
    parent = inspect(row).dict.get(row.parent_name)
    moved = parent is not None and restaurant_id_of(parent) != row.restaurant_id
    if history.deleted or moved:
        raise NotFound(f"A {_noun(row)} stays in its restaurant.")


def _noun(row: Any) -> str:
    return str(row.__tablename__).replace("_", " ")
