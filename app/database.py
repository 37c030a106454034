"""How Carte opens its database: pragmas and transactions of SQLite, time-outs of PostgreSQL.

Measured with four workers: only WAL, a busy time-out and BEGIN IMMEDIATE before each write lose no
update and lock nobody out. A deferred transaction that reads and then writes fails at once,
whatever the time-out; so a request that may write takes the write lock when it begins.
"""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import g, has_request_context, request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

#: Seconds that SQLite waits for the write lock; a write takes at most a tenth of one.
BUSY_SECONDS = 15

_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

_READING_METHODS = {"GET", "HEAD", "OPTIONS"}


def engine_options(url: str) -> dict[str, Any]:
    """Return what Flask-SQLAlchemy hands to `create_engine` for this address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS}}
    # No server-side prepared statements: after a migration changes a column's type, an open
    # connection would fail once with "cached plan must not change result type".
    return {
        "connect_args": {"connect_timeout": 3, "prepare_threshold": None},
        "pool_pre_ping": True,
        "pool_timeout": 3,
    }


def begin_writing(session: Session) -> None:
    """Let a GET write: end what it has read so far, and take the write lock from now on."""
    session.rollback()
    g.carte_writes = True


def begin_reading(session: Session) -> None:
    """After a GET has committed what it wrote: only read from now on, without the write lock."""
    session.rollback()
    g.carte_writes = False


def prepare(engine: Engine) -> None:
    """Attach Carte's pragmas and its BEGIN to an SQLite engine; leave others as they are."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: SQLiteConnection, _record: object) -> None:
    # SQLAlchemy's "begin" event opens each transaction; the driver must not open one by itself.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # SQLite folds the case of ASCII alone; people search for “crème” with “CRÈME”.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _only_reads() else "BEGIN IMMEDIATE")


def _only_reads() -> bool:
    return has_request_context() and request.method in _READING_METHODS and not g.get("carte_writes", False)


def has_current_schema(connection: Connection) -> bool:
    """Tell whether the database is at the newest revision of this version's migrations."""
    wanted = set(ScriptDirectory(str(_MIGRATIONS)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == wanted
