"""Roles in a restaurant, and the actions that Carte asks about."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in one restaurant, strongest first."""

    OWNER = "owner"
    MANAGER = "manager"
    STAFF = "staff"
    VIEWER = "viewer"


_BY_STRENGTH = tuple(Role)


def is_stronger(one: str, other: str) -> bool:
    """Tell whether the first of two roles in a restaurant is the stronger one."""
    return _BY_STRENGTH.index(Role(one)) < _BY_STRENGTH.index(Role(other))


#: The role of an invitation that makes an administrator of the installation.
ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What may be done, as `subject:verb`; a role holds a set of them."""

    READ = "menu:read"
    EDIT_ITEM = "item:edit"
    READ_HISTORY = "history:read"
    ARRANGE = "menu:arrange"
    READ_PEOPLE = "people:read"
    MANAGE_PEOPLE = "people:manage"
    MANAGE_RESTAURANT = "restaurant:manage"
    READ_AUDIT = "audit:read"
    ADMINISTER = "installation:administer"
