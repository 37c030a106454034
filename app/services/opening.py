"""Opening a restaurant: it and its first owner arrive together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import facts, money, slugs
from app.domain.actors import Actor
from app.domain.errors import Invalid
from app.domain.roles import Role
from app.domain.words import Phrase
from app.models import Membership, MenuItem, Restaurant


def open_restaurant(session: Session, restaurant: Restaurant, *, by: Actor, at: datetime) -> Restaurant:
    """Store a new restaurant with its slug and its owner; raises Invalid for facts that cannot be.

    The caller lifts the tenancy (Reason.OPEN_RESTAURANT): nobody has a role in it yet.
    """
    check_facts(restaurant)
    taken = session.scalars(
        select(Restaurant.slug).where(Restaurant.slug.startswith(slugs.slugify(restaurant.name)))
    )
    restaurant.slug = slugs.unique(restaurant.name, set(taken))
    restaurant.created_at = at
    restaurant.memberships = [Membership(user_id=by.id, role=Role.OWNER, created_at=at)]
    session.add(restaurant)
    session.flush()
    return restaurant


def check_facts(restaurant: Restaurant) -> None:
    """Raise Invalid for facts that cannot be."""
    wrong = {name: facts.fault(name, getattr(restaurant, name) or "") for name in facts.NAMES}
    faults = {name: words for name, words in wrong.items() if words}
    if faults:
        raise Invalid(faults)


def check_currency(session: Session, restaurant: Restaurant, before: str) -> None:
    """Raise Invalid for a new currency in which the stored prices would mean another amount."""
    if money.exponent(before) == money.exponent(restaurant.currency):
        return
    priced = select(MenuItem.id).where(MenuItem.restaurant_id == restaurant.id, MenuItem.price.is_not(None))
    if session.scalar(priced.limit(1)) is not None:
        words = Phrase(
            "%(now)s has other decimal places than %(before)s; clear the prices first.",
            now=restaurant.currency,
            before=before,
        )
        raise Invalid({"currency": words})
