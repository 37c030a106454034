"""What `flask run` says about signing in when it starts."""

from __future__ import annotations

import click
from flask import Flask
from werkzeug.serving import is_running_from_reloader

from app import current, starting
from app.config import Settings
from app.domain import addresses


def init_app(app: Flask) -> None:
    """Print the sign-in link once; the reloader's children stay silent, and so does every other command."""
    if not starting.is_flask_run() or is_running_from_reloader():
        return
    settings = current.settings(app)
    if settings.dev_login_on:
        click.echo(f"Sign in: {sign_in_link(settings)}")
    for line in notes(settings):
        click.echo(line, err=True)


def sign_in_link(settings: Settings) -> str:
    """Return where to sign in: among the cast where that is on, else at the sign-in page."""
    if settings.dev_login_on:
        return addresses.development_sign_in(settings.public_url, settings.dev_login_token)
    return f"{settings.public_url}/login"


def notes(settings: Settings) -> list[str]:
    """Return the lines for the operator: why the development sign-in is off, and each redirect URI."""
    refusal = [settings.dev_login_refusal] if settings.dev_login_refusal else []
    return refusal + [
        f"Redirect URI for {provider.name}: {addresses.redirect_uri(settings.public_url, name)}"
        for name, provider in settings.providers.items()
    ]
