"""The audit of requests: who signed in, who was refused, and why; never a secret.

A refusal is written down after it was answered, in a transaction of its own. Where that cannot be done,
or somebody is refused more often than people are, its line on stderr has to do.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, current_app, g, request
from flask.logging import default_handler, has_level_handler
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError

from app import current, traces
from app.domain.actors import Actor
from app.domain.audit import Event
from app.domain.hosts import network_of
from app.services import auditing
from app.tenancy import Reason
from app.web.areas import is_private
from app.writing import writing

#: What is written down of the requests to private addresses: those with these answers.
_REFUSALS = {400, 401, 403, 404, 405, 413, 429}

#: How many refusals a minute each process keeps: of one person, of one network where nobody is signed in,
#: and in all. A person has a handful.
_MOST_OF_PERSON, _MOST_OF_NETWORK, _MOST = map(RateLimitItemPerMinute, (600, 120, 3000))

#: Seconds that the answer waits for the audit.
PATIENCE = 1.0

_KEY = "carte.auditing"

_log = logging.getLogger("carte.audit")


def init_app(app: Flask) -> None:
    """Watch the answers; let the lines reach stderr, unless whoever runs this has made logging their own."""
    carte = logging.getLogger("carte")
    if carte.level == logging.NOTSET:
        carte.setLevel(logging.INFO)
    # As Flask does for its own logger: no second line where a handler further up shows it already.
    if not has_level_handler(carte):
        carte.addHandler(default_handler)
    app.extensions[_KEY] = FixedWindowRateLimiter(MemoryStorage())
    app.after_request(keep_refusal)


def signed_in(person: int, provider: str) -> None:
    """Say on stderr that this user signed in; the audit was told in the sign-in's own transaction."""
    _log.info("signed in: user=%d provider=%s from=%s", person, provider, request.remote_addr)


def signed_out(person: int) -> None:
    """Say on stderr that this user signed out."""
    _log.info("signed out: user=%d from=%s", person, request.remote_addr)


def refused(provider: str, error: BaseException) -> None:
    """Keep why a sign-in is refused: the refusal's own words and the class of what caused it."""
    cause = error.__cause__
    reason = f"{cause.__class__.__name__}: {cause}" if cause is not None else "-"
    _log.warning(
        "sign-in refused: provider=%s reason=%r cause=%.200r from=%s",
        provider,
        str(error),
        reason,
        request.remote_addr,
    )
    g.carte_refused = (provider, f"{error} ({cause.__class__.__name__})" if cause is not None else str(error))


def keep_refusal(response: Response) -> Response:
    """Write down that this request was refused, if it was."""
    if "carte_refused" not in g and not _is_refusal(response):
        return response
    person = _person()
    if _is_within_bounds(person):
        _log.warning(
            "refused: status=%d %s %.254r user=%s from=%s",
            response.status_code,
            request.method,
            _address(),
            person.id if person else "-",
            request.remote_addr,
        )
        if not g.get("carte_nobody"):
            _write(response.status_code, person)
    return response


def _is_within_bounds(person: Actor | None) -> bool:
    """Count one more, and tell whether it is kept: whoever is refused without end fills no disk."""
    limiter: FixedWindowRateLimiter = current_app.extensions[_KEY]
    if person is not None:
        own = limiter.hit(_MOST_OF_PERSON, "person", str(person.id))
    else:
        own = limiter.hit(_MOST_OF_NETWORK, "network", network_of(request.remote_addr or ""))
    return own and limiter.hit(_MOST, "all")


def _is_refusal(response: Response) -> bool:
    refusals = {*_REFUSALS, 422} if traces.is_suspect() else _REFUSALS
    return response.status_code in refusals and is_private(request.path)


def _write(status: int, person: Actor | None) -> None:
    provider, reason = g.get("carte_refused", ("", f"{status} {HTTPStatus(status).phrase}"))
    event = Event.SIGN_IN_REFUSED if provider else Event.REQUEST_REFUSED
    try:
        with writing(Reason.AUDIT, patience=PATIENCE) as session:
            auditing.note(
                session,
                event,
                by=person,
                at=current.clock(),
                restaurant_id=_place(person),
                subject=f"{request.method} {_address()}",
                reason=reason,
                provider=provider,
            )
    except SQLAlchemyError as error:
        _log.warning("The audit could not be written: %s", type(error).__name__)


def _place(person: Actor | None) -> int | None:
    """Return the restaurant whose owners may read of it: of the row, else the only one of the person's."""
    if traces.about() is not None or person is None or len(person.held) != 1:
        return traces.about()
    return person.held[0].restaurant_id


def _person() -> Actor | None:
    if g.get("carte_nobody"):
        return None
    try:
        return current.person()
    except SQLAlchemyError:
        return None


def _address() -> str:
    """Return what was asked for; outside the admin by its rule, for paths and queries there hold tokens."""
    if request.path.startswith("/admin"):
        return request.full_path.rstrip("?")
    return request.url_rule.rule if request.url_rule else f"/{request.path.split('/')[1]}/…"
