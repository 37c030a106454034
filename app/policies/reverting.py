"""Who may undo: whoever may do the opposite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from app.domain.actors import Actor
from app.models import Change, Invitation, Membership, Restaurant
from app.models.history import RECORDED, Verb
from app.policies.granting import may_grant
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
    def by_id(self) -> int | None: ...
    @property
    def before(self) -> Mapping[str, Any]: ...
    @property
    def after(self) -> Mapping[str, Any]: ...


def may_revert(
    actor: Actor, done: Revertible, closed: Collection[int | None] = (), *, whole: bool = False
) -> bool:
    """Tell whether the person may take this back.

    Whoever may delete a row may bring it back, too; a restaurant that they have deleted themselves
    (`closed`) with all that was in it, though they have no role in it any more. `whole` is what comes
    back together with the restaurant that it went with. What was done with an invitation, such as
    taking it back, stays done.
    """
    cls = RECORDED[done.kind]
    if done.verb == Verb.CHANGED:
        return cls is not Invitation and set(done.after) <= editable(actor, cls, done.restaurant_id)
    if done.verb == Verb.DELETED:
        return done.restaurant_id in closed or _may_bring_back(actor, done, whole=whole)
    return _may_delete(actor, done)


def _may_bring_back(actor: Actor, done: Revertible, *, whole: bool) -> bool:
    """Tell whether the person may make a row that is gone anew.

    An invitation stays gone: nobody knows its token. Who left a restaurant by themselves is not put
    back there without being asked: that takes an invitation, which they accept.
    """
    cls = RECORDED[done.kind]
    if cls is Invitation or not _may_delete(actor, done):
        return False
    if cls is not Membership:
        return True
    left = done.by_id is not None and done.by_id == done.before.get("user_id")
    if left and not whole and done.by_id != actor.id:
        return False
    return may_grant(actor, done.before.get("role", ""), done.restaurant_id)


def _may_delete(actor: Actor, done: Revertible) -> bool:
    action = deleting(RECORDED[done.kind])
    return action is not None and allows_in(actor, action, done.restaurant_id)


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
