"""Where a person goes after signing in."""

from __future__ import annotations

from app.domain.actors import Actor
from app.domain.paths import is_local

#: The longest path that is kept on the way to a provider and back.
LONGEST = 500

HOME = "/admin/"
FIRST_RESTAURANT = "/admin/restaurants/new/"
NO_RESTAURANT = "/welcome"
ACCOUNT = "/admin/account/"


def local_path(text: str | None) -> str:
    """Return a path of this site as it was asked for; empty for anything that could lead elsewhere."""
    return text if text and len(text) <= LONGEST and is_local(text) else ""


def after_sign_in(actor: Actor, next_path: str, *, open_sign_up: bool) -> str:
    """Return where to: the page that was asked for, or the person's restaurants, or how to get one."""
    # All that such a person finds in the back office is themselves.
    if (
        actor.is_homeless
        and (not next_path or next_path.startswith(HOME))
        and not next_path.startswith(ACCOUNT)
    ):
        return FIRST_RESTAURANT if open_sign_up else NO_RESTAURANT
    return next_path or HOME
