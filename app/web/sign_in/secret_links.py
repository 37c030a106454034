"""Pages whose address is itself the key: it goes neither into a cache nor to another site."""

from __future__ import annotations

from flask import Response


def keep(response: Response) -> Response:
    """Add the headers that keep the page's address where it is; for a blueprint's `after_request`."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
