"""Who may give which role: whoever manages the people there, and none above their own."""

from __future__ import annotations

from app.domain.actors import Actor
from app.domain.errors import Forbidden
from app.domain.roles import ADMINISTRATOR, Action, Role, is_stronger
from app.policies.rules import allows_in


def grantable(actor: Actor, restaurant_id: int | None) -> tuple[str, ...]:
    """Return the roles that the person may give and take there, strongest first.

    None is the installation, of which administrators make administrators.
    """
    if restaurant_id is None:
        return (ADMINISTRATOR,) if actor.is_admin else ()
    if not allows_in(actor, Action.MANAGE_PEOPLE, restaurant_id):
        return ()
    own = actor.role_in(restaurant_id)
    return tuple(role for role in Role if actor.is_admin or (own and not is_stronger(role, own)))


def grantable_anywhere(actor: Actor) -> tuple[str, ...]:
    """Return the roles that the person may give in one of the restaurants, strongest first."""
    places = {held.restaurant_id for held in actor.held}
    given = set().union(*(grantable(actor, place) for place in places))
    return tuple(role for role in Role if actor.is_admin or role in given)


def may_grant(actor: Actor, role: str, restaurant_id: int | None) -> bool:
    """Tell whether the person may give this role there, or take it from somebody who has it."""
    return role in grantable(actor, restaurant_id)


def require_grantable(actor: Actor, role: str, restaurant_id: int | None) -> None:
    """Raise Forbidden unless the person may give this role there, or take it."""
    if not may_grant(actor, role, restaurant_id):
        raise Forbidden("Nobody gives or takes a role above their own.")
