"""The hosts that a request may name: an unknown one would end up in redirect URIs and links (400).

Werkzeug's own `TRUSTED_HOSTS` cuts a host at its first colon and so never trusts `[::1]`.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from app.config import Settings
from app.domain.errors import Malformed


def init_app(app: Flask) -> None:
    """Refuse requests for other hosts, before anything else looks at them."""
    settings: Settings = app.config["SETTINGS"]
    trusted = {_name(host) for host in settings.trusted_hosts}

    @app.before_request
    def require_trusted() -> None:
        if _name(request.host) not in trusted:
            raise Malformed("This address is not one that Carte answers to.")


def _name(host: str) -> str | None:
    """Return the host without its port, in lower case; None for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
