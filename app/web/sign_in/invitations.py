"""The page behind an invitation's link, and accepting it when one is signed in already."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name
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
from app.models import Invitation, User
from app.policies import actions_of
from app.saying import listed, said
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
            duties=listed(map(said, told(actions_of(invitation.role)))),
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
        words = arriving.welcome(inviting.accept(session, invitation, user, identity, at=now()))
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


def _until(invitation: Invitation) -> str:
    """Return when the link ends, in the restaurant's own clock."""
    place = invitation.restaurant
    at = invitation.expires_at.astimezone(ZoneInfo(place.time_zone) if place else current.zone())
    locale = current.locale()
    day, time = format_date(at, "long", locale), format_time(at, "short", at.tzinfo, locale)
    return f"{day}, {time} {get_timezone_name(at, 'short', locale=locale)}"


def _person(session: Session) -> User | None:
    person = current.person()
    return session.get(User, person.id) if person else None


def _in_development() -> bool:
    return current.settings().dev_login_on and development.is_at_this_machine()
