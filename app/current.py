"""Who asks, and when: the person and the moment behind this request."""

from __future__ import annotations

from datetime import UTC, datetime

import flask_login
from babel.core import Locale
from flask_babel import get_locale

from app.domain.actors import Actor
from app.domain.errors import SignInNeeded
from app.domain.money import PLAIN


class SignedIn(flask_login.UserMixin):
    """What Flask-Login keeps for a request: the person, the session row, the cookie's token."""

    def __init__(self, actor: Actor, session_id: int, token: str) -> None:
        self.actor = actor
        self.session_id = session_id
        self._token = token

    def get_id(self) -> str:
        """Return the opaque token; never the person's own number."""
        return self._token


def person() -> Actor | None:
    """Return who is signed in; None for a guest."""
    user = flask_login.current_user._get_current_object()
    return user.actor if isinstance(user, SignedIn) else None


def actor() -> Actor:
    """Return who is signed in; raises SignInNeeded for a guest."""
    somebody = person()
    if somebody is None:
        raise SignInNeeded("Sign in to go on.")
    return somebody


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


def locale() -> Locale:
    """Return how this reader writes numbers; plain English outside a request."""
    return get_locale() or PLAIN
