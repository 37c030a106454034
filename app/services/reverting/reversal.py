"""A reversal: what is to be done so that some changes are as if they had not been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.models import Change, Membership, Restaurant
from app.models.history import RECORDED
from app.services.reverting.effects import Effect, Key, above_of

#: More rows than these are not taken out without a question.
MANY = 20

#: How far down a kind stands: a restaurant first, what is below it later.
RANKS = {kind: rank for rank, kind in enumerate(RECORDED)}


class Choice(StrEnum):
    """What becomes of values that somebody has changed since: overwritten, or left as they are."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Edit:
    """A fact of a row that is to be as it was; `values` are kept values by column."""

    row: Any
    effect: Effect
    fact: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Removal:
    """A row that is to go again."""

    row: Any
    effect: Effect

    @property
    def above(self) -> Key | None:
        """The key of the row that it stands below now."""
        return above_of(self.row)


@dataclass(frozen=True, slots=True)
class Later:
    """What was done since and would be lost: a fact that was changed, or children that were added.

    `base`, `theirs` and `mine` are kept values by column: what the change made of the fact, what it is
    now, what it would be again; `by` is the later change. Of children there is only their number.
    """

    effect: Effect
    fact: str = ""
    base: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)
    mine: dict[str, Any] = field(default_factory=dict)
    by: Change | None = None
    children: int = 0


@dataclass(slots=True)
class Reversal:
    """Rows to bring back, facts to put back, rows to take out; and what stands against it.

    `lost` cannot be taken back: a changed row that is gone, a person who has a role there again.
    """

    restores: list[Effect] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    lost: list[Effect] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do: everything is as it was before."""
        return not (self.restores or self.edits or self.removals)

    @property
    def is_grave(self) -> bool:
        """Whether more goes than one would take out by the way: a restaurant, or many rows."""
        places = [each for each in self.removals if each.effect.cls is Restaurant]
        return bool(places) or len(self.removals) > MANY

    @property
    def going(self) -> dict[str, int]:
        """How many rows of which kind it takes out."""
        return dict(Counter(each.effect.kind for each in self.removals))

    @property
    def seen(self) -> str:
        """What stands against it as a short text: a page that asks knows by it that it is up to date."""
        return ".".join(str(each.by.id if each.by else -each.children) for each in self.later)

    def touched(self) -> Iterator[Effect]:
        """Yield the effects that it takes back."""
        yield from self.restores
        yield from (edit.effect for edit in self.edits)
        yield from (removal.effect for removal in self.removals)

    def resolved(self, choice: Choice) -> Reversal:
        """Return what is left to do once the person has chosen; nothing stands against that."""
        if choice is Choice.MINE:
            return Reversal(self.restores, self.edits, self.removals, [], self.lost)
        facts = {(each.effect.key, each.fact) for each in self.later}
        staying = self._staying()
        return Reversal(
            self.restores,
            [edit for edit in self.edits if (edit.effect.key, edit.fact) not in facts],
            [removal for removal in self.removals if removal.effect.key not in staying],
            [],
            self.lost,
        )

    def _staying(self) -> set[Key]:
        """Return what is not taken out because of later changes: those rows, and what they stand below.

        A restaurant that stays keeps its people, too.
        """
        going = {removal.effect.key for removal in self.removals}
        staying = going & {each.effect.key for each in self.later}
        for removal in sorted(self.removals, key=lambda each: -RANKS[each.effect.kind]):
            if removal.effect.key in staying and removal.above is not None:
                staying.add(removal.above)
        people = [each for each in self.removals if each.effect.cls is Membership]
        return staying | {each.effect.key for each in people if each.above in staying & going}
