"""The cookie that carries a browser's session: good for as long as what is in it.

Hole mended: Flask demands that a cookie's age is between zero and a month. With the clock set back,
or with a second machine whose clock is a moment behind, everybody is signed out. How long a sign-in
and a pending one last is judged by their own times; see services/signing_in.py and sign_in/pending.py.
"""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookies, whose signature counts and not the time of signing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie holds; an empty session for one that we did not sign."""
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        try:
            return self.session_class(serializer.loads(request.cookies.get(self.get_cookie_name(app), "")))
        except BadSignature:
            return self.session_class()


def init_app(app: Flask) -> None:
    """Let this application's sessions be kept so."""
    app.session_interface = Cookies()
