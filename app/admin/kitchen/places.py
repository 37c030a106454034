"""The restaurant whose kitchen one stands in: the one that one works in, if one may mark dishes there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import traces, working
from app.domain.actors import Actor
from app.domain.errors import Forbidden, NotFound
from app.models import MenuItem, Restaurant
from app.policies import editable, editable_anywhere

#: How many restaurants an administrator is offered here; the list of restaurants finds any other.
OFFERED = 30

_COLUMN = "sold_out_at"


def cooks_anywhere(actor: Actor) -> bool:
    """Tell whether the person may mark dishes sold out in any restaurant."""
    return _COLUMN in editable_anywhere(actor, MenuItem)


def cooks_in(actor: Actor, restaurant_id: int) -> bool:
    """Tell whether the person may mark dishes sold out in this restaurant."""
    return _COLUMN in editable(actor, MenuItem, restaurant_id)


def here(session: Session, actor: Actor) -> Restaurant | None:
    """Return where the person works; None where they have to choose a kitchen first."""
    chosen = working.here()
    if chosen is None or not cooks_in(actor, chosen.id):
        return None
    return session.scalar(select(Restaurant).where(Restaurant.id == chosen.id))


def named(session: Session, actor: Actor, number: int) -> Restaurant:
    """Return the restaurant that an address names; raises NotFound, Forbidden for a viewer."""
    place = session.scalar(select(Restaurant).where(Restaurant.id == number))
    if place is None:
        raise NotFound("There is no such restaurant.")
    traces.is_about(place.id)
    if not cooks_in(actor, place.id):
        raise Forbidden("Your role in this restaurant does not mark dishes sold out.")
    return place


def choices(session: Session, actor: Actor) -> tuple[list[tuple[int, str]], bool]:
    """Return the kitchens to choose among, by number and name, and whether there are more."""
    if not actor.is_admin:
        kitchens = [held for held in actor.held if cooks_in(actor, held.restaurant_id)]
        return [(held.restaurant_id, held.restaurant_name) for held in kitchens], False
    query = select(Restaurant.id, Restaurant.name).order_by(Restaurant.name, Restaurant.id)
    found = [(number, name) for number, name in session.execute(query.limit(OFFERED + 1))]
    return found[:OFFERED], len(found) > OFFERED
