"""Whole numbers as people, addresses and settings write them."""

from __future__ import annotations

#: The largest key of an INTEGER column on PostgreSQL; beyond it, a database raises and finds nothing.
LARGEST_KEY = 2**31 - 1


def whole(text: str, *, least: int = 0, most: int = LARGEST_KEY) -> int | None:
    """Return the number that `text` writes in plain digits; None for other text and beyond the bounds.

    No more digits than `most` has, which also keeps Python from raising at thousands of them.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if least <= number <= most else None
