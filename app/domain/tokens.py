"""Secrets that a person carries and Carte only recognises: session cookies, invitation links."""

from __future__ import annotations

import hashlib
import secrets


def new() -> str:
    """Return 256 random bits as 43 characters that are safe in an address and in a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what the database keeps of a token: its SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()
