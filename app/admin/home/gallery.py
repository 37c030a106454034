"""Which pictures a reader gets: those of where one works, or of all restaurants to who works in none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app import current, working
from app.admin.attention import Desk
from app.admin.home import pictures
from app.admin.home.pictures import Picture
from app.domain.roles import Action
from app.models import Restaurant
from app.policies import allows_in


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures, the restaurant they are of (None: of all), and the clock of both."""

    place: Restaurant | None
    zone: tzinfo
    pictures: list[Picture]


def gallery(session: Session, desk: Desk, *, is_shut: bool) -> Gallery:
    """Return the pictures; none while there is nothing to see yet."""
    here = working.here()
    # None also where somebody has just deleted it.
    place = session.get(Restaurant, here.id) if here else None
    zone = ZoneInfo(place.time_zone) if place else current.zone()
    found = [] if is_shut else [each for each in _pictures(session, desk, place, zone) if each is not None]
    return Gallery(place, zone, found)


def _pictures(
    session: Session, desk: Desk, place: Restaurant | None, zone: tzinfo
) -> Iterator[Picture | None]:
    if place is not None:
        yield pictures.of_sections(session, place)
        yield pictures.of_prices(session, place)
    elif desk.reader.is_admin:
        yield pictures.of_restaurants(session)
    if allows_in(desk.reader, Action.READ_HISTORY, place.id if place else None):
        yield pictures.of_changes(session, place, zone, at=desk.at)
