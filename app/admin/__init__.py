"""Edge: the back office, Flask-Admin's views over Carte's models."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Build the admin for this application."""
