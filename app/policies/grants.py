"""The table of grants: which role holds which action, and what an action means for each table.

Whether staff may change a price is answered here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from app.domain import facts
from app.domain.actors import Actor
from app.domain.roles import ADMINISTRATOR, Action, Role
from app.models import (
    AuditEntry,
    Base,
    Change,
    DefaultView,
    FixtureRow,
    Identity,
    Invitation,
    Membership,
    Menu,
    MenuItem,
    Restaurant,
    SavedView,
    Section,
    User,
    UserSession,
)

_VIEWER = frozenset({Action.READ})
_STAFF = _VIEWER | {Action.EDIT_ITEM, Action.READ_HISTORY}
_MANAGER = _STAFF | {Action.ARRANGE, Action.READ_PEOPLE}
_OWNER = _MANAGER | {Action.MANAGE_PEOPLE, Action.MANAGE_RESTAURANT, Action.READ_AUDIT}

#: What a role holds in its own restaurant. An administrator of the installation holds every action
#: everywhere, ADMINISTER included.
GRANTS: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.STAFF: _STAFF,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _OWNER,
}


def actions_of(role: str) -> frozenset[Action]:
    """Return what the role of an invitation gives: a restaurant's, or the administrators', all."""
    return frozenset(Action) if role == ADMINISTRATOR else GRANTS[Role(role)]


@dataclass(frozen=True, slots=True)
class Table:
    """The actions that one class of rows asks for; None: nobody's, only a named service's.

    `own_create`, `own_columns` and `own_delete` are what every person may do with what is theirs:
    themselves, their accounts, sessions, memberships and views. What is `grave` asks for a recent sign-in
    besides.
    """

    read: Action
    create: Action | None
    delete: Action | None
    columns: Mapping[Action, frozenset[str]] = field(default_factory=dict)
    own_create: bool = False
    own_columns: frozenset[str] = frozenset()
    own_delete: bool = False
    grave_columns: frozenset[str] = frozenset()
    grave_delete: bool = False


_VIEW = frozenset({"name", "folded_name", "query", "changed_at", "changed_by_id"})
_SOLD_OUT = {"sold_out_at", "sold_out_until", "sold_out_by_id"}

#: What each class of rows asks for.
TABLES: Mapping[type[Base], Table] = {
    # A restaurant is created by opening it (services/opening.py), together with its first owner.
    Restaurant: Table(
        Action.READ,
        None,
        Action.MANAGE_RESTAURANT,
        {Action.MANAGE_RESTAURANT: frozenset({*facts.NAMES, "slug"})},
        grave_delete=True,
    ),
    Menu: Table(
        Action.READ, Action.ARRANGE, Action.ARRANGE, {Action.ARRANGE: frozenset({"name", "position"})}
    ),
    Section: Table(
        Action.READ,
        Action.ARRANGE,
        Action.ARRANGE,
        {Action.ARRANGE: frozenset({"name", "position", "menu_id"})},
    ),
    MenuItem: Table(
        Action.READ,
        Action.ARRANGE,
        Action.ARRANGE,
        {
            Action.EDIT_ITEM: frozenset({"name", "description", "price"} | _SOLD_OUT),
            Action.ARRANGE: frozenset({"section_id", "position"}),
        },
    ),
    # A membership is created by accepting an invitation (services/inviting.py).
    Membership: Table(
        Action.READ_PEOPLE,
        None,
        Action.MANAGE_PEOPLE,
        {Action.MANAGE_PEOPLE: frozenset({"role"})},
        own_delete=True,
        grave_columns=frozenset({"role"}),
    ),
    Invitation: Table(
        Action.MANAGE_PEOPLE,
        Action.MANAGE_PEOPLE,
        Action.MANAGE_PEOPLE,
        {
            Action.MANAGE_PEOPLE: frozenset(
                {"token_hash", "created_by_id", "expires_at", "mailed_at", "revoked_at"}
            )
        },
    ),
    FixtureRow: Table(Action.MANAGE_RESTAURANT, None, Action.MANAGE_RESTAURANT),
    # A restaurant's is everybody's who reads there; one's own is nobody else's (policies/own.py).
    SavedView: Table(
        Action.READ,
        Action.ARRANGE,
        Action.ARRANGE,
        {Action.ARRANGE: _VIEW},
        own_create=True,
        own_columns=_VIEW,
        own_delete=True,
    ),
    DefaultView: Table(Action.READ, Action.ARRANGE, Action.ARRANGE, own_create=True, own_delete=True),
    # Written below the flush (services/recording.py); nobody edits or deletes it.
    Change: Table(Action.READ_HISTORY, None, None),
    # Written by a named service (services/auditing.py); nobody edits or deletes it.
    AuditEntry: Table(Action.READ_AUDIT, None, None),
    User: Table(
        Action.ADMINISTER,
        None,
        None,
        {Action.ADMINISTER: frozenset({"name", "email", "administrator_since", "disabled_at"})},
        own_columns=frozenset({"name", "language", "time_zone"}),
        grave_columns=frozenset({"administrator_since"}),
    ),
    # An account at a provider is linked by coming back from there (services/linking.py).
    Identity: Table(Action.ADMINISTER, None, None, own_delete=True, grave_delete=True),
    UserSession: Table(
        Action.ADMINISTER,
        None,
        None,
        {Action.ADMINISTER: frozenset({"ended_at"})},
        own_columns=frozenset({"ended_at"}),
    ),
}


def reading(cls: type[Base]) -> Action:
    """Return the action that lets a person read rows of `cls`."""
    return TABLES[cls].read


def creating(cls: type[Base]) -> Action | None:
    """Return the action that creates a row of `cls`; None where only a named service may."""
    return TABLES[cls].create


def deleting(cls: type[Base]) -> Action | None:
    """Return the action that deletes a row of `cls`; None where nobody may."""
    return TABLES[cls].delete


def editable(actor: Actor, cls: type[Base], restaurant_id: int | None) -> frozenset[str]:
    """Return the columns of `cls` that the person may change in that restaurant.

    None is a row of no restaurant: the administrators'.
    """
    if actor.is_admin:
        return columns_of(cls)
    role = actor.role_in(restaurant_id)
    return _columns(cls, actions_of(role) if role else frozenset())


def editable_anywhere(actor: Actor, cls: type[Base]) -> frozenset[str]:
    """Return the columns of `cls` that any of the person's roles may change."""
    if actor.is_admin:
        return columns_of(cls)
    return _columns(cls, frozenset().union(*(actions_of(held.role) for held in actor.held)))


def columns_of(cls: type[Base]) -> frozenset[str]:
    """Return the columns of `cls` that anybody may change."""
    return frozenset().union(*TABLES[cls].columns.values())


@cache
def _columns(cls: type[Base], held: frozenset[Action]) -> frozenset[str]:
    # Each cell of a list asks.
    return frozenset().union(*(names for action, names in TABLES[cls].columns.items() if action in held))
