"""Entering and leaving: the cookie and the server's session change together."""

from __future__ import annotations

from collections.abc import Callable

import flask
import flask_login
from flask import redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.current import SignedIn, now, settings
from app.domain.errors import SignInFailed
from app.models import User
from app.services import signing_in
from app.tenancy import Reason
from app.web.sign_in import auditing, destinations, loading
from app.web.sign_in.writing import writing

#: Where Flask-Login keeps what `SignedIn.get_id` returns.
_TOKEN = "_user_id"  # noqa: S105 -- the name of a key


def enter(find_user: Callable[[Session], User], *, provider: str, next_path: str) -> Response:
    """Sign in whom `find_user` returns, and lead them on; whoever was signed in here is signed out.

    `find_user` works in the transaction that opens the session: all of it happens, or nothing.
    """
    with writing(Reason.SIGN_IN) as session:
        user = find_user(session)
        token = signing_in.begin(
            session, user, provider=provider, user_agent=request.user_agent.string, at=now()
        )
        _end_present(session)
    signed_in = _set_cookie(token)
    auditing.signed_in(signed_in.actor.id, provider)
    open_sign_up = settings().open_sign_up
    return redirect(destinations.after_sign_in(signed_in.actor, next_path, open_sign_up=open_sign_up))


def leave() -> None:
    """Sign out: no copy of this cookie works any more."""
    with writing(Reason.SIGN_IN) as session:
        _end_present(session)
    flask_login.logout_user()
    flask.session.clear()


def _set_cookie(token: str) -> SignedIn:
    # Nothing that was in the cookie before belongs to the person who is signed in now.
    flask.session.clear()
    signed_in = loading.load(token)
    if signed_in is None:
        raise SignInFailed("Your account was switched off at this very moment.")
    flask_login.login_user(signed_in)
    return signed_in


def _end_present(session: Session) -> None:
    token = flask.session.get(_TOKEN)
    if isinstance(token, str):
        signing_in.end(session, token, at=now())
