"""Opening a restaurant: it and its first owner arrive together."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from babel.core import Locale, UnknownLocaleError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import money, slugs
from app.domain.actors import Actor
from app.domain.errors import Invalid
from app.domain.roles import Role
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
    """Raise Invalid unless currency, time zone and language are ones that exist."""
    faults = {}
    if not money.is_currency(restaurant.currency):
        faults["currency"] = "This is not a currency code such as USD or EUR."
    if restaurant.time_zone not in available_timezones():
        faults["time_zone"] = "This is not a time zone such as Europe/Vienna."
    if not is_language(restaurant.language):
        faults["language"] = "This is not a language tag such as en or de-AT."
    if faults:
        raise Invalid(faults)


def check_currency(session: Session, restaurant: Restaurant, before: str) -> None:
    """Raise Invalid for a new currency in which the stored prices would mean another amount."""
    if money.exponent(before) == money.exponent(restaurant.currency):
        return
    priced = select(MenuItem.id).where(MenuItem.restaurant_id == restaurant.id, MenuItem.price.is_not(None))
    if session.scalar(priced.limit(1)) is not None:
        raise Invalid(
            {
                "currency": f"{restaurant.currency} has other decimal places than {before}; clear the prices first."
            }
        )


def is_language(tag: str) -> bool:
    """Tell whether the tag names a language that Babel knows."""
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True
