"""The bodies that a request may carry: whole, plain forms, refused before anything reads a field.

Holes mended: Flask reads JSON, XML or parts without their boundary as an empty form, which is then
refused for a reason that is not its own; Flask-WTF dies of a form part without a name; Flask-Admin
mixes files into the fields; gunicorn raises on a broken chunk wherever it is read; Werkzeug cuts a
chunked form off at the limit and hands out the rest as if it were all of it.
"""

from __future__ import annotations

from flask import Flask, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import LimitedStream

from app.domain.errors import Malformed

_WRITING = {"POST", "PUT", "PATCH"}


def init_app(app: Flask) -> None:
    """Read each body before the check of its CSRF token does."""
    app.before_request(require_plain_form)


def require_plain_form() -> None:
    """Raise Malformed for a body that is no plain form, RequestEntityTooLarge for one cut off."""
    if request.method not in _WRITING or request.routing_exception is not None:
        return
    try:
        names, files = set(request.form), request.files
    except (ParseException, OSError) as error:
        raise Malformed("The request's body could not be read.") from error
    if files or None in names:
        raise Malformed("This form takes no files, and each of its fields has a name.")
    if _was_cut():
        raise RequestEntityTooLarge
    if not names and _has_body():
        raise Malformed("The request's body is not a form.")


def _has_body() -> bool:
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def _was_cut() -> bool:
    stream = request.stream
    chunked = "Transfer-Encoding" in request.headers
    return chunked and isinstance(stream, LimitedStream) and stream.is_exhausted
