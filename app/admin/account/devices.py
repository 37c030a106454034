"""Devices in words: what a browser says about itself, as its person would call it."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import gettext
from ua_parser import parse

#: Names that nobody outside the trade knows.
_PLAIN = {"Mobile Safari": "Safari", "Mac OS X": "macOS", "Chrome Mobile": "Chrome", "Other": ""}


def words(user_agent: str) -> str:
    """Return “Firefox on Windows”; what cannot be told is “Unknown browser”."""
    browser, system = _parsed(user_agent)
    browser = browser or gettext("Unknown browser")
    return gettext("%(browser)s on %(system)s", browser=browser, system=system) if system else browser


@lru_cache(maxsize=512)
def _parsed(user_agent: str) -> tuple[str, str]:
    found = parse(user_agent)
    browser = found.user_agent.family if found.user_agent else ""
    return _named(browser), _named(found.os.family if found.os else "")


def _named(family: str) -> str:
    return _PLAIN.get(family, family)
