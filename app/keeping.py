"""What was typed into a form that wanted a newer sign-in: it stands there again when its person is back.

It travels in the signed cookie, not in an address that others could make up and logs would show. It is
filled in once, on the very page it was sent from and while the row is as it was; saving is another click.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import request, session
from werkzeug.datastructures import MultiDict

#: What a hidden field begins with that says what its field showed when the page was made.
BASE_PREFIX = "base-"

_KEPT = "typed"
#: A browser takes 4,000 characters in a cookie; what is longer is shown on the page of the refusal alone.
_LONGEST = 1_500


def keep() -> None:
    """Keep what the form of this request had in its fields; its CSRF token has been checked."""
    names = [name for name in request.form if BASE_PREFIX + name in request.form]
    fields = {name: request.form.getlist(name) for name in names}
    # As the cookie has them, where a letter beyond ASCII takes six characters or twelve.
    if fields and len(json.dumps(fields)) <= _LONGEST:
        session[_KEPT] = [request.full_path, request.form.get("row_version"), fields]


def kept(version: int | None) -> MultiDict[str, str] | None:
    """Return, once, what was typed on this page, made from the row at this version; None without any."""
    path, base, fields = session.get(_KEPT) or (None, None, None)
    if path != request.full_path:
        return None
    del session[_KEPT]
    return MultiDict(fields) if base == (None if version is None else str(version)) else None


def remembered() -> Mapping[str, Any]:
    """Return it as it stands, for `recall` after the session is a new one."""
    return {_KEPT: session[_KEPT]} if _KEPT in session else {}


def recall(typed: Mapping[str, Any]) -> None:
    """Take up again what the same person typed before they signed in once more."""
    session.update(typed)
