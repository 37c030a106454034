"""How Carte opens its database: pragmas and transactions of SQLite, how long either waits for a lock.

Measured with four workers: only WAL, a busy time-out and BEGIN IMMEDIATE before each write lose no
update and lock nobody out. A deferred transaction that reads and then writes fails at once,
whatever the time-out; so a request that may write takes the write lock when it begins.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from time import monotonic, sleep
from typing import Any, TypeVar

import psycopg
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import g, has_request_context, request
from psycopg.pq import TransactionStatus
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

#: Seconds that PostgreSQL is given to take a connection; libpq takes no fewer.
CONNECT_SECONDS = 2
#: Seconds that it is given to say that it is there, and to take back a transaction.
ANSWER_SECONDS = 2
#: Seconds that one statement of a request may take: more than it may wait for locks.
STATEMENT_SECONDS = 20
#: Seconds after a silence in which nobody else is kept waiting for the same server.
SILENCE_SECONDS = 1

_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

# How PostgreSQL and SQLite say that somebody else has held a lock for too long.
_BUSY_STATE = "55P03"
_BUSY_WORDS = "is locked"

#: How the kernel finds out that a host is gone which closed nothing; the last is in milliseconds.
_KEEPALIVE = {
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": ANSWER_SECONDS * 1000,
}

_T = TypeVar("_T")

_READING_METHODS = {"GET", "HEAD", "OPTIONS"}


def engine_options(url: str) -> dict[str, Any]:
    """Return what Flask-SQLAlchemy hands to `create_engine` for this address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS}}
    # No server-side prepared statements: after a migration changes a column's type, an open
    # connection would fail once with "cached plan must not change result type".
    return {
        "connect_args": {"connect_timeout": CONNECT_SECONDS, "prepare_threshold": None, **_KEEPALIVE},
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
    return getattr(error.orig, "sqlstate", None) == _BUSY_STATE or _BUSY_WORDS in str(error.orig)


def prepare(engine: Engine) -> None:
    """Attach Carte's pragmas and its BEGIN to an SQLite engine, its patience to one of PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    else:
        event.listen(engine, "do_connect", _Line().connect)
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


class _Line:
    """The way to one PostgreSQL server, and until when it counts as silent.

    Whoever comes within a silence is told at once: otherwise each request of a crowd would wait its
    own seconds, one behind the other.
    """

    def __init__(self) -> None:
        self._silent_until = 0.0

    def connect(self, _dialect: object, _record: object, args: Any, params: Any) -> psycopg.Connection[Any]:
        """Open a connection; raises OperationalError for a server that does not answer."""
        if monotonic() < self._silent_until:
            raise psycopg.OperationalError("The server did not answer a moment ago.")
        try:
            connection = _Connection.connect(*args, **params)
        except psycopg.errors.ConnectionTimeout:
            self.fall_silent()
            raise
        connection.line = self
        return connection

    def fall_silent(self) -> None:
        """Note that the server has kept somebody waiting for nothing."""
        self._silent_until = monotonic() + SILENCE_SECONDS


class _Connection(psycopg.Connection[Any]):
    """A connection that gives up: a frozen host and a network that swallows packets send no error."""

    line: _Line | None = None
    _patience: int | None = None

    def wait(self, gen: Generator[Any, Any, _T], interval: float = 0.1, timeout: float | None = None) -> _T:
        try:
            return super().wait(gen, interval, timeout or self._seconds())
        except psycopg.OperationalError:
            # Whatever the server says ends a statement; one that is still going was given up.
            if self.info.transaction_status == TransactionStatus.ACTIVE:
                self.close()
                if self.line is not None:
                    self.line.fall_silent()
            raise

    def rollback(self) -> None:
        """Undo the transaction; where the server cannot be told, closing the connection does so too.

        A request ends with it: an error now would spoil an answer that is ready, even after a commit.
        """
        self._patience = ANSWER_SECONDS
        try:
            super().rollback()
        except psycopg.OperationalError:
            self.close()
        finally:
            self._patience = None

    def _seconds(self) -> int | None:
        """Return how long to wait now; a command may take its time, the pool's “are you there?” may not."""
        if not has_request_context():
            return self._patience
        return ANSWER_SECONDS if self.autocommit else self._patience or STATEMENT_SECONDS


def has_current_schema(connection: Connection) -> bool:
    """Tell whether the database is at the newest revision of this version's migrations."""
    wanted = set(ScriptDirectory(str(_MIGRATIONS)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == wanted
