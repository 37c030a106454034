"""The development sign-in: anybody of the sample cast, for whoever sits at this very machine."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, current_app, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.wrappers import Response as AnyResponse

from app import tenancy
from app.config import Settings
from app.domain.casting import description
from app.domain.errors import Forbidden, Malformed
from app.domain.hosts import is_loopback
from app.domain.identities import CAST
from app.extensions import db
from app.models import Identity, Membership, User
from app.services.signing_in import actor_of
from app.web.sign_in import destinations, entering

#: How sessions of this sign-in are called; see `UserSession.provider`.
PROVIDER = "development"

blueprint = Blueprint("development", __name__)


def link(settings: Settings) -> str:
    """Return the address that shows the cast; good for as long as the server runs."""
    return f"{settings.public_url}/login/development?token={settings.dev_login_token}"


def is_at_this_machine() -> bool:
    """Tell whether the request comes from this machine, by itself and not through a proxy."""
    forwarded = any(name.startswith(("X-Forwarded", "Forwarded", "X-Real-Ip")) for name, _ in request.headers)
    host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    return not forwarded and is_loopback(request.remote_addr or "") and is_loopback(host)


@blueprint.before_request
def _stay_at_this_machine() -> None:
    if not is_at_this_machine():
        abort(404)


@blueprint.after_request
def _keep_the_token(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/login/development")
def choose() -> str:
    """Show the cast, each with what they are at this moment."""
    token = _fresh_token(request.args.get("token", ""))
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.SIGN_IN):
        cast = [(identity.subject, identity.user.name, _is(identity.user)) for identity in _cast(session)]
    next_path = destinations.local_path(request.args.get("next"))
    return render_template("auth/development.html", cast=cast, token=token, next_path=next_path)


@blueprint.post("/login/development")
def sign_in() -> AnyResponse:
    """Sign in the chosen person."""
    _fresh_token(request.form.get("token", ""))
    key = request.form.get("person", "")

    def find_user(session: Session) -> User:
        for identity in _cast(session):
            if identity.subject == key:
                return identity.user
        raise Malformed("There is no such person in the sample cast.")

    next_path = destinations.local_path(request.form.get("next"))
    return entering.enter(find_user, provider=PROVIDER, next_path=next_path)


def _fresh_token(token: str) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    if not hmac.compare_digest(token.encode(), settings.dev_login_token.encode()):
        raise Forbidden(
            "This sign-in link is out of date. Start Carte again with bin/run or flask run,"
            " and open the link that it prints."
        )
    return token


def _cast(session: Session) -> list[Identity]:
    query = (
        select(Identity)
        .where(Identity.issuer == CAST)
        .order_by(Identity.id)
        .options(
            joinedload(Identity.user).options(
                selectinload(User.identities),
                selectinload(User.memberships).joinedload(Membership.restaurant),
            )
        )
    )
    return list(session.scalars(query))


def _is(user: User) -> str:
    return "disabled" if user.disabled_at is not None else description(actor_of(user))
