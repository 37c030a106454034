"""What `flask run` says about signing in when it starts."""

from __future__ import annotations

import click
from flask import Flask
from werkzeug.serving import is_running_from_reloader

from app.config import Settings
from app.web.sign_in import development


def init_app(app: Flask) -> None:
    """Print the sign-in link once; the reloader's children stay silent, and so does every other command."""
    command = click.get_current_context(silent=True)
    if command is None or command.info_name != "run" or is_running_from_reloader():
        return
    settings: Settings = app.config["SETTINGS"]
    if settings.dev_login_on:
        click.echo(f"Sign in: {development.link(settings)}")
    for line in notes(settings):
        click.echo(line, err=True)


def notes(settings: Settings) -> list[str]:
    """Return the lines for the operator: why the development sign-in is off, and each redirect URI."""
    refusal = [settings.dev_login_refusal] if settings.dev_login_refusal else []
    chosen = {"google": settings.google, "github": settings.github, "oidc": settings.oidc}
    return refusal + [
        f"Redirect URI for {provider.name}: {settings.public_url}/login/{name}/authorized"
        for name, provider in chosen.items()
        if provider
    ]
