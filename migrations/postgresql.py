"""Migrating PostgreSQL: one at a time, and never in the way of people for more than a moment."""

from __future__ import annotations

import time
from typing import Any

from alembic import context
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Index, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from app.database import engine_options

#: A migration that waits for a table lock makes every later query of that table wait behind it:
#: less than a second, so that nobody in a kitchen notices.
LOCK_TIMEOUT = "SET lock_timeout = '700ms'"

#: How often a migration starts again after it met a busy table, and the pause before it, in seconds.
TRIES, PAUSE = 20, 2

#: How long one upgrade waits for another, and how often it looks, in seconds.
PATIENCE, POLL = 600, 0.25

_NO_LOCK_TIMEOUT = "SET lock_timeout = 0"

#: The number of the advisory lock; any number will do, as long as it stays the same.
_LOCK = 0x6361727465

_LOCK_NOT_AVAILABLE, _DEADLOCK = "55P03", "40P01"


class PostgreSQL(PostgresqlImpl):
    """Alembic's PostgreSQL, for which CREATE INDEX CONCURRENTLY and DROP INDEX CONCURRENTLY can run twice.

    Both commit as they go: a run that is killed leaves an index, valid or not, without its revision.
    They wait for everybody's transactions while nobody waits for them, so they wait as long as it takes;
    a time-out would leave an invalid index too.
    """

    __dialect__ = "postgresql"

    def create_index(self, index: Index, **kw: Any) -> None:
        if _is_concurrent(index):
            self.drop_index(index)
            self._exec(text(_NO_LOCK_TIMEOUT))
        super().create_index(index, **kw)
        if _is_concurrent(index):
            self._exec(text(LOCK_TIMEOUT))

    def drop_index(self, index: Index, **kw: Any) -> None:
        if not _is_concurrent(index):
            super().drop_index(index, **kw)
            return
        self._exec(text(_NO_LOCK_TIMEOUT))
        super().drop_index(index, **{**kw, "if_exists": True})
        self._exec(text(LOCK_TIMEOUT))


def _is_concurrent(index: Index) -> bool:
    return bool(index.dialect_options["postgresql"]["concurrently"])


def run(url: URL, options: dict[str, Any], *, changes: bool) -> None:
    """Run the command, each revision in a transaction of its own."""
    connect_args = engine_options(url.drivername)["connect_args"]
    engine = create_engine(url, poolclass=NullPool, connect_args=connect_args)
    with engine.connect() as connection:
        if changes:
            _wait_for_turn(connection)
        _try_often(connection, options)


def _wait_for_turn(connection: Connection) -> None:
    """Take the lock, which ends with the connection.

    It asks again and again: a blocked `pg_advisory_lock` is a transaction that CREATE INDEX
    CONCURRENTLY waits for, while it waits itself.
    """
    until = time.monotonic() + PATIENCE
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": _LOCK}):
        connection.rollback()
        if time.monotonic() > until:
            raise CommandError("Another migration has been running for ten minutes; try again later.")
        time.sleep(POLL)
    connection.commit()


def _try_often(connection: Connection, options: dict[str, Any]) -> None:
    """Start again where a table was busy; revisions that are done stay done."""
    for left in reversed(range(TRIES)):
        connection.exec_driver_sql(LOCK_TIMEOUT)
        connection.commit()
        try:
            _migrate(connection, options)
        except OperationalError as error:
            connection.rollback()
            if not left or getattr(error.orig, "sqlstate", None) not in {_LOCK_NOT_AVAILABLE, _DEADLOCK}:
                raise
            time.sleep(PAUSE)
        else:
            return


def _migrate(connection: Connection, options: dict[str, Any]) -> None:
    context.configure(connection=connection, transaction_per_migration=True, **options)
    with context.begin_transaction():
        context.run_migrations()
