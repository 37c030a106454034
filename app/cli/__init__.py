"""Edge: `flask backup`, `flask fixtures` and `flask people`."""

from __future__ import annotations

from flask import Flask

from app.cli.backup import backup
from app.cli.fixtures import fixtures
from app.cli.people import people


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(backup)
    app.cli.add_command(fixtures)
    app.cli.add_command(people)
