"""Where a sign-in leads back to: the page that was asked for, or the one on which a refused form stands."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.current import READING
from app.domain import addresses
from app.domain.paths import is_local

_HOME = "/admin/"
_DELETE, _DELETION = "/delete/", "/deletion/"


def asked() -> str:
    """Return path and query of this request, as a browser asked for them."""
    query = request.query_string.decode("utf-8", "replace")
    return quote(request.path) + (f"?{query}" if query else "")


def sign_in_path() -> str:
    """Return the sign-in page's path, which leads back to the page that was asked for."""
    return f"/login?next={quote(asked(), safe='')}"


def again_path() -> str:
    """Return the path of signing in once more; from there back to where this can be asked for again."""
    return f"{addresses.AGAIN}?next={quote(_where_it_began(), safe='')}"


def _where_it_began() -> str:
    """Return the page on which what was refused begins: a question, a form, else where it leads on to."""
    if request.method in READING or _is_read(request.path):
        return asked()
    path, number = quote(request.path), request.form.get("id", "")
    question = f"{path.removesuffix(_DELETE)}{_DELETION}"
    if path.endswith(_DELETE) and number.isdecimal() and _is_read(question):
        return f"{question}?id={quote(number)}"
    named = (request.form.get("url", ""), request.form.get("next", ""))
    return next((path for path in named if is_local(path)), _HOME)


def _is_read(path: str) -> bool:
    """Tell whether this address answers GET, too."""
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return False
    return True
