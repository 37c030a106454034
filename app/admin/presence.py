"""When the people on a page were last here, and by which provider: asked once a page.

Nobody reads other people's sessions; of those whom a page shows, this says the two and no more.
"""

from __future__ import annotations

from collections.abc import Collection

from flask import g

from app import tenancy
from app.admin import formatting, providers
from app.extensions import db
from app.models import Membership
from app.services import noticing
from app.services.noticing import LastUse


def look_up(users: Collection[int]) -> None:
    """Read it for these users, all of whom the page shows."""
    with tenancy.unscoped(db.session(), tenancy.Reason.LAST_USE):
        found = noticing.last_uses(db.session(), users)
    g.carte_last_uses = {**_known(), **dict.fromkeys(users), **found}


def show_last_seen(_view: object, _context: object, row: Membership, _name: str) -> str:
    """Return when the person was last here, in the clock of the restaurant; blank for never."""
    last = _of(row)
    return formatting.brief(last.at, formatting.zone_of(row)) if last else ""


def show_provider(_view: object, _context: object, row: Membership, _name: str) -> str:
    """Return by which provider the person was last here; blank for never."""
    last = _of(row)
    return providers.label(last.provider) if last else ""


def _of(row: Membership) -> LastUse | None:
    if row.user_id not in _known():
        look_up({row.user_id})
    return _known()[row.user_id]


def _known() -> dict[int, LastUse | None]:
    known: dict[int, LastUse | None] = g.get("carte_last_uses", {})
    return known
