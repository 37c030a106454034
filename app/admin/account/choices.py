"""What a person may choose of for themselves: the language whose customs they write by, and their clock."""

from __future__ import annotations

from functools import cache

from babel.core import Locale
from flask_babel import gettext

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


@cache
def time_zones() -> dict[str, list[Choice]]:
    """Return the clocks by continent; first of all, none. What is no place, such as EST5EDT, is left out."""
    found: dict[str, list[Choice]] = {gettext_noop("Everywhere"): [("", "UTC")]}
    for name in sorted(facts.time_zones()):
        continent, _, place = name.partition("/")
        if continent in _CONTINENTS and place:
            found.setdefault(continent, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return found


def with_time_zone(own: str) -> dict[str, list[Choice]]:
    """Return the clocks, the person's own among them though it came from elsewhere."""
    known = {said(continent): places for continent, places in time_zones().items()}
    named = {name for choices in known.values() for name, _label in choices}
    return (
        known if own in named or own not in facts.time_zones() else {**known, gettext("Mine"): [(own, own)]}
    )


def _name_of(tag: str) -> str:
    name = Locale.parse(tag, sep="-").get_display_name() or tag
    return name[0].upper() + name[1:]
