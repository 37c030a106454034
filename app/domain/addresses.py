"""Addresses that leave Carte: in mail, on a terminal, at a sign-in provider.

Each takes the base that people reach Carte at; an empty base gives the path, which is the route.
"""

from __future__ import annotations

#: Where a developer chooses whom of the sample cast to be.
DEVELOPMENT = "/login/development"

#: Where a person signs in once more for what asks for a recent sign-in.
AGAIN = "/login/again"


def invitation(base: str, token: str) -> str:
    """Return the link that an invited person opens."""
    return f"{base}/invitations/{token}"


def development_sign_in(base: str, token: str) -> str:
    """Return the link that shows the cast; good for as long as the server with this token runs."""
    return f"{base}{DEVELOPMENT}?token={token}"


def redirect_uri(base: str, provider: str) -> str:
    """Return where a provider sends people back to; it knows this address letter by letter."""
    return f"{base}/login/{provider}/authorized"
