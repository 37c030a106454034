"""Reverting: an act undone, a fact put back, a row as it was at some moment, what was deleted restored.

All of it works from the history alone, and is an act itself, with a history of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import changes as facts
from app.domain.actors import Actor
from app.domain.errors import Blocked, Forbidden, NotFound
from app.models import Change, Menu, Restaurant, Section
from app.models.history import Verb
from app.policies.reverting import closed_by, may_revert
from app.services import recording
from app.services.reverting.applying import apply
from app.services.reverting.effects import Effect, effects_of
from app.services.reverting.moments import as_it_was
from app.services.reverting.planning import plan
from app.services.reverting.reversal import Choice, Later, Reversal

__all__ = ["MOST", "Choice", "Effect", "Later", "Reversal", "carry_out", "of_act", "of_change", "to_moment"]

#: The most changes that one reversal takes back; what is larger is put back from a backup.
MOST = 10_000


def of_act(session: Session, act: UUID, *, by: Actor) -> Reversal:
    """Return what undoes an act, as far as the person reads it; raises NotFound, Blocked, Forbidden."""
    changes = changes_of(session, act)
    return _judged(plan(session, effects_of(changes)), by, closed_by(by, changes))


def of_change(session: Session, change: Change, *, by: Actor, fact: str = "") -> Reversal:
    """Return what takes one change back, of a changed row one fact alone where it is named.

    A deleted row comes back with all that was deleted below it in the same act. Raises NotFound for a
    fact that the change does not have, Blocked, Forbidden.
    """
    changes = changes_of(session, change.act)
    closed = closed_by(by, changes)
    if change.verb == Verb.DELETED:
        effects = effects_of([each for each in changes if each is change or _was_below(each, change)])
    else:
        effects = effects_of([change])
    if fact:
        effects = [_only(effect, fact) for effect in effects]
    return _judged(plan(session, effects), by, closed)


def to_moment(session: Session, change: Change, *, by: Actor) -> Reversal:
    """Return what makes the row as it was right after that change; raises Blocked, Forbidden."""
    return _judged(plan(session, [as_it_was(session, change)]), by)


def carry_out(session: Session, reversal: Reversal, *, undoes: UUID | None = None) -> None:
    """Do what was planned, as one act that says which one it undoes; the caller commits.

    Raises Blocked where something stands against it.
    """
    if reversal.later:
        raise Blocked("Some of this has been changed since.")
    if undoes is not None:
        recording.undo(session, undoes)
    apply(session, reversal)


def changes_of(session: Session, act: UUID) -> Sequence[Change]:
    """Return the changes of an act that the person reads; raises NotFound without any, Blocked above MOST."""
    query = select(Change).where(Change.act == act).order_by(Change.id)
    changes = session.scalars(query.limit(MOST + 1)).all()
    if not changes:
        raise NotFound("There is no such act.")
    if len(changes) > MOST:
        raise Blocked(f"This changed more than {MOST:,} rows; it can only be put back from a backup.")
    return changes


def _judged(reversal: Reversal, by: Actor, closed: Collection[int | None] = ()) -> Reversal:
    if not all(may_revert(by, effect, closed) for effect in reversal.touched()):
        raise Forbidden("Your role does not allow you to take all of this back.")
    return reversal


def _was_below(change: Change, above: Change) -> bool:
    """Tell whether a row was deleted together with the row above it."""
    if change.verb != Verb.DELETED:
        return False
    match above.kind:
        case Restaurant.__tablename__:
            return change.restaurant_id == above.row_id
        case Menu.__tablename__:
            return change.menu_id == above.row_id
        case Section.__tablename__:
            return change.before.get("section_id") == above.row_id
    return False


def _only(effect: Effect, fact: str) -> Effect:
    columns = [name for name in facts.columns_of(fact) if name in effect.after]
    if effect.verb != Verb.CHANGED or not columns:
        raise NotFound("This change has no such field.")
    before, after = ({name: kept.get(name) for name in columns} for kept in (effect.before, effect.after))
    return replace(effect, before=before, after=after)
