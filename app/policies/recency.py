"""What asks for a recent sign-in besides a role: deleting a restaurant, changing roles, account links."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from app.domain.actors import Actor
from app.models import Base
from app.policies.grants import TABLES

#: How old a sign-in may be for what is grave.
RECENT = timedelta(minutes=10)


def is_recent(actor: Actor, at: datetime) -> bool:
    """Tell whether the person has signed in within the last few minutes."""
    return actor.signed_in_at is not None and at - actor.signed_in_at < RECENT


def is_grave_to_change(cls: type[Base], columns: Collection[str]) -> bool:
    """Tell whether changing these columns asks for a recent sign-in."""
    return not TABLES[cls].grave_columns.isdisjoint(columns)


def is_grave_to_delete(cls: type[Base]) -> bool:
    """Tell whether deleting such a row asks for a recent sign-in."""
    return TABLES[cls].grave_delete
