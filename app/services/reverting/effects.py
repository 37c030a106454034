"""What some changes did to each row, however many steps they took."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from app.models import Change, TenantOwned
from app.models.history import RECORDED, Verb

#: What tells a row from all others: its kind and its number.
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Effect:
    """One row before and after some changes: created, changed or deleted by all of them together.

    `before` and `after` hold kept values by column, of a changed row those that differ. `last` is the
    number of the last of the changes, done in `act` by `by_id`, `version` the row's after it; `before`
    was so until the change `first`, which may be another row's of the same act.
    """

    kind: str
    row_id: int
    verb: Verb
    restaurant_id: int | None
    menu_id: int | None
    name: str
    version: int
    first: int
    last: int
    act: UUID
    by_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def cls(self) -> type[Any]:
        """The class of the row."""
        return RECORDED[self.kind]

    @property
    def key(self) -> Key:
        """What tells the row from all others."""
        return self.kind, self.row_id


def above_of(row: Any) -> Key | None:
    """Return the key of the row above this one; None above a restaurant."""
    return above(type(row), lambda column: getattr(row, column))


def above(cls: type[Any], value: Callable[[str], Any]) -> Key | None:
    """Return the key of the row above, given the value of a column; None above a restaurant."""
    if not issubclass(cls, TenantOwned):
        return None
    number = value(f"{cls.parent_name}_id")
    return None if number is None else (cls.parent_name, number)


def effects_of(changes: Sequence[Change], *, first: int) -> list[Effect]:
    """Return what the changes did, row by row; a row that came and went within them is left out.

    `first` is the number of their act's first change.
    """

    def key(change: Change) -> Key:
        return change.kind, change.row_id

    lines = sorted(changes, key=lambda change: (*key(change), change.id))
    found = (_effect(list(steps), first) for _, steps in groupby(lines, key))
    return [effect for effect in found if effect is not None]


def _effect(steps: list[Change], first: int) -> Effect | None:
    last = steps[-1]
    was, is_now = steps[0].verb in {Verb.CHANGED, Verb.DELETED}, last.verb != Verb.DELETED
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for step in reversed(steps):
        before |= step.before
    for step in steps:
        after |= step.after
    if was and is_now:
        differing = [name for name in after if before.get(name) != after[name]]
        before, after = ({name: kept.get(name) for name in differing} for kept in (before, after))
    verb = {(True, True): Verb.CHANGED, (False, True): Verb.CREATED, (True, False): Verb.DELETED}
    if (was, is_now) not in verb or (was and is_now and not after):
        return None
    return Effect(
        kind=last.kind,
        row_id=last.row_id,
        verb=verb[was, is_now],
        restaurant_id=last.restaurant_id,
        menu_id=last.menu_id,
        name=last.name,
        version=last.version,
        first=first,
        last=last.id,
        act=last.act,
        by_id=last.by_id,
        before=before if was else {},
        after=after if is_now else {},
    )
