"""How Carte opens its database: transactions of SQLite, time-outs of PostgreSQL, one patience for both.

Measured with four workers: only WAL, a busy time-out and BEGIN IMMEDIATE before each write lose no
update and lock nobody out. A deferred transaction that reads and then writes fails at once,
whatever the time-out; so a request that may write takes the write lock when it begins.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.database import postgresql, sqlite
from app.database.waiting import BUSY_SECONDS, SPARE_SECONDS, begin_reading, begin_writing, is_busy

__all__ = [
    "BUSY_SECONDS",
    "SPARE_SECONDS",
    "begin_reading",
    "begin_writing",
    "engine_options",
    "has_current_schema",
    "is_busy",
    "prepare",
]

_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def engine_options(url: str) -> dict[str, Any]:
    """Return what Flask-SQLAlchemy hands to `create_engine` for this address."""
    return sqlite.options() if url.startswith("sqlite") else postgresql.options()


def prepare(engine: Engine) -> None:
    """Attach what Carte needs of each connection and transaction."""
    (sqlite if engine.dialect.name == "sqlite" else postgresql).prepare(engine)


def has_current_schema(connection: Connection) -> bool:
    """Tell whether the database is at the newest revision of this version's migrations."""
    wanted = set(ScriptDirectory(str(_MIGRATIONS)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == wanted
