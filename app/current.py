"""What a request is answered by: who asks, when, what for, in which locale, and under which settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import flask_login
from babel.core import Locale, UnknownLocaleError
from flask import Flask, current_app, g, has_request_context, request, session

from app.config import Settings
from app.domain.actors import Actor
from app.domain.errors import SignInNeeded
from app.domain.money import PLAIN

#: The methods that only ask.
READING = frozenset({"GET", "HEAD"})

#: What Carte speaks: English, in which it is written, and the languages of app/translations.
LANGUAGES = ("en", "de")

_KINDS = ("text/html", "application/json", "application/problem+json")


class SignedIn(flask_login.UserMixin):
    """What Flask-Login keeps for a request: the person, the cookie's token, and the session behind it.

    `provider` is where the session came from; see UserSession.
    """

    def __init__(self, actor: Actor, token: str, *, session_id: int = 0, provider: str = "") -> None:
        self.actor = actor
        self.session_id = session_id
        self.provider = provider
        self._token = token

    def get_id(self) -> str:
        """Return the opaque token; never the person's own number."""
        return self._token


def settings(app: Flask | None = None) -> Settings:
    """Return the settings of the application at work, or of `app` while it is being built."""
    return (app or current_app).config["SETTINGS"]


def signed_in() -> SignedIn | None:
    """Return the live session of this request, and whose it is; None for a guest."""
    user = flask_login.current_user._get_current_object()
    return user if isinstance(user, SignedIn) else None


def person() -> Actor | None:
    """Return who is signed in; None for a guest."""
    found = signed_in()
    return found.actor if found else None


def is_looked_up() -> bool:
    """Tell whether `person` answers without asking the database: in this request it has done so."""
    return "_login_user" in g


def has_cookie() -> bool:
    """Tell whether this browser came with the cookie of a sign-in, which may be over."""
    return "_user_id" in session


def actor() -> Actor:
    """Return who is signed in; raises SignInNeeded for a guest."""
    somebody = person()
    if somebody is None:
        raise SignInNeeded("Sign in to go on.")
    return somebody


def now() -> datetime:
    """Return this moment, aware, in UTC; while a page is read, the one at which it was first asked for.

    A dish whose time comes meanwhile must not be sold out in one half of the page and there in the
    other. What is written takes the moment of its writing, which may have waited for others.
    """
    if not has_request_context() or request.method not in READING:
        return clock()
    if "carte_now" not in g:
        g.carte_now = clock()
    return g.carte_now


def clock() -> datetime:
    """Return what the machine's clock says, aware, in UTC; it may jump, back as well."""
    return datetime.now(UTC)


def wants_json() -> bool:
    """Tell whether this caller reads JSON, answers and refusals alike, rather than a page."""
    if request.path.endswith("/JSON") or "/ajax/" in request.path or "X-Requested-With" in request.headers:
        return True
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted.best_match(_KINDS) != "text/html"


def locale() -> Locale:
    """Return how this reader writes numbers: as they chose, else as their browser asks, else plain English.

    English of every country is plain English: dollars read `$3.25` to all of them, not `US$3.25`.
    """
    if not has_request_context():
        return PLAIN
    somebody = person()
    chosen = _locale_of(somebody.language) if somebody and somebody.language else None
    wanted = chosen or next(_locales_of_browser(), None)
    return PLAIN if wanted is None or wanted.language == "en" else wanted


def language() -> str:
    """Return what Carte speaks to this reader: their language, else one their browser asks for, else English.

    Not every language whose customs of writing Carte knows (`locale`) is one it speaks.
    """
    if not has_request_context():
        return LANGUAGES[0]
    # Where the person cannot be looked up, the page that says so is in the browser's language.
    somebody = None if g.get("carte_nobody") else person()
    chosen = _locale_of(somebody.language) if somebody and somebody.language else None
    wanted = (each.language for each in (chosen, *_locales_of_browser()) if each is not None)
    return next((each for each in wanted if each in LANGUAGES), LANGUAGES[0])


def zone() -> tzinfo:
    """Return the reader's own clock, for what belongs to no restaurant: as they chose, else UTC."""
    somebody = person()
    return ZoneInfo(somebody.time_zone) if somebody and somebody.time_zone else UTC


def _locales_of_browser() -> Iterator[Locale]:
    asked = (_locale_of(tag) for tag, quality in request.accept_languages if quality > 0)
    return (locale for locale in asked if locale is not None)


def _locale_of(tag: str) -> Locale | None:
    """Return the locale of a language tag from a browser; None for one that Babel does not know."""
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return None
