"""Coming back from a provider as somebody who was signed in when they left, and stays so if this fails."""

from __future__ import annotations

from flask import flash, redirect
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import current
from app.current import now
from app.domain.actors import Actor
from app.domain.errors import SignInDenied, SignInFailed
from app.domain.identities import Vouched
from app.models import User
from app.services import linking, vouching
from app.tenancy import Reason
from app.web.sign_in import destinations, entering
from app.web.sign_in.pending import Pending
from app.web.sign_in.purposes import Purpose
from app.writing import writing


def arrive(vouched: Vouched, back: Pending) -> Response:
    """Do what the person left for; raises SignInFailed where it is no longer they who are signed in here."""
    person = current.person()
    if person is None or person.id != back.person:
        raise SignInFailed("You signed out, or in as somebody else, while you were at your provider.")
    if back.purpose == Purpose.LINK:
        return _link(vouched, back, person)
    return _sign_in_again(vouched, back)


def _sign_in_again(vouched: Vouched, back: Pending) -> Response:
    def find_user(session: Session) -> User:
        identity = vouching.recognise(session, vouched, at=now())
        if identity is None or identity.user_id != back.person:
            raise SignInDenied(
                "You came back with another account than one of yours. You are still signed in."
            )
        return identity.user

    return entering.enter_again(find_user, provider=back.provider, next_path=back.next_path)


def _link(vouched: Vouched, back: Pending, person: Actor) -> Response:
    with writing(Reason.LINKING) as session:
        is_new = linking.link(session, vouched, by=person, provider=back.provider, at=now())
    label = current.settings().providers[back.provider].name
    account = f"{label} ({vouched.email})" if vouched.email else label
    if is_new:
        flash(gettext("%(account)s signs you in from now on.", account=account), "success")
    else:
        flash(gettext("%(account)s is linked to you already.", account=account), "info")
    return redirect(back.next_path or destinations.ACCOUNT)
