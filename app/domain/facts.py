"""The facts of a restaurant: their names, which ones it must have, and when one cannot be.

How long a fact may be is what its column says (`app.models.lengths`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel.core import Locale, UnknownLocaleError

from app.domain import money
from app.domain.words import gettext_noop

#: In the order in which a form and a file have them.
NAMES = ("name", "currency", "time_zone", "language", "address", "phone", "website", "description")

#: A restaurant has these; any other fact may be blank.
REQUIRED = frozenset({"name", "currency", "time_zone", "language"})


def fault(name: str, value: str) -> str | None:
    """Say what is wrong with the fact `name`; None when nothing is."""
    if not value:
        return gettext_noop("This cannot be empty.") if name in REQUIRED else None
    rule, words = _RULES.get(name, (bool, ""))
    return None if rule(value) else words


def is_language(tag: str) -> bool:
    """Tell whether the tag names a language that Babel knows."""
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


def is_website(text: str) -> bool:
    """Tell whether a browser can follow `text` to a site: http or https, and a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))


@cache
def time_zones() -> frozenset[str]:
    """Return the names of the places whose clocks are known."""
    # Each call of available_timezones() walks through a folder of some hundred files, in which some
    # systems keep more than places: `localtime` would be another zone on the next machine.
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def _is_time_zone(name: str) -> bool:
    return name in time_zones()


_RULES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "currency": (money.is_currency, gettext_noop("This is not a currency code such as USD or EUR.")),
    "time_zone": (_is_time_zone, gettext_noop("This is not a time zone such as Europe/Vienna.")),
    "language": (is_language, gettext_noop("This is not a language tag such as en or de-AT.")),
    "website": (
        is_website,
        gettext_noop("A website begins with https:// or http://, such as https://soup.example."),
    ),
}
