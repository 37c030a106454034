"""Text as Carte keeps it: composed (NFC), trimmed, without control characters, bounded."""

from __future__ import annotations

import unicodedata

from app.domain.words import Phrase

#: The longest description, in characters, in forms and in files; its column itself has no bound.
LONGEST = 4_000

_LINE_BREAKS = {"\n", "\t"}


def tidy(text: str) -> str:
    """Return `text` in normal form C, with plain line ends and no space around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def fault(text: str, *, most: int, lines: bool = False) -> str | None:
    """Say what keeps tidied `text` from being stored; None when nothing does.

    `most` counts characters, as the column does; `lines` allows line breaks and tabs.
    """
    if len(text) > most:
        return Phrase(
            "At most %(most)s characters, please; this has %(length)s.", most=most, length=len(text)
        )
    # Nearly all text is printable as a whole, which Python tells fifty times as fast as each character.
    if not text.isprintable() and any(_unprintable(character, lines) for character in text):
        return Phrase("This has a character that cannot be stored or shown.")
    return None


def _unprintable(character: str, lines: bool) -> bool:
    if lines and character in _LINE_BREAKS:
        return False
    # Cc: control characters, NUL among them, which PostgreSQL cannot hold; Cs: lone surrogates,
    # which no encoding can; U+FFFE and U+FFFF, which no spreadsheet (XML) can. Cf stays: joiners and
    # direction marks belong to real names.
    return unicodedata.category(character) in {"Cc", "Cs"} or character in "\ufffe\uffff"
