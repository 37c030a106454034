"""The hosts that a request may name: an unknown one would end up in redirect URIs and links (400).

Werkzeug's own `TRUSTED_HOSTS` cuts a host at its first colon and so never trusts `[::1]`.
"""

from __future__ import annotations

from flask import Flask, request

from app import current
from app.domain.errors import Malformed
from app.domain.hosts import name_of


def init_app(app: Flask) -> None:
    """Refuse requests for other hosts; to be registered before anything else that looks at requests."""
    trusted = current.settings(app).trusted_names

    @app.before_request
    def require_trusted() -> None:
        if name_of(request.host) not in trusted:
            raise Malformed("This address is not one that Carte answers to.")
