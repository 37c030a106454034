"""The page behind an invitation's link, and accepting it when one is signed in already."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import current, tenancy, working
from app.current import now
from app.domain import addresses
from app.domain.duties import told
from app.domain.errors import SignInDenied
from app.domain.identities import DEVELOPMENT, Vouched
from app.extensions import db
from app.models import Invitation, Membership, User
from app.policies import actions_of
from app.services import inviting, signing_in, vouching
from app.web.sign_in import arriving, destinations, development, providers
from app.writing import writing

blueprint = Blueprint("invitations", __name__)

_PATH = addresses.invitation("", "<token>")


@blueprint.get(_PATH)
def show(token: str) -> str:
    """Say what the invitation gives to whom, and how to take it."""
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.INVITATION):
        invitation, user = inviting.require(session, token, at=now()), _person(session)
        return render_template(
            "auth/invitation.html",
            invitation=invitation,
            inviter=invitation.created_by,
            duties=told(actions_of(invitation.role)),
            until=_until(invitation),
            fits=user is not None and inviting.addressed(invitation, user) is not None,
            token=token,
            providers=providers.registered(),
            development=_in_development(),
        )


@blueprint.post(_PATH)
def accept(token: str) -> Response:
    """Accept as whoever is signed in; or, in development, as the invited address itself."""
    if "continue" in request.form and _in_development():
        return _continue_as_invited(token)
    current.actor()
    with writing(tenancy.Reason.INVITATION) as session:
        invitation = inviting.require(session, token, at=now())
        user = _person(session)
        identity = inviting.addressed(invitation, user) if user else None
        if user is None or identity is None:
            raise SignInDenied(
                "This invitation is for another e-mail address. Sign out, and sign in with that account."
            )
        words = _welcome(inviting.accept(session, invitation, user, identity, at=now()))
        place = invitation.restaurant_id
    if place is not None:
        working.go_to(place)
    flash(words, "success")
    return redirect(destinations.HOME)


def _continue_as_invited(token: str) -> Response:
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.INVITATION):
        email = inviting.require(session, token, at=now()).email
        if vouching.is_administrators(session, DEVELOPMENT, email):
            raise SignInDenied("Any owner may write such a link, so none opens an administrator's account.")
    vouched = Vouched(DEVELOPMENT, subject=email, email=email, verified=True, name="")
    return arriving.arrive(vouched, provider=signing_in.DEVELOPMENT, next_path="", invitation=token)


def _welcome(held: Membership | None) -> str:
    """Return what the person is now: a stronger role than the invitation's, where they had one."""
    if held is None:
        return "Welcome! You are an administrator of this installation now."
    return f"Welcome! You are {held.role} of {held.restaurant.name} now."


def _until(invitation: Invitation) -> str:
    """Return when the link ends, in the restaurant's own clock."""
    place = invitation.restaurant
    zone = ZoneInfo(place.time_zone) if place else current.zone()
    return format_datetime(invitation.expires_at, "long", tzinfo=zone, locale=current.locale())


def _person(session: Session) -> User | None:
    person = current.person()
    return session.get(User, person.id) if person else None


def _in_development() -> bool:
    return current.settings().dev_login_on and development.is_at_this_machine()
