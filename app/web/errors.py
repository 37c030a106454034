"""The one place where refusals and faults become HTTP: a page, or `application/problem+json`.

A page never says more than its status allows: that of a foreign row and of a missing row are the
same bytes, and none shows a path, a time or a number of the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, json, make_response, redirect, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app import current, keeping
from app.current import READING
from app.domain.errors import (
    Blocked,
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Refusal,
    SignInNeeded,
    SignInTooOld,
    TooOften,
)
from app.domain.paths import is_local
from app.saying import said
from app.web import error_words as words
from app.web.error_words import Way, Words, words_for, words_of
from app.web.faults import UNUSABLE, words_for_fault
from app.web.leading_back import again_path, asked, sign_in_path
from app.web.typed import typed

#: How long, in seconds, a client should wait before it asks again what cannot be answered now.
RETRY_SECONDS = 5

_STATUS: Mapping[type[Refusal], int] = {
    Malformed: 400,
    SignInNeeded: 401,
    Forbidden: 403,
    NotFound: 404,
    Blocked: 409,
    Conflict: 409,
    Invalid: 422,
    TooOften: 429,
}
#: How PostgreSQL says that one of several transactions must begin again.
_DEADLOCKS = {"40001", "40P01"}


def init_app(app: Flask) -> None:
    """Answer every refusal and fault of this application."""
    app.register_error_handler(Refusal, on_refusal)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(StaleDataError, on_stale)
    app.register_error_handler(ObjectDeletedError, on_gone)
    for kind in (*UNUSABLE, OSError):
        app.register_error_handler(kind, on_fault)


def on_refusal(refusal: Refusal) -> AnyResponse:
    """Answer what Carte says no to; a reader who is not signed in, or too long ago, is led to the sign-in."""
    status = next((status for kind, status in _STATUS.items() if isinstance(refusal, kind)), 400)
    if request.method in READING and (way := _sign_in_for(refusal)):
        return redirect(way)
    # What a 404 says is fixed: its reason would tell a foreign row from a missing one.
    happened = "" if status == 404 else _told(refusal)
    answer = _answer(status, words_of(refusal, status), happened, refusal)
    if isinstance(refusal, TooOften):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


def _told(refusal: Refusal) -> str:
    if isinstance(refusal, Invalid):
        return "; ".join(f"{name}: {said(words)}" for name, words in refusal.fields.items())
    return said(refusal.words)


def on_http_error(error: HTTPException) -> AnyResponse | HTTPException:
    """Answer an error of Flask or Werkzeug; also every unexpected exception, as their 500."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    original = getattr(error, "original_exception", None) or error
    if why := _words_for(original):
        return _wait(original, why)
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


def on_gone(_error: ObjectDeletedError) -> AnyResponse:
    """Answer a row that somebody deleted between two looks at it, be it right after it was saved here."""
    return on_refusal(NotFound("There is no such row."))


def on_fault(error: Exception) -> AnyResponse:
    """Answer a fault that time or an operator mends; any other is raised again, and becomes a 500.

    Of two people who wait for each other's rows, PostgreSQL lets one go on and refuses the other, who
    is told so.
    """
    if getattr(getattr(error, "orig", None), "sqlstate", None) in _DEADLOCKS:
        return on_stale(StaleDataError())
    found = _words_for(error)
    if found is None:
        raise error
    return _wait(error, found)


def _words_for(error: object) -> Words | None:
    return words_for_fault(error, writes=request.method not in READING)


def _wait(error: object, why: Words) -> AnyResponse:
    """Answer 503: as the person, where they were looked up before the fault; nobody can be any more."""
    # First: to say anything in the person's language would ask for them.
    g.carte_nobody = not current.is_looked_up()
    current_app.logger.error("%s: %s", why.title, error)
    answer = _answer(503, why)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _answer(status: int, why: Words, happened: str = "", refusal: Refusal | None = None) -> Response:
    happened = happened or str(why.happened)
    if current.wants_json():
        answer = make_response(json.dumps(_problem(status, f"{happened} {why.advice}", refusal)), status)
        answer.content_type = "application/problem+json"
    else:
        kept = typed() if refusal is not None else []
        if kept and isinstance(refusal, SignInTooOld):
            keeping.keep()
        again = _again(status, refusal)
        page = render_template(
            "errors/error.html", words=why, happened=happened, refusal=refusal, typed=kept, again=again
        )
        answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _sign_in_for(refusal: Refusal) -> str | None:
    """Return where a reader signs in for what was refused; a script that reads JSON is told, not led."""
    if isinstance(refusal, SignInNeeded):
        return sign_in_path()
    return again_path() if isinstance(refusal, SignInTooOld) and not current.wants_json() else None


def _again(status: int, refusal: Refusal | None) -> Way | None:
    """Return the way to ask once more, where that may help and changes nothing by itself."""
    if isinstance(refusal, SignInTooOld):
        return (gettext("Sign in again"), again_path())
    is_worth_it = status == 503 and request.method in READING and is_local(asked())
    return (gettext("Try again"), asked()) if is_worth_it else None


def _problem(status: int, detail: str, refusal: Refusal | None) -> dict[str, Any]:
    """Return the members of RFC 9457, and what the refusal knows beyond them."""
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if isinstance(refusal, Invalid):
        problem["errors"] = {name: said(words) for name, words in refusal.fields.items()}
    if isinstance(refusal, Conflict):
        problem["row_version"] = refusal.version
        problem["cells"] = refusal.cells
        problem["conflicts"] = [
            {"field": each.field, "base": each.base, "theirs": each.theirs, "mine": each.mine}
            for each in refusal.collisions
        ]
    return problem
