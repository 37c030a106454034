"""Timelines: what was done, act by act, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.admin.narrating import COMMAND_LINE, WITHIN_COMMAND_LINE, Sentence, Story
from app.admin.sentences import isolated
from app.admin.ways_back import WaysBack, undone
from app.domain.actors import Actor
from app.domain.roles import Action
from app.models import Base, Change, Menu, Restaurant
from app.models.history import RECORDED
from app.policies import allows

_RANKS = {kind: rank for rank, kind in enumerate(RECORDED)}

#: How many changes of an act a list shows; the act's own page has all of them.
SHOWN = 5

#: How many acts a row's own page shows.
NEWEST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One change, its sentences, and whether the reader may take it back, make the row so again."""

    change: Change
    sentences: list[Sentence]
    may_take_back: bool
    has_moment: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as a list shows it: its first changes, and how many there are."""

    act: UUID
    count: int
    when: str
    place: str
    may_undo: bool
    is_undone: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> Change:
        """The change that says who did it."""
        return self.lines[0].change

    @property
    def who(self) -> str:
        """Who did it, by the name they had then."""
        return who(self.first)

    @property
    def doer(self) -> str:
        """The same within a sentence."""
        return doer(self.first)

    @property
    def more(self) -> int:
        """How many changes are not shown."""
        return self.count - len(self.lines)


def who(change: Change) -> str:
    """Return who made a change, by the name they had then."""
    return isolated(change.by_name) or str(COMMAND_LINE)


def doer(change: Change) -> str:
    """Return who made a change, as it stands within a sentence."""
    return isolated(change.by_name) or str(WITHIN_COMMAND_LINE)


def about(kind: str, number: int) -> ColumnElement[bool]:
    """Return which changes are the history of a row: of a restaurant and of a menu, all within it."""
    if kind == Restaurant.__tablename__:
        return Change.restaurant_id == number
    if kind == Menu.__tablename__:
        return Change.menu_id == number
    return and_(Change.kind == kind, Change.row_id == number)


def of_row(session: Session, row: Base, reader: Actor) -> list[Entry] | None:
    """Return the newest acts of a row's history; None for a row without one, or that may not be read."""
    if row.__tablename__ not in RECORDED or not allows(reader, Action.READ_HISTORY, row):
        return None
    return entries(session, select(Change).where(about(row.__tablename__, row.id)), reader, limit=NEWEST)


def entries(
    session: Session, narrowed: Select[Any], reader: Actor, *, limit: int, offset: int = 0, shown: int = SHOWN
) -> list[Entry]:
    """Return acts with any of these changes, newest first, in a constant number of queries."""
    acts = session.scalars(
        narrowed.with_only_columns(Change.act)
        .distinct()
        .order_by(Change.act.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    if not acts:
        return []
    of_these = narrowed.where(Change.act.in_(acts))
    changes = first_of_each(session, of_these, shown)
    counts = dict(
        session.execute(
            of_these.with_only_columns(Change.act, func.count(Change.id)).group_by(Change.act)
        ).all()
    )
    story = Story(session, changes)
    back, ways = undone(session, acts), WaysBack(session, acts, reader)
    by_act: dict[UUID, list[Change]] = {act: [] for act in acts}
    for change in changes:
        by_act[change.act].append(change)
    return [
        Entry(
            act=act,
            count=counts[act],
            when=story.when(lines[0]),
            place=story.place(lines[0]).name,
            may_undo=ways.has_act(act) and act not in back,
            is_undone=act in back,
            lines=[
                Line(change, story.sentences(change), ways.has_change(change), ways.has_moment(change))
                for change in lines
            ],
        )
        for act, lines in by_act.items()
    ]


def first_of_each(session: Session, changes: Select[Any], shown: int) -> Sequence[Change]:
    """Return the first of these changes of each act, at most `shown` of each."""
    # What a row belongs to stands before it, also where it went after it.
    order = (case(_RANKS, value=Change.kind), Change.id)
    place = func.row_number().over(partition_by=Change.act, order_by=order).label("place")
    numbered = changes.with_only_columns(Change.id, place).subquery()
    first = select(numbered.c.id).where(numbered.c.place <= shown)
    return session.scalars(select(Change).where(Change.id.in_(first)).order_by(*order)).all()
