"""Recording history: each flush writes a Change for each row that it creates, changes or deletes.

Listening on SQLAlchemy's own `Session`, so that no path escapes: not Flask-Admin's commits, not the
command line. A transaction is one act, of the person and the moment that its session is signed with.
What the ORM does not flush row by row is refused, unless it is recorded here by whoever does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from app.domain import acts
from app.models import AuditEntry, Change, Menu
from app.models.history import RECORDED, Verb, plain, recorded_columns
from app.services import auditing, describing
from app.services.signatures import signature

#: The execution option of a statement whose rows are recorded by whoever sends it.
BY_HAND = {"carte_recorded": True}

_ACT, _LAST, _DOOMED = "carte.act", "carte.last_act", "carte.doomed"
_APPEND_ONLY = (Change, AuditEntry)
_RANKS = {kind: rank for rank, kind in enumerate(RECORDED)}


class AppendOnly(RuntimeError):
    """History is not edited, and nothing is changed past it: a programming mistake."""


@dataclass(frozen=True, slots=True)
class _Act:
    number: UUID
    undoes: UUID | None


def undo(session: Session, act: UUID) -> None:
    """Say that what is written in this transaction reverses that act; before anything is written."""
    session.info[_ACT] = _Act(acts.new_number(signature(session).at), act)


def last_act(session: Session) -> UUID | None:
    """Return the act of the last commit; None when that changed nothing that has a history."""
    number: UUID | None = session.info.get(_LAST)
    return number


def record_new(
    session: Session, cls: type[Any], rows: Sequence[Mapping[str, Any]], verb: Verb = Verb.CREATED
) -> None:
    """Record rows that were inserted past the flush, given by column; an item with its `menu_id`, too."""
    defaults = {name: _default(cls, name) for name in recorded_columns(cls)}
    _write(
        session,
        [
            {
                "restaurant_id": row["restaurant_id"] if "restaurant_id" in row else row["id"],
                "menu_id": row["id"] if cls is Menu else row.get("menu_id"),
                "kind": cls.__tablename__,
                "row_id": row["id"],
                "version": row.get("version", 1),
                "verb": verb,
                "name": row["name"],
                "before": {},
                "after": {name: plain(row.get(name, default)) for name, default in defaults.items()},
            }
            for row in rows
        ],
    )


@event.listens_for(Session, "do_orm_execute")
def _refuse_in_bulk(state: ORMExecuteState) -> None:
    if state.is_select:
        return
    name = _table_of(state)
    if name in {cls.__tablename__ for cls in _APPEND_ONLY}:
        raise AppendOnly("History and audit are written past the ORM alone.")
    if name in RECORDED and not state.execution_options.get("carte_recorded"):
        raise AppendOnly("Change rows one by one, or record them by hand.")


@event.listens_for(Session, "before_flush")
def _look_at_the_doomed(session: Session, _context: UOWTransaction, chosen: object) -> None:
    """Keep what the flush will delete, while it can still be read; children first, as they will go."""
    if chosen is not None:
        raise AppendOnly("Flush all rows: the others would be recorded before they are written.")
    if any(isinstance(row, _APPEND_ONLY) for row in (*session.new, *session.dirty, *session.deleted)):
        raise AppendOnly("History and audit are written past the ORM alone.")
    session.info[_DOOMED] = describing.deleted(session, _recorded(session.deleted)[::-1])


@event.listens_for(Session, "after_flush")
def _record(session: Session, _context: UOWTransaction) -> None:
    lines = describing.created(session, _recorded(session.new))
    lines += describing.changed(session, _recorded(session.dirty))
    _write(session, lines + session.info.pop(_DOOMED, []))


@event.listens_for(Session, "after_commit")
def _keep_number(session: Session) -> None:
    # A savepoint that is released is heard of here as well, and ends nothing.
    if not session.in_nested_transaction():
        act = session.info.get(_ACT)
        session.info[_LAST] = act.number if act else None


@event.listens_for(Session, "after_transaction_end")
def _end_act(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_ACT, None)


def _table_of(state: ORMExecuteState) -> str | None:
    """Return the table that the statement writes to, spoken of as a class or as a table."""
    if state.bind_mapper is not None:
        return str(state.bind_mapper.class_.__tablename__)
    return getattr(getattr(state.statement, "table", None), "name", None)


def _recorded(rows: Iterable[Any]) -> list[Any]:
    """Return those of the rows that have a history, parents first."""
    kept = [row for row in rows if row.__tablename__ in RECORDED]
    return sorted(kept, key=lambda row: _RANKS[row.__tablename__])


def _write(session: Session, lines: list[dict[str, Any]]) -> None:
    if not lines:
        return
    signed = signature(session)
    act = session.info.setdefault(_ACT, _Act(acts.new_number(signed.at), None))
    by = signed.by
    for line in lines:
        line["fields"] = _listed(line["after"] if line["verb"] == Verb.CHANGED else ())
        line |= {"act": act.number, "at": signed.at, "undoes": act.undoes, "by_id": by.id if by else None}
        line |= {
            "by_name": by.name if by else "",
            "by_role": by.title_in(line["restaurant_id"]) if by else "",
        }
    # Past the ORM, in which nothing may write history.
    session.connection().execute(insert(Change), lines)
    auditing.of_changes(session, lines, by=by)


def _default(cls: type[Any], name: str) -> Any:
    default = cls.__mapper__.columns[name].default
    return default.arg if default is not None and default.is_scalar else None


def _listed(names: Iterable[str]) -> str:
    """Return the names so that one of them can be looked for: ` name price `."""
    return f" {' '.join(names)} " if names else ""
