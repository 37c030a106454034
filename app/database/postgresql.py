"""Opening PostgreSQL, and giving up in time on one that keeps silent or is held up."""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from flask import has_request_context
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event

from app.database import waiting

#: Seconds that the server is given to take a connection; libpq takes no fewer.
CONNECT_SECONDS = 2
#: Seconds that it is given to say that it is there, and to take back a transaction.
ANSWER_SECONDS = 2
#: Seconds that one statement of a request may take: more than it may wait for locks.
STATEMENT_SECONDS = 20
#: Seconds after a silence in which nobody else is kept waiting for the same server.
SILENCE_SECONDS = 1

#: How the kernel finds out that a host is gone which closed nothing; the last is in milliseconds.
_KEEPALIVE = {
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": ANSWER_SECONDS * 1000,
}

_T = TypeVar("_T")


def options() -> dict[str, Any]:
    """Return what `create_engine` takes for a server.

    No server-side prepared statements: after a migration changes a column's type, an open connection
    would fail once with "cached plan must not change result type".
    """
    return {
        "connect_args": {"connect_timeout": CONNECT_SECONDS, "prepare_threshold": None, **_KEEPALIVE},
        "pool_pre_ping": True,
        "pool_timeout": 3,
    }


def prepare(engine: Engine) -> None:
    """Attach Carte's patience: with the server, and with the locks of others."""
    event.listen(engine, "do_connect", _Line().connect)
    event.listen(engine, "connect", _limit_waiting)
    event.listen(engine, "begin", _wait_longer)


def _limit_waiting(connection: Any, _record: object) -> None:
    # Otherwise a thread of the server waits for as long as somebody else holds a lock, and so does
    # the next one, until nobody is left to answer. Outside a transaction: a rollback would undo it.
    before, connection.autocommit = connection.autocommit, True
    connection.execute(f"SET lock_timeout = {waiting.READ_SECONDS * 1000}")
    connection.autocommit = before


def _wait_longer(connection: Connection) -> None:
    if not waiting.only_reads():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {waiting.patience() * 1000:.0f}")


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
