"""What a change of a row consists of: columns that are one fact to people go together."""

from __future__ import annotations

from collections.abc import Iterable

#: Columns that make one fact, under the name that people know it by.
_FACTS = {"sold_out": ("sold_out_at", "sold_out_until", "sold_out_by_id")}

_FACT_OF = {column: fact for fact, columns in _FACTS.items() for column in columns}


def fact_of(column: str) -> str:
    """Return the fact that a column belongs to; most columns are one by themselves."""
    return _FACT_OF.get(column, column)


def columns_of(fact: str) -> tuple[str, ...]:
    """Return the columns of a fact."""
    return _FACTS.get(fact, (fact,))


def facts_in(columns: Iterable[str]) -> list[str]:
    """Return the facts that these columns belong to, each once, in their order."""
    return list(dict.fromkeys(fact_of(column) for column in columns))
