"""Tenancy: every session works in one explicit scope; without one, it can do nothing.

Reading: each ORM statement gets `policies.readable` as a condition on every class in it, joined,
aliased, in a subquery or loaded later; a statement that is not the ORM's is refused. Writing: before
each flush, every new, changed and deleted row is judged. Listening on SQLAlchemy's own `Session`, so
that no session escapes.

What goes around a session's statements and flushes goes around this too: `session.connection()`,
`bulk_save_objects` and its kin, `make_transient_to_detached`, a `Table` or `text()` inside an ORM
statement. An architecture test keeps them out. A row that is in the session already stays visible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, event, false, inspect, true
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.util import LoaderCriteriaOption

from app.domain.actors import Actor
from app.domain.errors import Forbidden, NotFound, SignInNeeded
from app.domain.words import Phrase
from app.models import Base, Menu, MenuItem, Restaurant, Section, TenantOwned
from app.policies import readable, require_recent
from app.policies.judging import judge_changed, judge_deleted, judge_new, noun
from app.policies.rules import restaurant_id_of
from app.services import signatures


class Reason(StrEnum):
    """The named places that may work without a person's limits."""

    USER_LOADER = "who is behind this cookie"
    SIGN_IN = "a provider vouches for a person"
    INVITATION = "a link shown by somebody who has no membership yet"
    MAKERS = "who sent an invitation, and whether they may still give what it gives"
    LAST_USE = "when the people of a restaurant were last here, and by which provider"
    LINKING = "a provider vouches for one more account of a person"
    OWN_ROLES = "where a person works, whatever their roles read there"
    AUDIT = "what was refused or taken along is written down, whoever asked"
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


class Unjudged(RuntimeError):
    """A statement that no policy can judge: a programming mistake, answered by not running it."""


def enter(session: Session, scope: Scope) -> None:
    """Put the session in `scope` until it enters another; closing it does not end the scope."""
    session.info[_KEY] = scope


@contextmanager
def scoped(session: Session, scope: Scope) -> Iterator[None]:
    """Work in `scope`, then go back to the one before.

    What is pending is written, and judged, within the scope it was made in: at the beginning what
    was pending before, at the end what has been added.
    """
    session.flush()
    before = session.info.get(_KEY)
    session.info[_KEY] = scope
    try:
        yield
        session.flush()
    finally:
        session.info[_KEY] = before


@contextmanager
def unscoped(session: Session, reason: Reason) -> Iterator[None]:
    """Work without limits for a named reason, then go back to the scope before."""
    with scoped(session, Unscoped(reason)):
        yield


class _Limit(LoaderCriteriaOption):
    """`with_loader_criteria`, in every alias too.

    SQLAlchemy 2.1 forgets to adapt the condition to an alias that is joined by an explicit ON: it
    then speaks of the table beside it, and the alias is read whole. (A lambda is adapted, but two of
    one source share their values in one statement, which is worse.)
    """

    _cache_key_traversal = LoaderCriteriaOption._traverse_internals  # noqa: SLF001 - as below

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        condition = super()._resolve_where_criteria(ext_info)
        if ext_info.is_aliased_class:
            condition = ext_info._adapter.traverse(condition)  # noqa: SLF001 - there is no public way
        return condition


@event.listens_for(Session, "do_orm_execute")
def _limit_statement(state: ORMExecuteState) -> None:
    scope = _scope_of(state.session)
    if isinstance(scope, Unscoped):
        return
    if not state.is_select:
        raise Unjudged("Change rows one by one, so that each change is judged.")
    if not state.is_orm_statement:
        raise Unjudged("Select mapped classes or their columns, so that each row is judged.")
    # A row that is being refreshed was judged when it was loaded; what is joined to it was not.
    refreshed = state.bind_mapper if state.is_column_load else None
    # Loads that follow a relationship come through here as well, although they inherit the condition
    # of their row: that row may have been loaded in a wider scope. The narrower of both holds.
    limits = _limits(scope, Base.registry.mappers)
    state.statement = state.statement.options(
        *(limit for mapper, limit in limits.items() if mapper is not refreshed)
    )


@lru_cache(maxsize=256)
def _limits(scope: AsActor | AsGuest, mappers: frozenset[Mapper[Any]]) -> Mapping[Mapper[Any], _Limit]:
    """Return the limit of each class in this scope, kept while the person's roles stay what they are.

    To make them takes a tenth of a request's time.
    """
    return {
        mapper: _Limit(mapper.class_, _readable(scope, mapper.class_), include_aliases=True)
        for mapper in mappers
    }


@event.listens_for(Session, "before_flush")
def _judge_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    pending = list(_pending(session))
    if not pending:
        return
    scope = _scope_of(session)
    for _, row in pending:
        _keeps_restaurant(row)
    if isinstance(scope, Unscoped):
        return
    actor = _writer(scope)
    # All of it first, so that only who may do it is asked to sign in again for it.
    grave = [judge(actor, row) for judge, row in pending]
    if any(grave):
        require_recent(actor, signatures.signature(session).at)


def _pending(session: Session) -> Iterator[tuple[Callable[[Actor, Any], bool], Any]]:
    """Yield each row that the flush will write, with the rule that judges it."""
    yield from ((judge_new, row) for row in session.new)
    yield from ((judge_deleted, row) for row in session.deleted)
    yield from ((judge_changed, row) for row in session.dirty if session.is_modified(row))


def _scope_of(session: Session) -> Scope:
    scope: Scope | None = session.info.get(_KEY)
    if scope is None:
        raise NoScope("This session has no scope; see app/tenancy.py.")
    return scope


def _person(scope: AsActor) -> Actor:
    if scope.actor is None:
        raise SignInNeeded("Sign in to go on.")
    return scope.actor


def _writer(scope: AsActor | AsGuest) -> Actor:
    if isinstance(scope, AsGuest):
        raise Forbidden("Nothing is changed from a public page.")
    return _person(scope)


def _readable(scope: AsActor | AsGuest, cls: type[Base]) -> ColumnElement[bool]:
    if isinstance(scope, AsGuest):
        return true() if cls in _GUESTS_READ else false()
    return readable(_person(scope), cls)


def _keeps_restaurant(row: Any) -> None:
    """Refuse a row that would move to another restaurant, by its own column or with its parent."""
    if not isinstance(row, TenantOwned):
        return
    state = inspect(row)
    # Any change, even one whose old value has expired and is not known.
    changed = state.has_identity and state.attrs["restaurant_id"].history.has_changes()
    parent, place = state.dict.get(row.parent_name), row.restaurant_id
    # The parent's restaurant would win over the row's own column, for a new row as well.
    if changed or (None not in (parent, place) and restaurant_id_of(parent) != place):
        raise NotFound(Phrase("A %(thing)s stays in its restaurant.", thing=noun(row)))
