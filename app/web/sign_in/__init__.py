"""Sign-in: providers, invitations, the development sign-in, and the session they lead to."""

from __future__ import annotations

from flask import Flask

from app.web.sign_in import loading as loading


def init_app(app: Flask) -> None:
    """Register the ways in and out."""
