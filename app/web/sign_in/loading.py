"""From the cookie to the person, at each request."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import database, tenancy
from app.current import SignedIn, now
from app.extensions import db, login
from app.services import signing_in

# Carte's sessions live on the server; Flask-Login's own protection compares addresses that a
# client can choose.
login.session_protection = None


@login.user_loader
def load(token: str) -> SignedIn | None:
    """Return who holds this token; None, and so a guest, once it ended, expired or was disabled."""
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.USER_LOADER):
        found = signing_in.find(session, token, at=now())
        if found is not None and signing_in.is_due(found, at=now()):
            _note_use(session, token)
            found = signing_in.find(session, token, at=now())
        return None if found is None else SignedIn(signing_in.actor_of(found.user), found.id, token)


def _note_use(session: Session, token: str) -> None:
    """Write that the session is in use; a transaction of its own, since a GET otherwise only reads."""
    database.begin_writing(session)
    found = signing_in.find(session, token, at=now())
    if found is not None:
        found.last_seen_at = now()
    session.commit()
    database.begin_reading(session)
