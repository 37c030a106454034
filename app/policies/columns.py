"""What an action means for each table: which one reads, creates, deletes it, and changes which column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.actors import Actor
from app.domain.roles import Action
from app.models import (
    Base,
    FixtureRow,
    Identity,
    Invitation,
    Membership,
    Menu,
    MenuItem,
    Restaurant,
    Section,
    User,
    UserSession,
)
from app.policies.grants import GRANTS


@dataclass(frozen=True, slots=True)
class _Table:
    """The actions that one class of rows asks for; None: nobody's, only a named service's."""

    read: Action
    create: Action | None
    delete: Action | None
    columns: Mapping[Action, frozenset[str]] = field(default_factory=dict)


_SOLD_OUT = {"sold_out_at", "sold_out_until", "sold_out_by_id"}
_PLACE = {"name", "slug", "currency", "time_zone", "language", "address", "phone", "website", "description"}

_TABLES: Mapping[type[Base], _Table] = {
    # A restaurant is created by opening it (services/opening.py), together with its first owner.
    Restaurant: _Table(
        Action.READ, None, Action.MANAGE_RESTAURANT, {Action.MANAGE_RESTAURANT: frozenset(_PLACE)}
    ),
    Menu: _Table(
        Action.READ, Action.ARRANGE, Action.ARRANGE, {Action.ARRANGE: frozenset({"name", "position"})}
    ),
    Section: _Table(
        Action.READ,
        Action.ARRANGE,
        Action.ARRANGE,
        {Action.ARRANGE: frozenset({"name", "position", "menu_id"})},
    ),
    MenuItem: _Table(
        Action.READ,
        Action.ARRANGE,
        Action.ARRANGE,
        {
            Action.EDIT_ITEM: frozenset({"name", "description", "price"} | _SOLD_OUT),
            Action.ARRANGE: frozenset({"section_id", "position"}),
        },
    ),
    # A membership is created by accepting an invitation (services/inviting.py).
    Membership: _Table(
        Action.READ_PEOPLE, None, Action.MANAGE_PEOPLE, {Action.MANAGE_PEOPLE: frozenset({"role"})}
    ),
    Invitation: _Table(
        Action.MANAGE_PEOPLE,
        Action.MANAGE_PEOPLE,
        Action.MANAGE_PEOPLE,
        {Action.MANAGE_PEOPLE: frozenset({"revoked_at", "expires_at", "token_hash"})},
    ),
    FixtureRow: _Table(Action.MANAGE_RESTAURANT, None, Action.MANAGE_RESTAURANT),
    User: _Table(
        Action.ADMINISTER,
        None,
        None,
        {Action.ADMINISTER: frozenset({"name", "email", "administrator_since", "disabled_at"})},
    ),
    Identity: _Table(Action.ADMINISTER, None, None),
    UserSession: _Table(Action.ADMINISTER, None, None, {Action.ADMINISTER: frozenset({"ended_at"})}),
}


def reading(cls: type[Base]) -> Action:
    """Return the action that lets a person read rows of `cls`."""
    return _TABLES[cls].read


def creating(cls: type[Base]) -> Action | None:
    """Return the action that creates a row of `cls`; None where only a named service may."""
    return _TABLES[cls].create


def deleting(cls: type[Base]) -> Action | None:
    """Return the action that deletes a row of `cls`; None where nobody may."""
    return _TABLES[cls].delete


def editable(actor: Actor, cls: type[Base], restaurant_id: int | None = None) -> frozenset[str]:
    """Return the columns of `cls` that the person may change, in one restaurant or, without, in any."""
    columns = _TABLES[cls].columns
    if actor.is_admin:
        return frozenset().union(*columns.values())
    roles = {held.role for held in actor.held if restaurant_id in (None, held.restaurant_id)}
    held = frozenset().union(*(GRANTS[role] for role in roles))
    return frozenset().union(*(names for action, names in columns.items() if action in held))
