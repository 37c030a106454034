"""Devices in words: what a browser says about itself, as its person would call it."""

from __future__ import annotations

from functools import lru_cache

from ua_parser import parse

#: Names that nobody outside the trade knows.
_PLAIN = {"Mobile Safari": "Safari", "Mac OS X": "macOS", "Chrome Mobile": "Chrome", "Other": ""}


@lru_cache(maxsize=512)
def words(user_agent: str) -> str:
    """Return “Firefox on Windows”; what cannot be told is “Unknown browser”."""
    found = parse(user_agent)
    browser = _named(found.user_agent.family if found.user_agent else "") or "Unknown browser"
    system = _named(found.os.family if found.os else "")
    return f"{browser} on {system}" if system else browser


def _named(family: str) -> str:
    return _PLAIN.get(family, family)
