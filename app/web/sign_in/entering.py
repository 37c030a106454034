"""Entering and leaving: the cookie and the server's session change together."""

from __future__ import annotations

from collections.abc import Callable

import flask
import flask_login
from flask import redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import keeping, working
from app.current import SignedIn, now, settings
from app.domain.errors import SignInFailed
from app.models import User
from app.services import signing_in, signing_out
from app.tenancy import Reason
from app.web import auditing
from app.web.sign_in import destinations, loading
from app.writing import writing

#: Where Flask-Login keeps what `SignedIn.get_id` returns.
_TOKEN = "_user_id"  # noqa: S105 -- the name of a key

#: Where Flask-WTF keeps the secret of this browser's forms.
_FORM_SECRET = "csrf_token"  # noqa: S105 -- the name of a key


def enter(find_user: Callable[[Session], User], *, provider: str, next_path: str) -> Response:
    """Sign in whom `find_user` returns, and lead them on; whoever was signed in here is signed out.

    `find_user` works in the transaction that opens the session: all of it happens, or nothing.
    """
    with writing(Reason.SIGN_IN) as session:
        user = find_user(session)
        token = signing_in.begin(
            session, user, provider=provider, user_agent=request.user_agent.string, at=now()
        )
        secret = _form_secret_of(session, user)
        _end_present(session)
    signed_in = _set_cookie(token, secret)
    auditing.signed_in(signed_in.actor.id, provider)
    open_sign_up = settings().open_sign_up
    return redirect(destinations.after_sign_in(signed_in.actor, next_path, open_sign_up=open_sign_up))


def enter_again(find_user: Callable[[Session], User], *, provider: str, next_path: str) -> Response:
    """Sign in once more who is signed in here; they go on working where they did, with what they typed."""
    choice, typed = working.remembered(), keeping.remembered()
    answer = enter(find_user, provider=provider, next_path=next_path)
    working.recall(choice)
    keeping.recall(typed)
    return answer


def leave() -> None:
    """Sign out: no copy of this cookie works any more."""
    with writing(Reason.SIGN_IN) as session:
        token = flask.session.get(_TOKEN)
        if isinstance(token, str):
            signing_out.leave(session, token, at=now())
    flask_login.logout_user()
    flask.session.clear()


def _set_cookie(token: str, form_secret: str | None) -> SignedIn:
    # Nothing else that was in the cookie before belongs to the person who is signed in now.
    flask.session.clear()
    if form_secret is not None:
        flask.session[_FORM_SECRET] = form_secret
    signed_in = loading.load(token)
    if signed_in is None:
        raise SignInFailed("Your account was switched off at this very moment.")
    flask_login.login_user(signed_in)
    return signed_in


def _form_secret_of(session: Session, user: User) -> str | None:
    """Return what the forms of this browser are signed with, where it was this very person's.

    So a form that stayed open over night can be saved once its person has signed in again. The secret
    of anybody else, of nobody, and of a session that was ended on purpose is not taken over: a cookie
    that was planted before the sign-in is worth nothing after it. The session itself is always new.
    """
    token, secret = flask.session.get(_TOKEN), flask.session.get(_FORM_SECRET)
    if not isinstance(token, str) or not isinstance(secret, str):
        return None
    return secret if signing_in.holder(session, token) == user.id else None


def _end_present(session: Session) -> None:
    token = flask.session.get(_TOKEN)
    if isinstance(token, str):
        signing_in.end(session, token, at=now())
