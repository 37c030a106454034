"""What asks for a recent sign-in besides a role: deleting a restaurant, changing roles, account links.

So does giving and taking a role that may itself do such things, by inviting and by removing: otherwise
whoever found a browser open could let themselves in by another door.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from app.domain.actors import Actor
from app.domain.errors import SignInTooOld
from app.domain.roles import Action
from app.domain.words import Phrase
from app.models import Base, Membership
from app.policies.grants import TABLES, actions_of

#: How old a sign-in may be for what is grave.
RECENT = timedelta(minutes=10)


def is_recent(actor: Actor, at: datetime) -> bool:
    """Tell whether the person has signed in within the last few minutes."""
    return actor.signed_in_at is not None and at - actor.signed_in_at < RECENT


def require_recent(actor: Actor, at: datetime, *, what: str = Phrase("This")) -> None:
    """Raise SignInTooOld unless the person has signed in within the last few minutes."""
    if not is_recent(actor, at):
        raise SignInTooOld(
            Phrase("%(what)s asks for a sign-in of the last ten minutes; yours is older.", what=what)
        )


def is_grave_to_change(cls: type[Base], columns: Collection[str]) -> bool:
    """Tell whether changing these columns asks for a recent sign-in."""
    return not TABLES[cls].grave_columns.isdisjoint(columns)


def is_grave_to_delete(actor: Actor, row: Base) -> bool:
    """Tell whether deleting this row asks for a recent sign-in; leaving by oneself does not."""
    if isinstance(row, Membership):
        return row.user_id != actor.id and is_grave_role(row.role)
    return TABLES[type(row)].grave_delete


def is_grave_role(role: str) -> bool:
    """Tell whether whoever has this role may give roles to others."""
    return Action.MANAGE_PEOPLE in actions_of(role)
