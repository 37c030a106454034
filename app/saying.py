"""Says in the reader's language what the layers below say in English (app/domain/words.py)."""

from __future__ import annotations

from collections.abc import Iterable

from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from flask_babel import get_locale, gettext, ngettext

from app import current
from app.domain.words import Phrase


def said(words: object) -> str:
    """Return the words in the reader's language; English where there is no translation.

    Takes a Phrase, a text that is marked for the translators, or anything else as it is written.
    """
    text = str(words)
    if not isinstance(words, Phrase):
        return gettext(text) if text else ""
    values = {name: _written(value) for name, value in words.values.items()}
    if words.plural:
        # `%(num)d` takes no text.
        values["num"] = num = int(str(words.values["num"]))
        pattern = ngettext(words.pattern, words.plural, num)
    else:
        pattern = gettext(words.pattern)
    return str(pattern % values)


def _written(value: object) -> object:
    """Return a value of a phrase as this reader writes it: words, a list, a number."""
    if isinstance(value, tuple):
        return listed(map(_written, value))
    if isinstance(value, Phrase):
        return said(value)
    return number(value) if isinstance(value, int) else value


def headed(words: object) -> str:
    """Return the words in the reader's language as a heading begins: with a capital."""
    text = said(words)
    return text[:1].upper() + text[1:]


def listed(parts: Iterable[object]) -> str:
    """Return the parts as one list in the reader's language: `soup, salad, and bread`."""
    return format_list([str(part) for part in parts], locale=get_locale() or "en")


def number(count: int) -> str:
    """Return a number as this reader writes it."""
    return str(format_decimal(count, locale=current.locale()))


def size(count: int) -> str:
    """Return a number of bytes as this reader writes it: `2 MB`, `1,5 MB`."""
    factor, unit = (1_000_000, "megabyte") if count >= 1_000_000 else (1_000, "kilobyte")
    return str(format_unit(count / factor, f"digital-{unit}", "short", "#,##0.#", locale=current.locale()))
