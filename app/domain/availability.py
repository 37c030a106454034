"""Sold out, or not: derived when read, so that nothing has to run at the moment it ends."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from app.domain.errors import Invalid
from app.domain.words import Phrase

#: When a kitchen's day ends, by its own clock. There are no opening hours to go by. At five the last bar
#: has closed and the first baker has not begun, so that “tomorrow” said after midnight means the day
#: that is about to begin, and a dish is back before anybody looks at the menu.
DAY_ENDS = time(5)

#: How far ahead an end may lie: what is off for longer is off until somebody says.
FARTHEST = timedelta(days=366)

#: Date and time as browsers send them, and as programs do, with the distance from UTC.
_TYPED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)


def is_sold_out(sold_out_at: datetime | None, sold_out_until: datetime | None, *, at: datetime) -> bool:
    """Tell whether a dish is sold out at the aware moment `at`.

    Without `sold_out_until` it stays sold out until somebody says otherwise.
    """
    if sold_out_at is None:
        return False
    return sold_out_until is None or at < sold_out_until


def tomorrow(at: datetime, zone: tzinfo) -> datetime:
    """Return the end of the kitchen's day that `at` is in, in UTC: the next DAY_ENDS of the zone's clock."""
    today = at.astimezone(zone).date()
    ends = (_moment(today + timedelta(days=days), DAY_ENDS, zone) for days in (0, 1, 2))
    return next(end for end in ends if end > at)


def typed_end(typed: str, zone: tzinfo, *, at: datetime) -> datetime:
    """Return, in UTC, the moment that a person types as date and time of the zone's clock.

    Of a time that comes twice, when the clocks go back, the later one is meant: only then is the dish
    back for certain. Raises Invalid for what is no time, is over at `at`, or is left out that day.
    """
    end = _read(typed.strip(), zone)
    if end <= at:
        raise Invalid({"when": Phrase("That time is over already. Choose a later one.")})
    if end > at + FARTHEST:
        raise Invalid(
            {"when": Phrase("That is more than a year ahead. Choose an earlier time, or “Until I say”.")}
        )
    return end


def _read(typed: str, zone: tzinfo) -> datetime:
    try:
        moment = datetime.fromisoformat(typed) if _TYPED.fullmatch(typed) else None
    except ValueError:
        moment = None
    # At the ends of the calendar a time may be none in another zone.
    if moment is None or not 1 < moment.year < 9999:
        raise Invalid({"when": Phrase("Choose a day and a time.")})
    if moment.tzinfo:
        return moment.astimezone(UTC)
    end = moment.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if end.astimezone(zone).replace(tzinfo=None) != moment:
        raise Invalid(
            {"when": Phrase("The clocks go forward then, so that time does not come. Choose another.")}
        )
    return end


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return a local time in UTC; one that the clocks leave out is as much later as they leave out."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
