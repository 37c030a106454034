"""The one place where refusals and faults become HTTP: a page, or `application/problem+json`.

A page never says more than its status allows: that of a foreign row and of a missing row are the
same bytes, and none shows a path, a time or a number of the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, g, json, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.database import is_busy
from app.domain.errors import (
    Blocked,
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Refusal,
    SignInNeeded,
)
from app.web import error_words as words
from app.web.error_words import Words, words_for, words_of

#: How long, in seconds, a client should wait before it asks an unreachable database again.
RETRY_SECONDS = 5

_STATUS: Mapping[type[Refusal], int] = {
    Malformed: 400,
    SignInNeeded: 401,
    Forbidden: 403,
    NotFound: 404,
    Blocked: 409,
    Conflict: 409,
    Invalid: 422,
}
_READING = {"GET", "HEAD"}
_KINDS = ("text/html", "application/json", "application/problem+json")
_UNREACHABLE = (OperationalError, InterfaceError, PoolTimeout)
# How SQLite and PostgreSQL say that a table or column is not there.
_SCHEMA_FAULTS = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")


def init_app(app: Flask) -> None:
    """Answer every refusal and fault of this application."""
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(StaleDataError, on_stale)
    for kind in _UNREACHABLE:
        app.register_error_handler(kind, on_unreachable)


def on_refusal(refusal: Refusal) -> AnyResponse:
    """Answer what Carte says no to; a reader who is not signed in is led to the sign-in."""
    status = next((status for kind, status in _STATUS.items() if isinstance(refusal, kind)), 400)
    if isinstance(refusal, SignInNeeded) and request.method in _READING:
        return redirect(sign_in_path())
    # What a 404 says is fixed: its reason would tell a foreign row from a missing one.
    said = "" if status == 404 else str(refusal)
    return _answer(status, words_of(refusal, status), said, refusal)


def on_http_error(error: HTTPException) -> AnyResponse | HTTPException:
    """Answer an error of Flask or Werkzeug; also every unexpected exception, as their 500."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    original = getattr(error, "original_exception", None) or error
    if isinstance(original, _UNREACHABLE) or _lacks_schema(original):
        return on_unreachable(original)
    if error.code >= 500:
        g.carte_nobody = True
    answer = _answer(error.code, words.CSRF if isinstance(error, CSRFError) else words_for(error.code))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def on_stale(_error: StaleDataError) -> AnyResponse:
    """Answer a row that somebody else saved or deleted within this very moment."""
    return on_refusal(Blocked("Somebody else saved or deleted this at the same moment."))


def on_unreachable(error: Exception) -> AnyResponse:
    """Answer a database that does not answer, is held up, or has no tables.

    As nobody, since nobody can be looked up.
    """
    current_app.logger.error("The database cannot be used: %s", error)
    g.carte_nobody = True
    answer = _answer(503, _words_for_database(error))
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _words_for_database(error: object) -> Words:
    if is_busy(error):
        return words.BUSY
    return words.NO_SCHEMA if _lacks_schema(error) else words_for(503)


def _lacks_schema(error: object) -> bool:
    if not isinstance(error, (OperationalError, ProgrammingError)):
        return False
    said = f"{type(error.orig).__name__} {error}"
    return any(sign in said for sign in _SCHEMA_FAULTS)


def sign_in_path() -> str:
    """Return the sign-in page's path, which leads back to the page that was asked for."""
    query = request.query_string.decode("utf-8", "replace")
    asked = quote(request.path) + (f"?{query}" if query else "")
    return f"/login?next={quote(asked, safe='')}"


def wants_json() -> bool:
    """Tell whether this caller reads JSON rather than a page."""
    if request.path.endswith("/JSON") or "/ajax/" in request.path or "X-Requested-With" in request.headers:
        return True
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted.best_match(_KINDS) != "text/html"


def _answer(status: int, said: Words, happened: str = "", refusal: Refusal | None = None) -> Response:
    happened = happened or said.happened
    if wants_json():
        answer = make_response(json.dumps(_problem(status, f"{happened} {said.advice}", refusal)), status)
        answer.content_type = "application/problem+json"
    else:
        page = render_template("errors/error.html", words=said, happened=happened, refusal=refusal)
        answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _problem(status: int, detail: str, refusal: Refusal | None) -> dict[str, Any]:
    """Return the members of RFC 9457, and what the refusal knows beyond them."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if isinstance(refusal, Invalid):
        problem["errors"] = refusal.fields
    if isinstance(refusal, Conflict):
        problem["row_version"] = refusal.version
        problem["conflicts"] = [
            {"field": each.field, "base": each.base, "theirs": each.theirs, "mine": each.mine}
            for each in refusal.collisions
        ]
    return problem
