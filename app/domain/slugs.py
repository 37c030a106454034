"""Slugs: the name of a restaurant as it stands in commands and attributes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

#: The column's length; `unique` leaves room for its number.
LONGEST = 80


def slugify(name: str) -> str:
    """Return `Tony's Bistro` as `tonys-bistro`; `restaurant` where no letter is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain))
    return "-".join(words)[: LONGEST - 10].strip("-") or "restaurant"


def unique(name: str, taken: Container[str]) -> str:
    """Return a slug for `name` that is not among `taken`, numbered from 2 where it must be."""
    slug, number = slugify(name), 2
    candidate = slug
    while candidate in taken:
        candidate, number = f"{slug}-{number}", number + 1
    return candidate
