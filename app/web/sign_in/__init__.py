"""Sign-in: providers, invitations, the development sign-in, and the session they lead to."""

from __future__ import annotations

from flask import Flask

from app import current
from app.web.sign_in import again, announcing, development, invitations, pages, providers

__all__ = ["development", "init_app"]


def init_app(app: Flask) -> None:
    """Register the ways in and out."""
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(invitations.blueprint)
    app.register_blueprint(again.blueprint)
    providers.init_app(app)
    if current.settings(app).dev_login_on:
        app.register_blueprint(development.blueprint)
    announcing.init_app(app)
