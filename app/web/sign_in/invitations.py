"""The page behind an invitation's link, and accepting it when one is signed in already."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from app import current, tenancy
from app.config import Settings
from app.current import now
from app.domain import emails
from app.domain.errors import NotFound, SignInDenied
from app.domain.identities import DEVELOPMENT, Vouched
from app.extensions import db
from app.models import Identity, Invitation, User
from app.services import inviting
from app.web.sign_in import arriving, destinations, development, providers
from app.web.sign_in.writing import writing

blueprint = Blueprint("invitations", __name__)


@blueprint.after_request
def _keep_the_token(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/invitations/<token>")
def show(token: str) -> str:
    """Say what the invitation gives to whom, and how to take it."""
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.INVITATION):
        invitation = _found(session, token)
        return render_template(
            "auth/invitation.html",
            invitation=invitation,
            inviter=invitation.created_by,
            fits=_fitting(_person(session), invitation) is not None,
            token=token,
            providers=providers.registered(),
            development=_in_development(),
        )


@blueprint.post("/invitations/<token>")
def accept(token: str) -> AnyResponse:
    """Accept as whoever is signed in; or, in development, as the invited address itself."""
    if "continue" in request.form and _in_development():
        return _continue_as_invited(token)
    current.actor()
    with writing(tenancy.Reason.INVITATION) as session:
        invitation = _found(session, token)
        user = _person(session)
        identity = _fitting(user, invitation)
        if user is None or identity is None:
            raise SignInDenied(
                "This invitation is for another e-mail address. Sign out, and sign in with that account."
            )
        inviting.accept(session, invitation, user, identity, at=now())
    flash("Welcome! The invitation is accepted.", "success")
    return redirect(destinations.HOME)


def _continue_as_invited(token: str) -> AnyResponse:
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.INVITATION):
        email = _found(session, token).email
    vouched = Vouched(DEVELOPMENT, subject=email, email=email, verified=True, name="")
    return arriving.arrive(vouched, provider=development.PROVIDER, next_path="", invitation=token)


def _found(session: Session, token: str) -> Invitation:
    invitation = inviting.find(session, token, at=now())
    if invitation is None:
        raise NotFound("This invitation has been used, taken back, or has expired.")
    return invitation


def _person(session: Session) -> User | None:
    person = current.person()
    return session.get(User, person.id) if person else None


def _fitting(user: User | None, invitation: Invitation) -> Identity | None:
    """Return the person's identity whose verified address was invited."""
    for identity in user.identities if user else ():
        if identity.email_verified and emails.are_same(identity.email, invitation.email):
            return identity
    return None


def _in_development() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.dev_login_on and development.is_at_this_machine()
