"""What is a person's own: themselves, their accounts, their sessions, their memberships."""

from __future__ import annotations

from app.domain.actors import Actor
from app.models import Base, Identity, Membership, User, UserSession
from app.policies.grants import TABLES, deleting, editable
from app.policies.rules import allows_in, restaurant_id_of


def is_own(actor: Actor, row: Base) -> bool:
    """Tell whether the row is the person, or one of theirs."""
    if isinstance(row, User):
        return row.id == actor.id
    return isinstance(row, Identity | UserSession | Membership) and row.user_id == actor.id


def changeable(actor: Actor, row: Base) -> frozenset[str]:
    """Return the columns of this row that the person may change, by their role or because it is theirs."""
    columns = editable(actor, type(row), restaurant_id_of(row))
    return columns | TABLES[type(row)].own_columns if is_own(actor, row) else columns


def may_delete(actor: Actor, row: Base) -> bool:
    """Tell whether the person may delete this row, by their role or because it is theirs."""
    action = deleting(type(row))
    if action is not None and allows_in(actor, action, restaurant_id_of(row)):
        return True
    return TABLES[type(row)].own_delete and is_own(actor, row)
