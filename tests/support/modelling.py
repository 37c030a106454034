"""What rows become by acts and their undoing, in plain Python: what the real thing is held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.domain import slugs
from app.services.reverting import Choice

Key = tuple[str, int]
Values = dict[str, Any]

#: The column that says what a row of a kind stands below; a menu's and a person's place is no column.
ABOVE = {"menu_item": ("section", "section_id"), "section": ("menu", "menu_id")}
_SOLD_OUT = ("sold_out_at", "sold_out_until", "sold_out_by_id")


class Impossible(Exception):
    """A row would be below one that is gone, or have a slug that is taken."""


@dataclass
class Done:
    """One act: who did it, and each row before and after it; None where there is none."""

    number: Any
    who: str
    rows: dict[Key, tuple[Values | None, Values | None]]


@dataclass
class Plan:
    """What undoing does; `against` are facts of rows (and "" for children) that have changed since."""

    back: dict[Key, Values] = field(default_factory=dict)
    edits: dict[tuple[Key, str], Values] = field(default_factory=dict)
    out: set[Key] = field(default_factory=set)
    against: set[tuple[Key, str]] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        return not (self.back or self.edits or self.out)


class Model:
    """All rows, what each was when it was last deleted, and every act."""

    def __init__(self, rows: dict[Key, Values], places: dict[Key, int]) -> None:
        self.rows = rows
        self.places = places
        self.acts: list[Done] = []
        self.gone: dict[Key, Values] = {}

    def record(self, number: Any, who: str, after: dict[Key, Values]) -> None:
        """Let an act make the rows so."""
        before = self.rows
        touched = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        self.gone |= {key: before[key] for key in touched if key not in after}
        self.acts.append(Done(number, who, {key: (before.get(key), after.get(key)) for key in touched}))
        self.rows = after

    def numbers(self, kind: str, places: Iterable[int]) -> list[int]:
        """Return the rows of a kind in these restaurants."""
        wanted = set(places)
        return sorted(
            number for each, number in self.rows if each == kind and self.places[each, number] in wanted
        )

    def above(self, key: Key, values: Values) -> Key | None:
        """Return the key of the row above."""
        if key[0] in ABOVE:
            kind, column = ABOVE[key[0]]
            return kind, values[column]
        return None if key[0] == "restaurant" else ("restaurant", self.places[key])

    def below(self, keys: Iterable[Key]) -> set[Key]:
        """Return these rows and all that stand below them."""
        found = set(keys)
        for _ in range(4):
            found |= {key for key, values in self.rows.items() if self.above(key, values) in found}
        return found

    def without(self, keys: Iterable[Key]) -> dict[Key, Values]:
        """Return the rows as they are once these are deleted."""
        going = self.below(keys)
        return {key: values for key, values in self.rows.items() if key not in going}

    def plan(self, done: Done) -> Plan:
        """Return what undoing the act does now; raises Impossible."""
        plan = Plan()
        for key, (before, after) in done.rows.items():
            now = self.rows.get(key)
            if after is None:
                if now is None and key[0] != "invitation":
                    plan.back[key] = dict(self.gone[key])
            elif now is not None and before is None:
                plan.out.add(key)
                plan.against |= {
                    (key, fact) for fact in facts(name for name in after if now[name] != after[name])
                }
            elif now is not None and before is not None:
                self._edit(plan, key, (before, after, now))
        self._add_children(plan)
        self._require_parents(plan)
        return plan

    def moment(self, key: Key, then: Values) -> Plan:
        """Return what makes the row so again; raises Impossible."""
        now = self.rows.get(key)
        plan = Plan()
        if now is None and key[0] == "restaurant":
            raise Impossible(key)
        if now is None:
            plan.back[key] = dict(then)
        else:
            self._edit(plan, key, (then, now, now))
        self._require_parents(plan)
        return plan

    def resolved(self, plan: Plan, choice: Choice) -> Plan:
        """Return what is left to do once the person has chosen."""
        if choice is Choice.MINE:
            return Plan(plan.back, plan.edits, plan.out)
        staying = plan.out & {key for key, _ in plan.against}
        for _ in range(4):
            staying |= plan.out & {self.above(key, self.rows[key]) for key in staying}
        people = {key for key in plan.out if key[0] == "membership"}
        staying |= {key for key in people if ("restaurant", self.places[key]) in staying}
        edits = {spot: values for spot, values in plan.edits.items() if spot not in plan.against}
        return Plan(plan.back, edits, plan.out - staying)

    def applied(self, plan: Plan) -> dict[Key, Values]:
        """Return the rows as they are once the plan is carried out; raises Impossible."""
        rows = {key: dict(values) for key, values in {**self.rows, **plan.back}.items()}
        taken = {values["slug"] for key, values in self.rows.items() if key[0] == "restaurant"}
        for key in plan.back:
            if key[0] == "restaurant" and rows[key]["slug"] in taken:
                rows[key]["slug"] = slugs.unique(rows[key]["slug"], taken)
        for (key, fact), values in plan.edits.items():
            if fact == "slug" and values["slug"] in taken:
                raise Impossible(key)
            rows[key] |= values
        kept, self.rows = self.rows, rows
        left = self.without(plan.out)
        self.rows = kept
        return left

    def _edit(self, plan: Plan, key: Key, versions: tuple[Values, Values, Values]) -> None:
        before, after, _ = versions
        for fact in facts(name for name in after if before[name] != after[name]):
            columns = _SOLD_OUT if fact == "sold_out" else (fact,)
            mine, base, theirs = ({name: each[name] for name in columns} for each in versions)
            if theirs != mine:
                plan.edits[key, fact] = mine
                plan.against |= {(key, fact)} if theirs != base else set()

    def _add_children(self, plan: Plan) -> None:
        leaving = {
            key
            for key, fact in plan.edits
            if fact in {"section_id", "menu_id"} and (key, fact) not in plan.against
        }
        for key, values in self.rows.items():
            above = self.above(key, values)
            if above in plan.out and key not in plan.out | leaving:
                plan.against.add((above, ""))

    def _require_parents(self, plan: Plan) -> None:
        for key, values in self._moved(plan):
            above = self.above(key, values)
            if above is not None and above not in self.rows and above not in plan.back:
                raise Impossible(key)

    def _moved(self, plan: Plan) -> Iterator[tuple[Key, Values]]:
        yield from plan.back.items()
        for (key, _), values in plan.edits.items():
            yield key, {**self.rows[key], **values}


def facts(columns: Iterable[str]) -> set[str]:
    """Return the facts that the columns are."""
    return {"sold_out" if name in _SOLD_OUT else name for name in columns}
