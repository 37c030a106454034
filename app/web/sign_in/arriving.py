"""Arriving from a provider: from the account it vouches for to a person who is signed in."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import working
from app.current import now, settings
from app.domain import naming
from app.domain.errors import SignInDenied
from app.domain.identities import Vouched
from app.models import Identity, Invitation, Membership, User
from app.saying import said
from app.services import inviting, vouching
from app.web.sign_in import entering


def arrive(vouched: Vouched, *, provider: str, next_path: str, invitation: str) -> Response:
    """Sign in the person behind the account, who is new to Carte where that is allowed.

    `invitation` is the token of the link they came by, which is accepted within; or empty.
    """
    place: int | None = None
    words = ""

    def find_user(session: Session) -> User:
        nonlocal place, words
        found = inviting.require(session, invitation, at=now()) if invitation else None
        identity = _identity_of(session, vouched, found)
        if found is not None:
            place = found.restaurant_id
            words = welcome(inviting.accept(session, found, identity.user, identity, at=now()))
        return identity.user

    answer = entering.enter(find_user, provider=provider, next_path=next_path)
    if place is not None:
        working.go_to(place)
    if words:
        flash(words, "success")
    return answer


def welcome(held: Membership | None) -> str:
    """Return what the person is now: a stronger role than the invitation's, where they had one."""
    if held is None:
        return gettext("Welcome! You are an administrator of this installation now.")
    return gettext(
        "Welcome! You are %(role)s of %(restaurant)s now.",
        role=said(naming.role(held.role)),
        restaurant=held.restaurant.name,
    )


def _identity_of(session: Session, vouched: Vouched, invitation: Invitation | None) -> Identity:
    identity = vouching.recognise(session, vouched, at=now())
    if identity is None:
        if invitation is None:
            _require_open_sign_up()
        else:
            inviting.require_addressee(invitation, email=vouched.email, verified=vouched.verified)
        identity = vouching.welcome(session, vouched, at=now())
    return identity


def _require_open_sign_up() -> None:
    if not settings().open_sign_up:
        raise SignInDenied(
            "Nobody here knows this account yet. Ask the owner of your restaurant for an invitation,"
            " and open the link in it."
        )
