"""What a person may choose of for themselves: the language whose customs they write by, and their clock."""

from __future__ import annotations

from collections import Counter
from functools import cache
from unicodedata import normalize

from babel.core import Locale
from babel.dates import get_timezone_location
from flask_babel import gettext

from app import current
from app.domain import facts
from app.domain.words import gettext_noop
from app.saying import said

#: Languages, and countries that write numbers and dates otherwise, in the order of the alphabet; English
#: is one to Carte (see current.locale).
_TAGS = (
    *("cs", "da", "de", "de-AT", "de-CH", "en", "es", "es-MX", "fr", "fr-CA", "fr-CH", "it"),
    *("hu", "nl", "nb", "pl", "pt", "pt-BR", "ro", "sk", "fi", "sv", "vi", "tr", "el", "uk", "he", "ar"),
    *("hi", "th", "ja", "ko", "zh-Hans", "zh-Hant"),
)

#: Where the places are that clocks are named after.
_CONTINENTS = {
    *(
        gettext_noop("Africa"),
        gettext_noop("America"),
        gettext_noop("Antarctica"),
        gettext_noop("Arctic"),
        gettext_noop("Asia"),
    ),
    *(
        gettext_noop("Atlantic"),
        gettext_noop("Australia"),
        gettext_noop("Europe"),
        gettext_noop("Indian"),
        gettext_noop("Pacific"),
    ),
}

Choice = tuple[str, str]


@cache
def languages() -> tuple[Choice, ...]:
    """Return tag and name of each language, in its own words; first of all, none."""
    return (("", gettext_noop("As my browser asks")), *((tag, _name_of(tag)) for tag in _TAGS))


def with_language(own: str) -> list[Choice]:
    """Return the languages, the person's own among them though it came from elsewhere."""
    known = [(tag, name if tag else said(name)) for tag, name in languages()]
    return known if own in dict(known) or not facts.is_language(own) else [*known, (own, _name_of(own))]


def time_zones() -> dict[str, list[Choice]]:
    """Return the clocks by continent, in the reader's words; first of all, none.

    What is no place, such as EST5EDT, is left out.
    """
    return {said(continent): places for continent, places in _places(str(current.locale())).items()}


def with_time_zone(own: str) -> dict[str, list[Choice]]:
    """Return the clocks, the person's own among them though it came from elsewhere."""
    known = time_zones()
    named = {name for choices in known.values() for name, _label in choices}
    return (
        known if own in named or own not in facts.time_zones() else {**known, gettext("Mine"): [(own, own)]}
    )


@cache
def _places(locale: str) -> dict[str, list[Choice]]:
    names = [name for name in facts.time_zones() if name.partition("/")[0] in _CONTINENTS]
    labels = {name: _city_of(name, locale) for name in names}
    # Several old names lead to one city, to which Babel gives one word: these stay apart as they are.
    counts = Counter(labels.values())
    found: dict[str, list[Choice]] = {gettext_noop("Everywhere"): [("", "UTC")]}
    for name in sorted(names):
        continent, _, place = name.partition("/")
        label = place.replace("_", " ") if counts[labels[name]] > 1 else labels[name]
        found.setdefault(continent, []).append((name, label.replace("/", ", ")))
    return {continent: sorted(places, key=_by_label) for continent, places in found.items()}


def _city_of(name: str, locale: str) -> str:
    return str(get_timezone_location(name, locale=locale, return_city=True))


def _by_label(choice: Choice) -> str:
    """Return what a choice is sorted by: accents count for nothing."""
    return normalize("NFKD", choice[1]).encode("ascii", "ignore").decode().casefold() or choice[1]


def _name_of(tag: str) -> str:
    name = Locale.parse(tag, sep="-").get_display_name() or tag
    return name[0].upper() + name[1:]
