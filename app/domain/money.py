"""Prices: whole minor units of one currency, typed and shown by Babel, never a float.

ISO 4217 gives each currency an exponent: USD 2, JPY 0, KWD 3. Babel knows them.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache

from babel.core import Locale
from babel.numbers import (
    NumberFormatError,
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    list_currencies,
    parse_decimal,
)

from app.domain.words import Phrase

#: The dearest price, in minor units; it fits a 32-bit column on every database.
MOST = 999_999_999

#: How money reads where no reader is known: in JSON, on the command line, in exports.
PLAIN = Locale("en", "US")

_CODE = re.compile(r"[A-Z]{3}")

#: What a typed amount is made of. Decimal also takes `1e5`, `1_000` and `NaN`, which nobody means.
_AMOUNT = re.compile(r"[+-]?[\d.,'’\s\u066b\u066c]{1,40}")


class PriceError(ValueError):
    """Typed text that is no price; `words` are for the person who typed it."""

    @property
    def words(self) -> str:
        """What is wrong, which an edge translates; a Phrase where it has values."""
        words: str = self.args[0]
        return words


def is_currency(code: str) -> bool:
    """Tell whether `code` is a currency that prices can be in."""
    return code in currencies()


@cache
def currencies() -> frozenset[str]:
    """Return every currency code that Babel knows, without the two units of account that have four digits."""
    codes = (code for code in list_currencies() if _CODE.fullmatch(code))
    return frozenset(code for code in codes if exponent(code) in {0, 2, 3})


def exponent(currency: str) -> int:
    """Return how many decimal digits the currency has: 0, 2 or 3."""
    return get_currency_precision(currency)


def parse(text: str, currency: str, locale: Locale = PLAIN) -> int | None:
    """Return the minor units of a price typed in `locale`; None for blank: no price yet.

    A leading or trailing currency symbol or code is fine, and so is a bare `.99`. More decimal places
    than the currency has are not, zeros included: `1.000` may be somebody's thousand. Raises PriceError.
    """
    bare = _without_symbol(text.strip(), currency, locale)
    if not text.strip():
        return None
    found = _number(bare, locale)
    if found is None:
        raise PriceError(
            Phrase(
                "“%(text)s” is not a price; type one such as %(example)s.",
                text=text.strip()[:40],
                example=example(currency, locale),
            )
        )
    if _decimal_places(found) > exponent(currency):
        raise PriceError(_too_fine(currency))
    return minor_units(found, currency)


def amount(text: str, locale: Locale = PLAIN) -> Decimal:
    """Return an amount typed in `locale` for prices of any currency: its sign or code, if any, says nothing.

    Raises PriceError for what is no amount, below zero, or beyond any price.
    """
    found = _number(_without_any_symbol(text.strip()), locale)
    if found is None or not 0 <= found <= MOST:
        raise PriceError(
            Phrase(
                "“%(text)s” is not an amount; type one such as %(example)s.",
                text=text.strip()[:40],
                example=example("USD", locale),
            )
        )
    return found


def minor_units(amount: Decimal, currency: str) -> int:
    """Return the exact minor units of `amount`; raises PriceError for a fraction of one."""
    if not amount.is_finite() or amount < 0:
        raise PriceError("A price is zero or more.")
    if amount > MOST:
        raise PriceError("This price is too high.")
    units = int(amount.scaleb(exponent(currency)))
    # Comparing decimals is exact; scaling keeps 28 digits and may have rounded the rest away.
    if amount_of(units, currency) != amount:
        raise PriceError(_too_fine(currency))
    if units > MOST:
        raise PriceError("This price is too high.")
    return units


def amount_of(price: int, currency: str) -> Decimal:
    """Return minor units as an exact decimal: 299 USD is 2.99."""
    return Decimal(price).scaleb(-exponent(currency))


def show(price: int | None, currency: str, locale: Locale = PLAIN) -> str | None:
    """Return the price as a reader of `locale` expects it, `$2.99`; None without a price."""
    if price is None:
        return None
    return format_currency(amount_of(price, currency), currency, locale=locale)


def show_amount(amount: Decimal, currency: str | None, locale: Locale = PLAIN) -> str:
    """Return an amount with every digit it was typed with, `$2.50`; without a currency, its digits alone."""
    if currency is None:
        return format_decimal(amount, locale=locale, decimal_quantization=False)
    return format_currency(amount, currency, locale=locale, decimal_quantization=False)


def typed(price: int | None, currency: str, locale: Locale = PLAIN) -> str:
    """Return the price as a person of `locale` would type it, `2.99`; blank without a price."""
    if price is None:
        return ""
    digits = exponent(currency)
    pattern = "0." + "0" * digits if digits else "0"
    return format_decimal(amount_of(price, currency), format=pattern, locale=locale)


def example(currency: str, locale: Locale = PLAIN) -> str:
    """Return a price as one might type it in this currency, for hints."""
    return typed(325 if exponent(currency) else 1200, currency, locale)


def _number(text: str, locale: Locale) -> Decimal | None:
    if not _AMOUNT.fullmatch(text):
        return None
    try:
        return parse_decimal(text, locale=locale, strict=True)
    except NumberFormatError:
        return None


def _decimal_places(amount: Decimal) -> int:
    return -int(amount.as_tuple().exponent)


def _too_fine(currency: str) -> str:
    digits = exponent(currency)
    if not digits:
        return Phrase("Prices in %(currency)s have no decimal places.", currency=currency)
    return Phrase(
        "Prices in %(currency)s have at most %(digits)s decimal places.", currency=currency, digits=digits
    )


def _without_symbol(text: str, currency: str, locale: Locale) -> str:
    for symbol in (get_currency_symbol(currency, locale), get_currency_symbol(currency, PLAIN), currency):
        if text.startswith(symbol):
            return text[len(symbol) :].strip()
        if text.endswith(symbol):
            return text[: -len(symbol)].strip()
    return text


def _without_any_symbol(text: str) -> str:
    for part, rest in ((text[:1], text[1:]), (text[-1:], text[:-1])):
        if part and unicodedata.category(part) == "Sc":
            return rest.strip()
    for part, rest in ((text[:3], text[3:]), (text[-3:], text[:-3])):
        if is_currency(part):
            return rest.strip()
    return text
