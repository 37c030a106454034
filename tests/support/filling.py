"""What a new test database holds: Carte's schema, and the sample data of fixtures/."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import flask_migrate

from app import create_app, tenancy
from app.extensions import db
from app.services import importing, signatures
from tests.support.needs import ROOT
from tests.support.running import settings

_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def migrate(url: str) -> None:
    """Make the schema, as an operator does."""
    with _app_on(url):
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))


def load_samples(url: str) -> None:
    """Make the schema and load the sample menus and the cast."""
    migrate(url)
    with _app_on(url):
        session = db.session()
        signatures.sign(session, by=None, at=_AT)
        with tenancy.unscoped(session, tenancy.Reason.COMMAND_LINE):
            importing.load(session, importing.read([ROOT / "fixtures"]), at=_AT)
            session.commit()


@contextmanager
def _app_on(url: str) -> Iterator[None]:
    """Work in an application on this database, and leave no connection to it."""
    with create_app(settings(url)).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
