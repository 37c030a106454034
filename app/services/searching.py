"""Words that a person types into a search, as conditions; and the rows of any kind that they name.

Hole mended: Flask-Admin casts each column and leaves `%` and `_` as wildcards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.domain import text
from app.models import Base, Membership, Menu, MenuItem, Restaurant, Section, User

#: More than these many words, or longer ones, narrow nothing further.
_MOST_WORDS, _LONGEST = 8, 80


def matching(typed: str, columns: Sequence[Any]) -> Iterable[ColumnElement[bool]]:
    """Yield one condition for each typed word: it occurs in one of the columns, whatever its case."""
    for word in _words(typed):
        yield or_(*(column.icontains(word, autoescape=True) for column in columns))


@dataclass(frozen=True, slots=True)
class _Kind:
    """How rows of a class are found: by which columns, and what leads from them to what they belong to."""

    columns: tuple[Any, ...]
    above: tuple[Any, ...] = ()


_KINDS: Mapping[type[Base], _Kind] = {
    Restaurant: _Kind((Restaurant.name,)),
    Menu: _Kind((Menu.name,), (Menu.restaurant,)),
    Section: _Kind((Section.name,), (Section.menu, Section.restaurant)),
    MenuItem: _Kind((MenuItem.name,), (MenuItem.section, MenuItem.restaurant)),
    Membership: _Kind((User.name, User.email), (Membership.user, Membership.restaurant)),
    User: _Kind((User.name, User.email)),
}


def named(session: Session, cls: type[Base], typed: str, *, most: int) -> list[Any]:
    """Return up to `most` rows of `cls` within the session's reach whose name has every typed word.

    Those whose name is, or begins with, what was typed come first. Nothing typed names nothing.
    """
    words = _words(typed)
    if not words:
        return []
    statement = _with_above(cls).where(*matching(typed, _KINDS[cls].columns))
    name, whole = _KINDS[cls].columns[0], " ".join(words)
    rank = case(
        (func.lower(name) == whole.lower(), 0),
        (name.istartswith(whole, autoescape=True), 1),
        (name.icontains(f" {whole}", autoescape=True), 2),
        else_=3,
    )
    return list(session.scalars(statement.order_by(rank, name, _key(cls)).limit(most)))


def numbered(session: Session, cls: type[Base], numbers: Iterable[int]) -> dict[int, Any]:
    """Return those rows of `cls` with these numbers that are within the session's reach."""
    rows = session.scalars(_with_above(cls).where(_key(cls).in_(set(numbers))))
    return {row.id: row for row in rows}


def _with_above(cls: type[Base]) -> Select[Any]:
    statement = select(cls)
    for relation in _KINDS[cls].above:
        statement = statement.join(relation).options(contains_eager(relation))
    return statement


def _key(cls: Any) -> Any:
    return cls.id


def _words(typed: str) -> list[str]:
    clean = text.tidy("".join(character for character in typed if character.isprintable()))
    return clean[: _MOST_WORDS * _LONGEST].split()[:_MOST_WORDS]
