"""Reverting: an act undone, a fact put back, a row as it was at some moment, what was deleted restored.

All of it works from the history alone, and is an act itself, with a history of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.domain import changes as facts
from app.domain.actors import Actor
from app.domain.errors import Blocked, NotFound
from app.domain.words import Phrase
from app.models import Change, Menu, Restaurant, Section
from app.models.history import Verb
from app.services import recording
from app.services.reverting.applying import apply
from app.services.reverting.effects import Effect, effects_of
from app.services.reverting.judging import judged
from app.services.reverting.moments import as_it_was
from app.services.reverting.planning import plan
from app.services.reverting.reversal import Choice, Later, Reversal

__all__ = ["MOST", "Choice", "Effect", "Later", "Reversal", "carry_out", "of_act", "of_change", "to_moment"]

#: The most changes that one reversal takes back; what is larger is put back from a backup.
MOST = 10_000


def of_act(session: Session, act: UUID, *, by: Actor) -> Reversal:
    """Return what undoes an act, as far as the person reads it.

    Raises NotFound, Blocked, Forbidden and SignInTooOld.
    """
    changes = changes_of(session, act)
    return judged(session, plan(session, effects_of(changes, first=changes[0].id)), by, changes)


def of_change(session: Session, change: Change, *, by: Actor, fact: str = "") -> Reversal:
    """Return what takes one change back, of a changed row one fact alone where it is named.

    A deleted row comes back with all that was deleted below it in the same act. Raises NotFound for a
    fact that the change does not have, Blocked, Forbidden and SignInTooOld.
    """
    changes = changes_of(session, change.act)
    if change.verb == Verb.DELETED:
        taken = [each for each in changes if each is change or _was_below(each, change)]
    else:
        taken = [change]
    effects = effects_of(taken, first=changes[0].id)
    if fact:
        effects = [_only(effect, fact) for effect in effects]
    return judged(session, plan(session, effects), by, changes)


def to_moment(session: Session, change: Change, *, by: Actor) -> Reversal:
    """Return what makes the row as it was right after that change.

    Raises Blocked, Forbidden and SignInTooOld.
    """
    return judged(session, plan(session, [as_it_was(session, change)]), by)


def carry_out(session: Session, reversal: Reversal, *, undoes: UUID | None = None) -> None:
    """Do what was planned, as one act that says which one it undoes, if anything; the caller commits.

    Raises Blocked where something stands against it, also somebody who is faster.
    """
    if reversal.later:
        raise Blocked("Some of this has been changed since.")
    if reversal.is_empty:
        return
    if undoes is not None:
        recording.undo(session, undoes)
    try:
        apply(session, reversal)
    except (IntegrityError, StaleDataError) as error:
        raise Blocked("Somebody has just changed some of this. Nothing was undone; try again.") from error


def changes_of(session: Session, act: UUID) -> Sequence[Change]:
    """Return the changes of an act that the person reads; raises NotFound without any, Blocked above MOST."""
    query = select(Change).where(Change.act == act).order_by(Change.id)
    changes = session.scalars(query.limit(MOST + 1)).all()
    if not changes:
        raise NotFound("There is no such act.")
    if len(changes) > MOST:
        raise Blocked(
            Phrase(
                "This changed more than %(most)s rows; it can only be put back from a backup.",
                most=MOST,
            )
        )
    return changes


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
