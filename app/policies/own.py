"""What is a person's own: themselves, their accounts, their sessions, their memberships, their views."""

from __future__ import annotations

from app.domain.actors import Actor
from app.models import Base, DefaultView, Identity, Membership, SavedView, User, UserSession
from app.policies.grants import TABLES, creating, deleting, editable
from app.policies.rules import allows_in, restaurant_id_of


def is_own(actor: Actor, row: Base) -> bool:
    """Tell whether the row is the person, or one of theirs."""
    if isinstance(row, User):
        return row.id == actor.id
    belongings = Identity | UserSession | Membership | SavedView | DefaultView
    return isinstance(row, belongings) and row.user_id == actor.id


def is_private(row: object) -> bool:
    """Tell whether the row is its person's alone, beyond every role, an administrator's too."""
    return isinstance(row, SavedView | DefaultView) and row.restaurant_id is None


def may_create(actor: Actor, row: Base) -> bool:
    """Tell whether the person may make this row, by their role or because it will be theirs."""
    table = TABLES[type(row)]
    if table.own_create and getattr(row, "user_id", None) is not None:
        return is_own(actor, row)
    action = creating(type(row))
    return action is not None and not is_private(row) and allows_in(actor, action, restaurant_id_of(row))


def changeable(actor: Actor, row: Base) -> frozenset[str]:
    """Return the columns of this row that the person may change, by their role or because it is theirs."""
    by_role = not is_private(row)
    columns = editable(actor, type(row), restaurant_id_of(row)) if by_role else frozenset()
    return columns | TABLES[type(row)].own_columns if is_own(actor, row) else columns


def may_delete(actor: Actor, row: Base) -> bool:
    """Tell whether the person may delete this row, by their role or because it is theirs."""
    action = deleting(type(row))
    if action is not None and not is_private(row) and allows_in(actor, action, restaurant_id_of(row)):
        return True
    return TABLES[type(row)].own_delete and is_own(actor, row)
