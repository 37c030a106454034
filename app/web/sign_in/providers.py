"""The providers that this installation has credentials for, each with its button."""

from __future__ import annotations

from flask import Flask, current_app

from app import current
from app.config import Provider
from app.web.sign_in.consumer import CHOOSE_ACCOUNT, Consumer
from app.web.sign_in.github import GitHub
from app.web.sign_in.openid import GOOGLE_SCOPE, OpenID

#: Where an application keeps its providers.
KEY = "carte.sign_in"


def init_app(app: Flask) -> None:
    """Register a start and a callback for each provider with credentials; without, there is no such route."""
    made = [_consumer(name, provider) for name, provider in current.settings(app).providers.items()]
    for consumer in made:
        app.register_blueprint(consumer)
    app.extensions[KEY] = made


def registered() -> list[Consumer]:
    """Return the providers in the order of their buttons."""
    return list(current_app.extensions[KEY])


def _consumer(name: str, provider: Provider) -> Consumer:
    if name == "github":
        return GitHub(name, provider)
    if name == "google":
        # It lets nobody ask for a password, nor for the age of a sign-in.
        return OpenID(name, provider, GOOGLE_SCOPE, proof=CHOOSE_ACCOUNT)
    return OpenID(name, provider)
