"""How Carte opens its database: pragmas and transactions of SQLite, how long either waits for a lock.

Measured with four workers: only WAL, a busy time-out and BEGIN IMMEDIATE before each write lose no
update and lock nobody out. A deferred transaction that reads and then writes fails at once,
whatever the time-out; so a request that may write takes the write lock when it begins.
"""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from time import monotonic, sleep
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import g, has_request_context, request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

#: Seconds that a write waits for a lock that somebody else holds; a write takes at most a tenth of one.
BUSY_SECONDS = 15

#: Seconds that a read waits where it must at all: PostgreSQL, while a table itself is being changed.
READ_SECONDS = 3

#: Seconds that a write waits which may as well be left out, such as that a session is in use.
SPARE_SECONDS = 0.1

#: Seconds between two looks at whether SQLite's write lock is free.
_PACE_SECONDS = 0.01

_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

# How PostgreSQL (a lock's time-out, a deadlock) and SQLite say that somebody else is at it.
_BUSY_STATES = {"55P03", "40P01"}
_BUSY_WORDS = "is locked"

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


def begin_writing(session: Session, *, patience: float | None = None) -> None:
    """Let a GET write: end what it has read so far, and take the write lock from now on.

    A lock that somebody else holds for `patience` seconds (BUSY_SECONDS) is an OperationalError.
    """
    session.rollback()
    g.carte_writes, g.carte_patience = True, patience


def begin_reading(session: Session) -> None:
    """After a GET has committed what it wrote: only read from now on, without the write lock."""
    session.rollback()
    g.carte_writes, g.carte_patience = False, None


def is_busy(error: object) -> bool:
    """Tell whether the database said that somebody else holds a lock for too long; it is well otherwise."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.orig, "sqlstate", None) in _BUSY_STATES or _BUSY_WORDS in str(error.orig)


def prepare(engine: Engine) -> None:
    """Attach Carte's pragmas and its BEGIN to an SQLite engine, its time-outs for locks to any."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    else:
        event.listen(engine, "connect", _limit_waiting)
        event.listen(engine, "begin", _wait_longer)


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
    if _only_reads():
        connection.exec_driver_sql("BEGIN")
    else:
        _take_write_lock(connection)


def _take_write_lock(connection: Connection) -> None:
    """Ask for the write lock at an even pace until it is free; raises OperationalError out of patience.

    SQLite by itself asks ever more rarely, so whoever has just come goes before whoever has waited
    long: of eight who write without a pause, somebody would wait for seconds.
    """
    driver: Any = connection.connection.driver_connection
    end = monotonic() + _patience()
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _has_begun(connection, final=monotonic() > end):
            sleep(_PACE_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")


def _has_begun(connection: Connection, *, final: bool) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if final or not is_busy(error):
            raise
        return False
    return True


def _limit_waiting(connection: Any, _record: object) -> None:
    # Otherwise a thread of the server waits for as long as somebody else holds a lock, and so does
    # the next one, until nobody is left to answer. Outside a transaction: a rollback would undo it.
    before, connection.autocommit = connection.autocommit, True
    connection.execute(f"SET lock_timeout = {READ_SECONDS * 1000}")
    connection.autocommit = before


def _wait_longer(connection: Connection) -> None:
    if not _only_reads():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_patience() * 1000:.0f}")


def _patience() -> float:
    """Return how many seconds this write waits for locks."""
    own = g.get("carte_patience") if has_request_context() else None
    return BUSY_SECONDS if own is None else float(own)


def _only_reads() -> bool:
    return has_request_context() and request.method in _READING_METHODS and not g.get("carte_writes", False)


def has_current_schema(connection: Connection) -> bool:
    """Tell whether the database is at the newest revision of this version's migrations."""
    wanted = set(ScriptDirectory(str(_MIGRATIONS)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == wanted
