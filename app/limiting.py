"""How often somebody may do what: counted in Redis for all processes, or in each process's memory.

Flask-Limiter keeps what it counts on its object, so each application has one of its own. With Redis
silent, each process counts in its memory until it answers again.

Holes mended (Flask-Limiter 4.1): of two threads that find Redis silent at the same moment, one fails;
every request, of guests too, would ask whether a silent Redis is back, and wait for it.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Flask, current_app, g, request
from flask.logging import default_handler
from flask_limiter import Limiter, RateLimitExceeded
from limits.errors import StorageError

from app import current
from app.domain.errors import TooOften
from app.domain.hosts import network_of

#: What is counted: sign-ins that start and that come back, by address; the rest, by person.
Kind = Literal["login", "callback", "invite", "export"]

#: Seconds that a request waits for Redis.
PATIENCE = 0.5

#: How often a count is begun that fails because another thread has found Redis silent just now.
_TRIES = 3

_KEY = "carte.limiting"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Gates:
    """One application's limiter, and for each kind the function that passes or raises."""

    limiter: Limiter
    of: dict[Kind, Callable[[], None]]


def init_app(app: Flask) -> None:
    """Give this application its own limiter; nothing is limited but what calls `count`."""
    settings = current.settings(app)
    limits = settings.limits
    limiter = Limiter(
        _address,
        **_storage(settings.redis_url),
        # A number for each key, forgotten when its time is over; a moving window would remember each
        # address that ever asked, and walk through them all.
        strategy="fixed-window",
        in_memory_fallback_enabled=True,
        key_prefix="carte",
    )
    limiter.init_app(app)
    if not logging.getLogger().handlers:
        # It says when Redis falls silent and when it is back.
        limiter.logger.addHandler(default_handler)
    limiter.request_filter(lambda: "carte_counting" not in g)
    app.extensions[_KEY] = _Gates(
        limiter,
        {
            "login": _gate(limiter, limits.login, "login", _address),
            "callback": _gate(limiter, limits.callback, "callback", _address),
            "invite": _gate(limiter, limits.invite, "invite", _person),
            "export": _gate(limiter, limits.export, "export", _person),
        },
    )


def count(kind: Kind) -> None:
    """Count one more of this kind for whoever asks; raises TooOften where that is one too many."""
    gates: _Gates = current_app.extensions[_KEY]
    g.carte_counting = True
    try:
        _pass(gates.of[kind])
    except RateLimitExceeded as exceeded:
        log.warning("Too often: kind=%s from=%s", kind, request.remote_addr)
        raise TooOften(_seconds_left(gates.limiter, exceeded)) from exceeded
    finally:
        del g.carte_counting


def _pass(gate: Callable[[], None]) -> None:
    for _ in range(_TRIES):
        try:
            return gate()
        except StorageError as error:
            log.warning("Limits are counted in memory: %s", error)
    return None


def _seconds_left(limiter: Limiter, exceeded: RateLimitExceeded) -> int:
    broken = limiter.current_limit
    try:
        left = broken.window.reset_time - time.time() if broken else 0.0
    except StorageError:
        left = exceeded.limit.limit.get_expiry()
    return max(1, math.ceil(left))


def _gate(limiter: Limiter, limit: str, kind: Kind, key: Callable[[], str]) -> Callable[[], None]:
    def gate() -> None:
        """Do nothing: passing is all."""

    # By its name the limiter knows a function.
    gate.__qualname__ = f"gate.{kind}"
    return limiter.shared_limit(limit, scope=kind, key_func=key)(gate)


def _storage(redis_url: str) -> dict[str, Any]:
    if not redis_url:
        return {"storage_uri": "memory://"}
    # Redis's own client would try three times more.
    options: dict[str, Any] = {"socket_timeout": PATIENCE, "retry": None, "wrap_exceptions": True}
    if redis_url.startswith("unix://"):
        return {"storage_uri": f"redis+{redis_url}", "storage_options": options}
    return {"storage_uri": redis_url, "storage_options": {**options, "socket_connect_timeout": PATIENCE}}


def _address() -> str:
    return f"address:{network_of(request.remote_addr or '')}"


def _person() -> str:
    return f"user:{current.actor().id}"
