"""The development sign-in: anybody of the sample cast, for whoever sits at this very machine."""

from __future__ import annotations

import hmac

from flask import Blueprint, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.wrappers import Response

from app import current, tenancy
from app.domain import addresses
from app.domain.errors import Forbidden, LinkOutdated, Malformed, NotFound
from app.domain.hosts import is_loopback, name_of
from app.domain.identities import CAST
from app.domain.words import gettext_noop
from app.extensions import db
from app.models import Identity, Membership, User
from app.services.signing_in import DEVELOPMENT, actor_of
from app.web.sign_in import destinations, entering

#: How the headers begin by which proxies tell of somebody behind them.
_FORWARDED = ("X-Forwarded", "Forwarded", "X-Real-Ip", "Via", "X-Client", "Client-Ip", "True-Client", "Cf-")

blueprint = Blueprint("development", __name__)


def is_at_this_machine() -> bool:
    """Tell whether the request comes from this machine, by itself and not through a proxy."""
    forwarded = any(name.title().startswith(_FORWARDED) for name, _ in request.headers)
    return not forwarded and is_loopback(request.remote_addr or "") and is_loopback(name_of(request.host))


def may_continue() -> bool:
    """Tell whether the present session is one of this sign-in, which is on, and its person sits here."""
    signed_in = current.signed_in()
    on = current.settings().dev_login_on and is_at_this_machine()
    return on and signed_in is not None and signed_in.provider == DEVELOPMENT


@blueprint.before_request
def _stay_at_this_machine() -> None:
    if not is_at_this_machine():
        raise NotFound("The development sign-in is for this machine alone.")


@blueprint.get(addresses.DEVELOPMENT)
def choose() -> str:
    """Show the cast, each with what they are at this moment."""
    token = _fresh_token(request.args.get("token", ""))
    session = db.session()
    with tenancy.unscoped(session, tenancy.Reason.SIGN_IN):
        cast = [(identity.subject, *_described(identity.user)) for identity in _cast(session)]
    next_path = destinations.local_path(request.args.get("next"))
    return render_template("auth/development.html", cast=cast, token=token, next_path=next_path)


@blueprint.post(addresses.DEVELOPMENT)
def sign_in() -> Response:
    """Sign in the chosen person."""
    _fresh_token(request.form.get("token", ""))
    key = request.form.get("person", "")

    def find_user(session: Session) -> User:
        for identity in _cast(session):
            if identity.subject == key:
                return identity.user
        raise Malformed("There is no such person in the sample cast.")

    next_path = destinations.local_path(request.form.get("next"))
    return entering.enter(find_user, provider=DEVELOPMENT, next_path=next_path)


@blueprint.post(f"{addresses.DEVELOPMENT}/again")
def sign_in_again() -> Response:
    """Sign in the same person once more, with one click; the link's token has let them in before."""
    person = current.actor()
    if not may_continue():
        raise Forbidden("Sign in again as you did before.")

    def find_user(session: Session) -> User:
        return session.get_one(User, person.id)

    next_path = destinations.local_path(request.form.get("next"))
    return entering.enter_again(find_user, provider=DEVELOPMENT, next_path=next_path)


def _fresh_token(token: str) -> str:
    if not hmac.compare_digest(token.encode(), current.settings().dev_login_token.encode()):
        raise LinkOutdated
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


def _described(user: User) -> tuple[str, str]:
    """Return the first name of one of the cast, and what they are at this moment."""
    actor = actor_of(user)
    return actor.first_name, gettext_noop("disabled") if user.disabled_at is not None else actor.standing
