"""One rule in two forms: a verdict on a row, and the SQL that keeps the rows it accepts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, true

from app.domain.actors import Actor
from app.domain.roles import Action
from app.models import Base, Restaurant, TenantOwned
from app.policies.grants import GRANTS


def allows_in(actor: Actor, action: Action, restaurant_id: int | None) -> bool:
    """Tell whether the person may do `action` in that restaurant."""
    if actor.is_admin:
        return True
    role = actor.role_in(restaurant_id)
    return role is not None and action in GRANTS[role]


def allows(actor: Actor, action: Action, thing: Base) -> bool:
    """Tell whether the person may do `action` to this row; a row of no restaurant is the administrators'."""
    return allows_in(actor, action, restaurant_id_of(thing))


def allows_anywhere(actor: Actor, action: Action) -> bool:
    """Tell whether any of the person's roles holds `action`."""
    return actor.is_admin or any(action in GRANTS[held.role] for held in actor.held)


def may_open(actor: Actor, *, open_sign_up: bool) -> bool:
    """Tell whether the person may open a restaurant of their own."""
    return actor.is_admin or open_sign_up


def reach(actor: Actor, action: Action, cls: type[Base]) -> ColumnElement[bool]:
    """Return the SQL condition that keeps exactly the rows of `cls` that `allows` accepts."""
    if actor.is_admin:
        return true()
    held = places(actor, action)
    column = place_column(cls)
    if column is None or not held:
        return false()
    condition: ColumnElement[bool] = column.in_(held)
    return condition


def places(actor: Actor, action: Action) -> list[int]:
    """Return the restaurants in which one of the person's own roles holds `action`."""
    return [held.restaurant_id for held in actor.held if action in GRANTS[held.role]]


def restaurant_id_of(thing: Any) -> int | None:
    """Return the restaurant a row belongs to, through its parents while it is not stored yet."""
    while thing is not None:
        if isinstance(thing, Restaurant):
            return thing.id
        if not isinstance(thing, TenantOwned):
            return None
        if thing.restaurant_id is not None:
            return thing.restaurant_id
        thing = thing.parent
    return None


def place_column(cls: type[Base]) -> Any:
    """Return the column that says to which restaurant a row of `cls` belongs; None where there is none."""
    if issubclass(cls, Restaurant):
        return cls.id
    return cls.restaurant_id if issubclass(cls, TenantOwned) else None
