"""Where a person goes after signing in."""

from __future__ import annotations

import re

from app.domain.actors import Actor

#: The longest path that is kept on the way to a provider and back.
LONGEST = 500

HOME = "/admin/"
FIRST_RESTAURANT = "/admin/restaurants/new/"
NO_RESTAURANT = "/welcome"

# A second slash or a backslash after the first would name another host.
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def local_path(text: str | None) -> str:
    """Return a path of this site as it was asked for; empty for anything that could lead elsewhere."""
    if text and len(text) <= LONGEST and _LOCAL.fullmatch(text):
        return text
    return ""


def after_sign_in(actor: Actor, next_path: str, *, open_sign_up: bool) -> str:
    """Return where to: the page that was asked for, or the person's restaurants, or how to get one."""
    homeless = not actor.held and not actor.is_admin
    if homeless and (not next_path or next_path.startswith(HOME)):
        return FIRST_RESTAURANT if open_sign_up else NO_RESTAURANT
    return next_path or HOME
