"""Planning a reversal: what the changes did, against what there is now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import changes as facts
from app.domain.errors import Blocked
from app.domain.words import Phrase, gettext_noop
from app.models import Change, Invitation, Membership, TenantOwned
from app.models.history import RECORDED, Verb, plain, recorded_columns
from app.services.reverting.effects import Effect, Key, above
from app.services.reverting.later import by_kind, changes_since, stored_rows
from app.services.reverting.restoring import as_they_went
from app.services.reverting.reversal import Edit, Later, Removal, Reversal

#: The columns that say what a row stands below.
_UPWARDS = {f"{cls.parent_name}_id" for cls in RECORDED.values() if issubclass(cls, TenantOwned)}


def plan(session: Session, effects: Sequence[Effect]) -> Reversal:
    """Return what takes these effects back, as far as the person reads the rows."""
    rows = stored_rows(session, [effect.key for effect in effects])
    since = changes_since(session, [effect for effect in effects if _differs(effect, rows.get(effect.key))])
    reversal = Reversal()
    for effect in effects:
        row, later = rows.get(effect.key), since.get(effect.key, [])
        if effect.verb == Verb.DELETED:
            _bring_back(session, reversal, effect, row)
        elif row is None:
            reversal.lost += [effect] if effect.verb == Verb.CHANGED else []
        elif effect.verb == Verb.CHANGED:
            _put_back(reversal, effect, row, later)
        else:
            _take_out(reversal, effect, row, later)
    reversal.restores = as_they_went(session, reversal.restores)
    reversal.later += _added_since(session, reversal)
    return reversal


def _differs(effect: Effect, row: Any) -> bool:
    """Tell whether a row is not as the effect left it."""
    now = {} if row is None else _now(row, effect.after)
    return any(effect.after[name] != value for name, value in now.items())


def _now(row: Any, names: Mapping[str, Any] | Sequence[str]) -> dict[str, Any]:
    """Return the row's values of those of the columns that there still are, as history keeps them."""
    return {name: plain(getattr(row, name)) for name in recorded_columns(type(row)) if name in names}


def _bring_back(session: Session, reversal: Reversal, effect: Effect, row: Any) -> None:
    if row is not None or effect.cls is Invitation:
        return
    if effect.cls is Membership and _is_held(session, effect):
        reversal.lost.append(effect)
    else:
        reversal.restores.append(effect)


def _put_back(reversal: Reversal, effect: Effect, row: Any, since: Sequence[Change]) -> None:
    for fact in facts.facts_in(effect.after):
        # A fact of several columns goes whole, those that did not change too.
        theirs = _now(row, facts.columns_of(fact))
        base = dict(theirs)
        for change in since:
            base |= {name: value for name, value in change.before.items() if name in base}
        base |= {name: value for name, value in effect.after.items() if name in base}
        mine = base | {name: value for name, value in effect.before.items() if name in base}
        if theirs == mine:
            continue
        reversal.edits.append(Edit(row, effect, fact, mine))
        if theirs != base:
            reversal.later.append(Later(effect, fact, base, theirs, mine, _last_of(since, theirs)))


def _take_out(reversal: Reversal, effect: Effect, row: Any, since: Sequence[Change]) -> None:
    reversal.removals.append(Removal(row, effect))
    now = _now(row, effect.after)
    differing = [name for name, value in now.items() if effect.after[name] != value]
    for fact in facts.facts_in(differing):
        theirs = {name: now[name] for name in facts.columns_of(fact) if name in now}
        base = {name: effect.after[name] for name in theirs}
        reversal.later.append(Later(effect, fact, base, theirs, {}, _last_of(since, theirs)))


def _last_of(since: Sequence[Change], columns: Mapping[str, Any]) -> Change | None:
    """Return the newest change of any of these columns."""
    return next((each for each in since if {*columns} & {*each.after, *each.before}), None)


def _is_held(session: Session, effect: Effect) -> bool:
    held = select(Membership.id).where(
        Membership.restaurant_id == effect.restaurant_id, Membership.user_id == effect.before["user_id"]
    )
    return session.scalar(held) is not None


def _added_since(session: Session, reversal: Reversal) -> Iterator[Later]:
    """Yield the rows that would go with children which nobody has asked about."""
    going = {removal.effect.key: removal.effect for removal in reversal.removals}
    expected = {*going, *_leaving(reversal)}
    for child in (cls for cls in RECORDED.values() if issubclass(cls, TenantOwned)):
        parents = [key for key in going if key[0] == child.parent_name]
        found = Counter(above for key, above in _children(session, child, parents) if key not in expected)
        yield from (Later(going[above], children=count) for above, count in found.items())


def _leaving(reversal: Reversal) -> set[Key]:
    """Return the rows that are to move below another one."""
    against = {(each.effect.key, each.fact) for each in reversal.later}
    moves = {(each.effect.key, each.fact) for each in reversal.edits if each.fact in _UPWARDS}
    return {key for key, _ in moves - against}


def _children(session: Session, child: type[Any], parents: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
    """Yield the rows below these, each with its parent, which nobody joins from now on."""
    column = getattr(child, f"{child.parent_name}_id")
    for kind, numbers in by_kind(parents):
        cls = RECORDED[kind]
        session.scalars(select(cls.id).where(cls.id.in_(numbers)).order_by(cls.id).with_for_update()).all()
        for number, parent in session.execute(select(child.id, column).where(column.in_(numbers))):
            yield (child.__tablename__, number), (kind, parent)


def require_parents(session: Session, reversal: Reversal) -> None:
    """Raise Blocked where a row would come back, or move back, below one that is gone."""
    back = {effect.key for effect in reversal.restores}
    wanted = {_above_gone(effect): effect for effect in reversal.restores}
    for edit in reversal.edits:
        wanted |= {above(edit.effect.cls, edit.values.get): edit.effect}
    missing = [key for key in wanted if key is not None and key not in back]
    there = stored_rows(session, missing)
    for key in missing:
        if key not in there:
            name = wanted[key].name
            raise Blocked(
                Phrase(
                    "“%(name)s” belonged to %(above)s, which is gone. Restore that first.",
                    name=name,
                    above=_named(session, key),
                )
            )


def _above_gone(effect: Effect) -> Key | None:
    return above(effect.cls, {"restaurant_id": effect.restaurant_id, **effect.before}.get)


#: What a row above another one is called, by its name and without.
_GONE = {
    "restaurant": (gettext_noop("the restaurant “%(name)s”"), gettext_noop("a restaurant")),
    "menu": (gettext_noop("the menu “%(name)s”"), gettext_noop("a menu")),
    "section": (gettext_noop("the section “%(name)s”"), gettext_noop("a section")),
}


def _named(session: Session, key: Key) -> str:
    kind, number = key
    last = select(Change.name).where(Change.kind == kind, Change.row_id == number)
    name = session.scalar(last.order_by(Change.id.desc()).limit(1))
    words = _GONE.get(kind, _GONE["restaurant"])
    return Phrase(words[0], name=name) if name else Phrase(words[1])
