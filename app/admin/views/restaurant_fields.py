"""What is asked of a restaurant: in groups, each fact with the input that suits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from flask_admin.form import rules
from flask_babel import lazy_gettext

from app import current
from app.admin.account import choices
from app.admin.base.chosen import ChosenField
from app.domain import money

Pairs = tuple[tuple[str, str], ...]

RESTAURANT_RULES = (
    rules.FieldSet(("name", "description"), lazy_gettext("What guests read")),
    rules.FieldSet(("currency", "time_zone", "language"), lazy_gettext("Money, clock and language")),
    rules.FieldSet(("address", "phone", "website"), lazy_gettext("How guests reach it")),
)

RESTAURANT_ARGS = {
    "currency": {"default": "USD", "description": lazy_gettext("All prices of its menus are in it.")},
    "time_zone": {
        "default": "America/New_York",
        "description": lazy_gettext("The clock on its wall: “sold out until tomorrow” goes by it."),
    },
    "language": {"default": "en", "description": lazy_gettext("The language that its menus are written in.")},
    "address": {"render_kw": {"autocomplete": "street-address"}},
    "phone": {"render_kw": {"type": "tel", "autocomplete": "tel", "size": 24}},
    "website": {
        "render_kw": {"type": "url", "autocomplete": "url"},
        "description": lazy_gettext("Begins with https://"),
    },
}


class CurrencyField(ChosenField):
    """A currency, by its code and its name in the reader's language."""

    def offered(self) -> Mapping[str, Pairs]:
        return {"": _currencies(str(current.locale()))}


class TimeZoneField(ChosenField):
    """A place whose clock goes as that of the restaurant, by continent."""

    def offered(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        known = choices.time_zones()
        return {
            continent: [(name or "UTC", place) for name, place in places]
            for continent, places in known.items()
        }


class LanguageField(ChosenField):
    """A language, in its own words."""

    def offered(self) -> Mapping[str, Pairs]:
        return {"": tuple((tag, name) for tag, name in choices.languages() if tag)}


@cache
def _currencies(locale: str) -> Pairs:
    """Return what people pay with today, wherever that is; Babel knows many that are history."""
    tender = {
        code for place in get_global("territory_currencies") for code in get_territory_currencies(place)
    }
    codes = sorted(tender & money.currencies())
    return tuple((code, f"{code} · {get_currency_name(code, locale=locale)}") for code in codes)
