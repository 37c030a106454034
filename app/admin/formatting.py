"""How values read in a list, on a page and in a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton, format_time, get_timezone_name
from flask_babel import gettext, ngettext

from app import current
from app.domain import money, naming
from app.models import MenuItem, Restaurant, User
from app.saying import headed, said

Formatter = Callable[..., Any]

#: How many names one message has.
_NAMED = 5


def show_price(_view: object, _context: object, item: MenuItem, _name: str) -> str:
    """Return the price as this reader writes money; blank without one."""
    return money.show(item.price, item.restaurant.currency, current.locale()) or ""


def typed_price(_view: object, _context: object, item: MenuItem, _name: str) -> str:
    """Return the price as this reader would type it."""
    return money.typed(item.price, item.restaurant.currency, current.locale())


def export_price(_view: object, _context: object, item: MenuItem, _name: str) -> str:
    """Return the bare digits of the price, the same for every reader; its currency has its own column."""
    return money.typed(item.price, item.restaurant.currency)


def show_sold_out(_view: object, _context: object, item: MenuItem, _name: str) -> bool:
    """Tell whether guests cannot have it now."""
    return item.is_sold_out(current.now())


def show_moment(_view: object, _context: object, row: Any, name: str) -> str:
    """Return a moment as the reader writes it, in the clock of the row's restaurant."""
    return moment(getattr(row, name), zone_of(row))


def export_moment(_view: object, _context: object, row: Any, name: str) -> str:
    """Return a moment in UTC, the same for every reader (ISO 8601); blank for none."""
    value: datetime | None = getattr(row, name)
    return value.astimezone(UTC).isoformat() if value else ""


def show_day(_view: object, _context: object, row: Any, name: str) -> str:
    """Return the day of a moment, in the clock of the row's restaurant; blank for none."""
    value: datetime | None = getattr(row, name)
    if value is None:
        return ""
    return format_date(value.astimezone(zone_of(row)), "medium", locale=current.locale())


def show_role(_view: object, _context: object, row: Any, name: str) -> str:
    """Return a role as it stands by itself."""
    return headed(naming.role(getattr(row, name)))


def show_identities(_view: object, _context: object, user: User, _name: str) -> str:
    """Return the accounts that sign a person in: where, and the address there."""
    return ", ".join(f"{identity.issuer} ({identity.email or '—'})" for identity in user.identities)


def show_memberships(_view: object, _context: object, user: User, _name: str) -> str:
    """Return where a person works, and as what."""
    return ", ".join(
        f"{membership.restaurant} ({said(naming.role(membership.role))})" for membership in user.memberships
    )


def few(names: Sequence[str]) -> str:
    """Return up to five names, and how many more there are; a message has to fit into a cookie."""
    first = ", ".join(names[:_NAMED])
    if len(names) <= _NAMED:
        return first
    return ngettext(
        "%(names)s and %(num)s more", "%(names)s and %(num)s more", len(names) - _NAMED, names=first
    )


def moment(value: datetime | None, zone: tzinfo) -> str:
    """Return date and time in `zone`; blank for none."""
    if value is None:
        return ""
    return format_datetime(value, "medium", tzinfo=zone, locale=current.locale())


def named_moment(value: datetime, zone: tzinfo) -> str:
    """Return date and time in `zone`, which it names: “Mar 1, 2026, 1:00:00 PM EST”."""
    name = get_timezone_name(value.astimezone(zone), width="short", locale=current.locale())
    return f"{moment(value, zone)} {name}"


def brief(value: datetime | None, zone: tzinfo) -> str:
    """Return date and time in `zone`, to the minute, as short as the reader writes them; blank for none."""
    if value is None:
        return ""
    return format_datetime(value, "short", tzinfo=zone, locale=current.locale())


def soon(value: datetime, zone: tzinfo) -> str:
    """Return a moment in `zone` as one says it from near by: “tomorrow 5:00 AM (Sat)”."""
    local, today = value.astimezone(zone), current.now().astimezone(zone).date()
    locale = current.locale()
    clock = format_time(value, "short", tzinfo=zone, locale=locale)
    match (local.date() - today).days:
        case -1:
            return gettext("yesterday %(time)s", time=clock)
        case 0:
            return gettext("today %(time)s", time=clock)
        case 1:
            return gettext("tomorrow %(time)s (%(day)s)", time=clock, day=format_date(local, "EEE", locale))
    day = format_skeleton("MMMEd", value, tzinfo=zone, locale=locale)
    return gettext("%(day)s, %(time)s", day=day, time=clock)


def until(value: datetime | None, zone: tzinfo) -> str:
    """Return the end of a sale in words; without one, it lasts until somebody says."""
    if value is None:
        return gettext("until further notice")
    return gettext("until %(when)s", when=soon(value, zone))


def zone_of(row: Any) -> tzinfo:
    """Return the clock of the restaurant the row belongs to; the reader's own for a row of none."""
    place = getattr(row, "restaurant", row)
    return ZoneInfo(place.time_zone) if isinstance(place, Restaurant) else current.zone()


def _yes_no(_view: object, value: bool, _name: str = "") -> str:
    return gettext("Yes") if value else gettext("No")


def _blank(_view: object, _value: None, _name: str = "") -> str:
    return ""


#: By type, for values without a formatter of their own; Flask-Admin's draws icons of a font.
SHOWN: Mapping[type, Formatter] = {bool: _yes_no, type(None): _blank}
