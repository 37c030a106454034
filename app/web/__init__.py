"""Edge: sign-in, public pages, health, errors, and what every template knows."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages that are not the admin's."""
