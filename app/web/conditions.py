"""Dates by which a browser asks for a file only if it has changed: one that is none is not there.

Hole mended: Werkzeug reads a date with the year 99999999999999 by raising OverflowError, a 500 on
every static file; RFC 9110 (13.1.3) wants an invalid date ignored.
"""

from __future__ import annotations

from flask import Flask, request
from werkzeug.http import parse_date

_DATED = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


def init_app(app: Flask) -> None:
    """Look at the dates before anything else reads them."""
    app.before_request(drop_impossible_dates)


def drop_impossible_dates() -> None:
    """Take away each header whose date is beyond every calendar."""
    for name in _DATED:
        try:
            parse_date(request.environ.get(name))
        except OverflowError:
            del request.environ[name]
