"""A person in a few words: what they are, and where."""

from __future__ import annotations

from app.domain.actors import Actor
from app.domain.roles import ADMINISTRATOR, Role

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def description(actor: Actor) -> str:
    """Return `owner of two restaurants` or `manager of Urban Burger`, the strongest role first."""
    parts = [ADMINISTRATOR + " of the installation"] if actor.is_admin else []
    for role in Role:
        names = [held.restaurant_name for held in actor.held if held.role is role]
        if names:
            parts.append(f"{role} of {names[0] if len(names) == 1 else _restaurants(len(names))}")
    return " and ".join(parts) or "in no restaurant yet"


def _restaurants(count: int) -> str:
    return f"{_NUMBERS[count] if count < len(_NUMBERS) else count} restaurants"
