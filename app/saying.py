"""Says in the reader's language what the layers below say in English (app/domain/words.py)."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from app.domain.words import Phrase


def said(words: object) -> str:
    """Return the words in the reader's language; English where there is no translation.

    Takes a Phrase, a text that is marked for the translators, or anything else as it is written.
    """
    text = str(words)
    if not isinstance(words, Phrase):
        return gettext(text) if text else ""
    values = {name: said(value) if isinstance(value, Phrase) else value for name, value in words.values.items()}
    if words.plural:
        return ngettext(words.pattern, words.plural, int(str(words.values["num"]))) % values
    return gettext(words.pattern) % values
