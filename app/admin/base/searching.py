"""Words that a person types into a search, as conditions.

Hole mended: Flask-Admin casts each column and leaves `%` and `_` as wildcards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_

from app.domain import text

#: More than these many words, or longer ones, narrow nothing further.
_MOST_WORDS, _LONGEST = 8, 80


def matching(typed: str, columns: Sequence[Any]) -> Iterable[ColumnElement[bool]]:
    """Yield one condition for each typed word: it occurs in one of the columns, whatever its case."""
    clean = text.tidy("".join(character for character in typed if character.isprintable()))
    for word in clean[: _MOST_WORDS * _LONGEST].split()[:_MOST_WORDS]:
        yield or_(*(column.icontains(word, autoescape=True) for column in columns))
