"""Looking at the lines: how many rows each has for this reader, and the first of them by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from app.admin.attention.line import Desk, Line, Urgency, Way
from app.models import Restaurant, User
from app.policies import reach
from app.policies.rules import place_column
from app.saying import number

#: How many rows a line names; the page behind it has all of them.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Named:
    """One row of a line: what it is called, where, what else there is to know, what to do about it alone."""

    name: str
    place: str
    note: str
    way: Way | None


@dataclass(frozen=True, slots=True)
class Matter:
    """A line as this reader finds it now."""

    line: Line
    count: int
    title: str
    rows: list[Named]
    way: Way
    is_urgent: bool

    @property
    def more(self) -> str:
        """How many rows are not named, as it reads; blank for none."""
        rest = self.count - len(self.rows)
        return number(rest) if rest else ""


def look(session: Session, lines: Iterable[Line], desk: Desk, only: int | None) -> list[Matter]:
    """Return the lines that are this reader's, most urgent first, those without a row too."""
    theirs = [line for line in lines if line.is_for(desk.reader, only)]
    theirs.sort(key=lambda line: line.urgency_for(desk.reader))
    conditions = [_condition(line, desk, only) for line in theirs]
    counts = _counts(session, theirs, conditions, desk)
    return [
        _matter(session, line, condition, count, desk)
        for line, condition, count in zip(theirs, conditions, counts, strict=True)
    ]


def _counts(
    session: Session, lines: Sequence[Line], conditions: Iterable[ColumnElement[bool]], desk: Desk
) -> Sequence[int]:
    """Return how many rows each line has, in one query, which is asked of the reader's own row."""
    if not lines:
        return ()
    models: list[Any] = [line.model for line in lines]
    counts = (
        select(func.count(model.id)).where(condition).scalar_subquery()
        for model, condition in zip(models, conditions, strict=True)
    )
    return tuple(session.execute(select(*counts).select_from(User).where(User.id == desk.reader.id)).one())


def _matter(session: Session, line: Line, condition: ColumnElement[bool], count: int, desk: Desk) -> Matter:
    return Matter(
        line=line,
        count=count,
        title=line.title(count, number(count)) if count else str(line.calm),
        rows=list(_named(session, line, condition, desk)) if count else [],
        way=line.way(desk),
        is_urgent=line.urgency_for(desk.reader) is Urgency.NOW,
    )


def _condition(line: Line, desk: Desk, only: int | None) -> ColumnElement[bool]:
    place = place_column(line.model)
    within = [] if only is None else [place == only]
    return and_(line.condition(desk.at), reach(desk.reader, line.grant, line.model), *within)


def _named(session: Session, line: Line, condition: ColumnElement[bool], desk: Desk) -> Iterator[Named]:
    model: Any = line.model
    order = (model.id.desc(),) if line.newest_first else (model.name, model.id)
    query = select(model).where(condition).order_by(*order).limit(NAMED)
    if model is not Restaurant:
        query = query.options(joinedload(model.restaurant))
    for row in session.scalars(query):
        place = getattr(row, "restaurant", None)
        yield Named(
            name=line.label(row),
            place=place.name if place and desk.many else "",
            note=line.note(desk, row),
            way=line.way_of(desk, row) if line.way_of else None,
        )
