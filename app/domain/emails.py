"""E-mail addresses: how they are kept, and when two of them are one."""

from __future__ import annotations

import re
import unicodedata

#: The column's length, and the longest address that mail can have (RFC 5321).
LONGEST = 254

# One @ with something around it: whether mail arrives, only mail can tell.
_SHAPE = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+")


def fold(address: str) -> str:
    """Return an address as invitations keep it: composed, trimmed, without the difference of case."""
    return unicodedata.normalize("NFC", address.strip()).casefold()


def is_address(text: str) -> bool:
    """Tell whether `text` looks like an address and fits its column, as it is and as it is kept folded."""
    return all(len(form) <= LONGEST and _SHAPE.fullmatch(form) for form in (text, fold(text)))


def is_plain(address: str) -> bool:
    """Tell whether mail can name it as it stands: ASCII, no second address, nothing to be quoted."""
    return is_address(address) and address.isascii() and not set('<>(),;:"[]\\') & set(address)


def are_same(one: str, other: str) -> bool:
    """Tell whether two addresses differ in case alone, or in how their accents are put together.

    Folding turns some letters into others, ß into ss, and composing the Kelvin sign into a K; whoever
    owns an address with such a letter does not own the other one.
    """
    return bool(one) and _lower(one) == _lower(other) and _is_plain_spoken(one + other)


def _lower(address: str) -> str:
    return unicodedata.normalize("NFC", address.strip()).lower()


def _is_plain_spoken(text: str) -> bool:
    """Tell whether no letter of the text, taken alone, becomes another one by composing."""
    return all(unicodedata.normalize("NFC", letter) == letter for letter in text)


def proves(address: str, wanted: str, *, verified: bool) -> bool:
    """Tell whether an account with this address belongs to the owner of `wanted`.

    `verified` is the provider's word on the address; without it anybody could have typed it.
    """
    return verified and are_same(address, wanted)
