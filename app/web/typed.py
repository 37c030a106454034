"""What a person had typed into a form that was refused as a whole: it is handed back, to be copied.

A browser that goes back may have to ask for the form anew, and a row that somebody deleted meanwhile
has none any more. Only what passed the check of the CSRF token is shown again: no other site can put
words on a page of ours. It depends on the request alone, so that a foreign row and a missing one
still look alike.
"""

from __future__ import annotations

from flask import g, request

from app.domain import naming
from app.keeping import BASE_PREFIX
from app.saying import headed


def typed() -> list[tuple[str, str]]:
    """Return label and text of each field that no longer has what its page showed."""
    # Set by Flask-WTF; a body is refused, nameless parts and all, before its token is looked at.
    if not g.get("csrf_valid"):
        return []
    names = [name.removeprefix(BASE_PREFIX) for name in request.form if name.startswith(BASE_PREFIX)]
    return [
        (headed(naming.column(name)), request.form[name])
        for name in names
        if name in request.form and _is_worth_keeping(request.form[name], request.form[BASE_PREFIX + name])
    ]


def _is_worth_keeping(value: str, base: str) -> bool:
    # Bare digits are a row that was chosen, a switch, a place: quickly chosen again, and no words.
    return value.split() != base.split() and bool(value.strip()) and not value.isdigit()
