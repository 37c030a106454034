"""Who may undo: whoever may do the opposite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from app.domain.actors import Actor
from app.models import Change, Invitation, Restaurant
from app.models.history import RECORDED, Verb
from app.policies.grants import columns_of, deleting, editable
from app.policies.rules import allows_in


class Revertible(Protocol):
    """What became of a row: a Change, or several of them together."""

    @property
    def kind(self) -> str: ...
    @property
    def verb(self) -> str: ...
    @property
    def restaurant_id(self) -> int | None: ...
    @property
    def after(self) -> Mapping[str, Any]: ...


def may_revert(actor: Actor, done: Revertible, closed: Collection[int | None] = ()) -> bool:
    """Tell whether the person may take this back.

    Whoever may delete a row may bring it back, too; a restaurant that they have deleted themselves
    (`closed`) with all that was in it, though they have no role in it any more. An invitation that is
    gone stays gone: nobody knows its token. What was done with one, such as taking it back, stays done.
    """
    cls = RECORDED[done.kind]
    if cls is Invitation and done.verb == Verb.CHANGED:
        return False
    if done.verb == Verb.CHANGED:
        return set(done.after) <= editable(actor, cls, done.restaurant_id)
    if done.verb == Verb.DELETED and done.restaurant_id in closed:
        return True
    action = deleting(cls)
    gone = done.verb == Verb.DELETED and cls is Invitation
    return action is not None and not gone and allows_in(actor, action, done.restaurant_id)


def may_shape(actor: Actor, done: Revertible) -> bool:
    """Tell whether the person may change all of such a row, and so make it as it was at any moment.

    An invitation is not one: what is done with it stays done.
    """
    cls = RECORDED[done.kind]
    return cls is not Invitation and editable(actor, cls, done.restaurant_id) == columns_of(cls)


def closed_by(actor: Actor, changes: Iterable[Change]) -> set[int | None]:
    """Return the restaurants that the person deleted in these changes."""
    return {
        change.restaurant_id
        for change in changes
        if (change.kind, change.verb, change.by_id) == (Restaurant.__tablename__, Verb.DELETED, actor.id)
    }
