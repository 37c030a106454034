"""The providers that this installation has credentials for, each with its button."""

from __future__ import annotations

from flask import Flask, current_app

from app import current
from app.config import Settings
from app.web.sign_in.consumer import Consumer
from app.web.sign_in.github import GitHub
from app.web.sign_in.openid import GOOGLE_SCOPE, SCOPE, OpenID

#: Where an application keeps its providers.
KEY = "carte.sign_in"


def init_app(app: Flask) -> None:
    """Register a start and a callback for each provider with credentials; without, there is no such route."""
    made = _consumers(current.settings(app))
    for consumer in made:
        app.register_blueprint(consumer)
    app.extensions[KEY] = made


def registered() -> list[Consumer]:
    """Return the providers in the order of their buttons."""
    return list(current_app.extensions[KEY])


def _consumers(settings: Settings) -> list[Consumer]:
    made: list[Consumer] = []
    if settings.google:
        made.append(OpenID("google", settings.google, GOOGLE_SCOPE))
    if settings.github:
        made.append(GitHub("github", settings.github))
    if settings.oidc:
        made.append(OpenID("oidc", settings.oidc, SCOPE))
    return made
