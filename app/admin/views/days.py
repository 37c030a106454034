"""Days as a reader means them when they narrow a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from sqlalchemy import select

from app import current, working
from app.admin.base import DayFilter
from app.domain.words import gettext_noop
from app.extensions import db
from app.models import Restaurant


def day_filters(moment: Any) -> tuple[DayFilter, DayFilter]:
    """Return the filters that keep what has its moment from a day on, and up to and with a day."""
    return (
        DayFilter(gettext_noop("Day"), "from", lambda day: moment >= _midnight(day)),
        DayFilter(gettext_noop("Day"), "to", lambda day: moment < _midnight(day + timedelta(days=1))),
    )


def reader_zone() -> tzinfo:
    """Return the one clock of a list across restaurants: the reader’s own, the restaurant’s, or UTC."""
    # Asked for by each row of the list.
    if "carte_reader_zone" not in g:
        g.carte_reader_zone = _zone()
    return g.carte_reader_zone


def _midnight(day: date) -> datetime:
    """Return when a day begins to this reader."""
    return datetime.combine(day, time(), reader_zone())


def _zone() -> tzinfo:
    here = working.here()
    if current.actor().time_zone or here is None:
        return current.zone()
    zone = db.session.scalar(select(Restaurant.time_zone).where(Restaurant.id == here.id))
    return ZoneInfo(zone) if zone else UTC
