"""From the cookie to the person, at each request."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.exc import OperationalError

from app import tenancy
from app.current import SignedIn, now
from app.database import SPARE_SECONDS
from app.extensions import db, login
from app.services import signing_in
from app.writing import writing

# Carte's sessions live on the server; Flask-Login's own protection compares addresses that a
# client can choose.
login.session_protection = None


@login.user_loader
def load(token: object) -> SignedIn | None:
    """Return who holds this token; None, and so a guest, once it ended, expired or was disabled.

    A cookie that something else signed with our key, or an older Carte, may hold anything there.
    """
    if not isinstance(token, str) or not token.isascii():
        return None
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.USER_LOADER):
        found = signing_in.find(session, token, at=now())
        if found is not None and signing_in.is_due(found, at=now()):
            _note_use(token)
            found = signing_in.find(session, token, at=now())
        if found is None:
            return None
        actor = signing_in.actor_of(found.user, signed_in_at=found.created_at)
        return SignedIn(actor, token, session_id=found.id, provider=found.provider)


def _note_use(token: str) -> None:
    """Write that the session is in use, in a transaction of its own: a GET otherwise only reads.

    Nobody waits for it: where it cannot be written now, the next request will.
    """
    with suppress(OperationalError), writing(tenancy.Reason.USER_LOADER, patience=SPARE_SECONDS) as session:
        found = signing_in.find(session, token, at=now())
        if found is not None:
            found.last_seen_at = now()
