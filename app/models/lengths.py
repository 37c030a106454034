"""How long a text may be: what its column says, so that no second number can disagree."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute


def longest(column: InstrumentedAttribute[Any]) -> int:
    """Return the length of a bounded text column, in characters; raises TypeError for another."""
    kind = column.type
    if not isinstance(kind, String) or kind.length is None:
        raise TypeError(f"{column.key} has no length")
    return kind.length
