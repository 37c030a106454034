"""Light, dark, or as the device is: chosen by the reader, and kept in a cookie of this browser.

The server reads the cookie, so that a page is never first painted in the other one.
"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response

from app import current
from app.domain.errors import Malformed
from app.domain.paths import is_local

_COOKIE = "theme"
_A_YEAR = 365 * 24 * 3600

#: What a person chooses from; as the device is, is no choice of ours to keep.
CHOICES = ("device", "light", "dark")

blueprint = Blueprint("theme", __name__)


def init_app(app: Flask) -> None:
    """Take choices, and tell the templates: `chosen_theme()`."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["chosen_theme"] = chosen


def chosen() -> str:
    """Return what this browser's reader chose; `device` where they did not."""
    found = request.cookies.get(_COOKIE, "")
    return found if found in CHOICES else "device"


@blueprint.post("/theme")
def choose() -> Response:
    """Keep the choice, and go back to where it was made."""
    choice = request.form.get("theme", "")
    if choice not in CHOICES:
        raise Malformed("There is no such theme.")
    answer = redirect(_way_back(request.form.get("url", "")))
    if choice == "device":
        answer.delete_cookie(_COOKIE, samesite="Lax", secure=current.settings().secure, httponly=True)
    else:
        secure = current.settings().secure
        answer.set_cookie(_COOKIE, choice, max_age=_A_YEAR, samesite="Lax", secure=secure, httponly=True)
    return answer


def _way_back(path: str) -> str:
    """Return where the choice was made; a page that answered a form has no address to come back to."""
    if is_local(path):
        return path
    return "/admin/" if current.person() else "/"
