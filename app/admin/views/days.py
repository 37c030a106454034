"""Days as a reader means them when they narrow a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from flask import g
from sqlalchemy import select

from app import current, working
from app.extensions import db
from app.models import Restaurant


def midnight(day: date) -> datetime:
    """Return when a day begins to this reader."""
    return datetime.combine(day, time(), reader_zone())


def reader_zone() -> tzinfo:
    """Return the one clock of a list across restaurants: the reader’s own, the restaurant’s, or UTC."""
    # Asked for by each row of the list.
    if "carte_reader_zone" not in g:
        g.carte_reader_zone = _zone()
    return g.carte_reader_zone


def _zone() -> tzinfo:
    here = working.here()
    if current.actor().time_zone or here is None:
        return current.zone()
    zone = db.session.scalar(select(Restaurant.time_zone).where(Restaurant.id == here.id))
    return ZoneInfo(zone) if zone else UTC
