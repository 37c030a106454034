"""Coming back from a provider as somebody who was signed in when they left, and stays so if this fails."""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import current
from app.current import now
from app.domain.errors import SignInDenied, SignInFailed
from app.domain.identities import Vouched
from app.models import User
from app.services import vouching
from app.web.sign_in import entering
from app.web.sign_in.pending import Pending


def arrive(vouched: Vouched, back: Pending) -> Response:
    """Do what the person left for; raises SignInFailed where it is no longer they who are signed in here."""
    person = current.person()
    if person is None or person.id != back.person:
        raise SignInFailed("You signed out, or in as somebody else, while you were at your provider.")
    return _sign_in_again(vouched, back)


def _sign_in_again(vouched: Vouched, back: Pending) -> Response:
    def find_user(session: Session) -> User:
        identity = vouching.recognise(session, vouched, at=now())
        if identity is None or identity.user_id != back.person:
            raise SignInDenied(
                "You came back with another account than one of yours. You are still signed in."
            )
        return identity.user

    return entering.enter(find_user, provider=back.provider, next_path=back.next_path)
