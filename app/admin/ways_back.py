"""Ways back: which acts and changes a page offers its reader to take back; no way that is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, select
from sqlalchemy.orm import Session, aliased

from app.domain.actors import Actor
from app.models import Change, Membership, Restaurant
from app.models.history import Verb
from app.policies.reverting import closed_by, may_revert, may_shape

_PERSON = Membership.__tablename__


class WaysBack:
    """What of some acts the reader may take back, in a constant number of queries."""

    def __init__(self, session: Session, acts: Sequence[UUID], reader: Actor) -> None:
        self._reader = reader
        #: Who left by themselves since, and comes back by their own hand alone, by act and row.
        self._stay: dict[tuple[UUID, int], str] = {}
        for act, verb, number, last in _gone_by_themselves(session, acts):
            if not may_revert(reader, last):
                self._stay[act, number] = verb
        barred = {act for (act, _), verb in self._stay.items() if verb == Verb.DELETED}
        self._acts = _revertible(session, acts, reader) - barred

    def has_act(self, act: UUID) -> bool:
        """Tell whether the reader may take the act back whole, as far as they read it."""
        return act in self._acts

    def has_change(self, change: Change) -> bool:
        """Tell whether the reader may take this one change back."""
        if change.verb == Verb.DELETED and self._stays(change):
            return False
        return may_revert(self._reader, change, closed_by(self._reader, [change]))

    def has_moment(self, change: Change) -> bool:
        """Tell whether the reader may make the row as it was, whatever has become of it since."""
        gone = change.verb == Verb.DELETED or self._stays(change)
        return not gone and self.has_change(change) and may_shape(self._reader, change)

    def _stays(self, change: Change) -> bool:
        return change.kind == _PERSON and (change.act, change.row_id) in self._stay


def undone(session: Session, acts: Sequence[UUID]) -> set[UUID | None]:
    """Return the acts of which every row is undone, as far as it is read, and was not done again since."""
    undoing, redoing = aliased(Change), aliased(Change)
    again = select(redoing.id).where(redoing.undoes == undoing.act).exists()
    lines = select(undoing.undoes, undoing.kind, undoing.row_id)
    back: dict[UUID | None, set[tuple[str, int]]] = {}
    for act, kind, number in session.execute(lines.where(undoing.undoes.in_(acts), ~again)):
        back.setdefault(act, set()).add((kind, number))
    if not back:
        return set()
    done = session.execute(select(Change.act, Change.kind, Change.row_id).where(Change.act.in_(back)))
    return set(back) - {act for act, kind, number in done if (kind, number) not in back[act]}


def _revertible(session: Session, acts: Sequence[UUID], reader: Actor) -> set[UUID]:
    """Return the acts of which the reader may take every line back, whatever has become of it since."""
    # Of what a row was before, its role alone: PostgreSQL does not tell whole JSON values apart.
    role = case((Change.kind == _PERSON, Change.before["role"].as_string()), else_="")
    what = (Change.act, Change.kind, Change.verb, Change.restaurant_id, Change.fields, Change.by_id, role)
    found = session.execute(select(*what).where(Change.act.in_(acts)).distinct())
    of_act: dict[UUID, list[Change]] = {}
    for act, kind, verb, place, fields, by_id, role_before in found:
        known: dict[str, Any] = {"before": {"role": role_before}, "after": dict.fromkeys(fields.split())}
        done = Change(kind=kind, verb=verb, restaurant_id=place, by_id=by_id, fields=fields, **known)
        of_act.setdefault(act, []).append(done)
    return {
        act
        for act, done in of_act.items()
        if all(may_revert(reader, each, closed_by(reader, done)) for each in done)
    }


def _gone_by_themselves(session: Session, acts: Sequence[UUID]) -> Iterable[Any]:
    """Return the people of these acts who have left, then or since: act, what it did, row, the leaving."""
    line, last = aliased(Change), aliased(Change)
    query = (
        select(line.act, line.verb, line.row_id, last)
        .join(last, and_(last.kind == line.kind, last.row_id == line.row_id))
        .where(line.act.in_(acts), line.kind == _PERSON)
    )
    return session.execute(query.where(*_are_leavings(last)))


def _are_leavings(last: type[Change]) -> tuple[ColumnElement[bool], ...]:
    """Keep the newest lines by which people ended their own membership, and not with the restaurant."""
    newer, closing = aliased(Change), aliased(Change)
    since = select(newer.id).where(newer.kind == last.kind, newer.row_id == last.row_id, newer.id > last.id)
    with_place = select(closing.id).where(
        closing.act == last.act,
        closing.kind == Restaurant.__tablename__,
        closing.row_id == last.restaurant_id,
        closing.verb == Verb.DELETED,
    )
    return (
        last.verb == Verb.DELETED,
        last.by_id == last.before["user_id"].as_integer(),
        ~since.exists(),
        ~with_place.exists(),
    )
