"""Planning a reversal: what the changes did, against what there is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import changes as facts
from app.domain.errors import Blocked
from app.models import Base, Change, Invitation, Membership, Menu, MenuItem, Restaurant, Section
from app.models.history import RECORDED, Verb, plain, recorded_columns
from app.services.reverting.effects import Effect
from app.services.reverting.reversal import Edit, Later, Removal, Reversal

#: Rows looked up by one statement.
_AT_ONCE = 500

#: The class of the row above, and the column with its number.
_ABOVE: dict[type[Base], tuple[type[Base], str]] = {
    Menu: (Restaurant, "restaurant_id"),
    Section: (Menu, "menu_id"),
    MenuItem: (Section, "section_id"),
    Membership: (Restaurant, "restaurant_id"),
}

_Rows = dict[tuple[str, int], Any]


def plan(session: Session, effects: Sequence[Effect]) -> Reversal:
    """Return what takes these effects back; raises Blocked where a row that is needed is gone."""
    rows = _stored(session, [effect.key for effect in effects])
    reversal = Reversal()
    for effect in effects:
        row = rows.get(effect.key)
        if effect.verb == Verb.DELETED:
            _bring_back(session, reversal, effect, row)
        elif row is None:
            reversal.lost += [effect] if effect.verb == Verb.CHANGED else []
        elif effect.verb == Verb.CHANGED:
            _put_back(session, reversal, effect, row)
        else:
            _take_out(session, reversal, effect, row)
    reversal.later += _added_since(session, reversal.removals)
    _require_parents(session, reversal)
    return reversal


def _stored(session: Session, keys: Sequence[tuple[str, int]]) -> _Rows:
    """Return the rows that there are, by kind and number."""
    rows: _Rows = {}
    for kind, cls in RECORDED.items():
        numbers = [number for each, number in keys if each == kind]
        for start in range(0, len(numbers), _AT_ONCE):
            found = session.scalars(select(cls).where(cls.id.in_(numbers[start : start + _AT_ONCE])))
            rows |= {(kind, row.id): row for row in found}
    return rows


def _bring_back(session: Session, reversal: Reversal, effect: Effect, row: Any) -> None:
    if row is not None or effect.cls is Invitation:
        return
    if effect.cls is Membership and _is_held(session, effect):
        reversal.lost.append(effect)
    else:
        reversal.restores.append(effect)


def _put_back(session: Session, reversal: Reversal, effect: Effect, row: Any) -> None:
    for fact in facts.facts_in(effect.after):
        # A fact of several columns goes whole, those that did not change too.
        columns = [name for name in facts.columns_of(fact) if name in recorded_columns(effect.cls)]
        theirs = {name: plain(getattr(row, name)) for name in columns}
        base = {name: effect.after.get(name, theirs[name]) for name in columns}
        mine = {name: effect.before.get(name, theirs[name]) for name in columns}
        if theirs == mine:
            continue
        reversal.edits.append(Edit(row, effect, fact, mine))
        if theirs != base:
            by = _changed_since(session, effect, columns)
            reversal.later.append(Later(effect, fact, base, theirs, mine, by))


def _take_out(session: Session, reversal: Reversal, effect: Effect, row: Any) -> None:
    reversal.removals.append(Removal(row, effect))
    now = {name: plain(getattr(row, name)) for name in effect.after}
    differing = [name for name, value in effect.after.items() if now[name] != value]
    for fact in facts.facts_in(differing):
        columns = [name for name in facts.columns_of(fact) if name in effect.after]
        by = _changed_since(session, effect, columns)
        base, theirs = ({name: kept[name] for name in columns} for kept in (effect.after, now))
        reversal.later.append(Later(effect, fact, base, theirs, {}, by))


def _changed_since(session: Session, effect: Effect, columns: Sequence[str]) -> Change | None:
    """Return the newest change of these columns after the effect."""
    lines = session.scalars(
        select(Change)
        .where(Change.kind == effect.kind, Change.row_id == effect.row_id, Change.id > effect.last)
        .order_by(Change.id.desc())
    )
    return next((line for line in lines if {*columns} & {*line.after, *line.before}), None)


def _is_held(session: Session, effect: Effect) -> bool:
    held = select(Membership.id).where(
        Membership.restaurant_id == effect.restaurant_id, Membership.user_id == effect.before["user_id"]
    )
    return session.scalar(held) is not None


def _added_since(session: Session, removals: list[Removal]) -> Iterator[Later]:
    """Yield the rows that would go with children which nobody has asked about."""
    going = {removal.effect.key for removal in removals}
    for removal in removals:
        for child, (above, column) in _ABOVE.items():
            if removal.effect.cls is above:
                found = select(child.id).where(getattr(child, column) == removal.row.id)
                added = [n for n in session.scalars(found) if (child.__tablename__, n) not in going]
                if added:
                    yield Later(removal.effect, children=len(added))


def _require_parents(session: Session, reversal: Reversal) -> None:
    """Raise Blocked where a row would come back, or move back, below one that is gone."""
    back = {effect.key for effect in reversal.restores}
    wanted: dict[tuple[str, int], str] = {}
    for effect in reversal.restores:
        wanted |= _above(effect, {"restaurant_id": effect.restaurant_id, **effect.before})
    for edit in reversal.edits:
        wanted |= _above(edit.effect, edit.values)
    there = _stored(session, [key for key in wanted if key not in back])
    for key, name in wanted.items():
        if key not in back and key not in there:
            raise Blocked(f"“{name}” belonged to {_named(session, key)}, which is gone. Restore that first.")


def _above(effect: Effect, values: dict[str, Any]) -> dict[tuple[str, int], str]:
    parent, column = _ABOVE.get(effect.cls, (None, ""))
    if parent is None or column not in values:
        return {}
    return {(parent.__tablename__, values[column]): effect.name}


def _named(session: Session, key: tuple[str, int]) -> str:
    kind, number = key
    last = select(Change.name).where(Change.kind == kind, Change.row_id == number)
    name = session.scalar(last.order_by(Change.id.desc()).limit(1))
    return f"the {kind} “{name}”" if name else f"a {kind}"
