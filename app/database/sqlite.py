"""Opening SQLite: its pragmas, and a write lock that is waited for in turn."""

from __future__ import annotations

from sqlite3 import Connection as SQLiteConnection
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from app.database import waiting

#: Seconds between two looks at whether the write lock is free.
_PACE_SECONDS = 0.01


def options() -> dict[str, Any]:
    """Return what `create_engine` takes for a file."""
    return {"connect_args": {"timeout": waiting.BUSY_SECONDS}}


def prepare(engine: Engine) -> None:
    """Attach Carte's pragmas and its BEGIN."""
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
    if waiting.only_reads():
        connection.exec_driver_sql("BEGIN")
    else:
        _take_write_lock(connection)


def _take_write_lock(connection: Connection) -> None:
    """Ask for the write lock at an even pace until it is free; raises OperationalError out of patience.

    SQLite by itself asks ever more rarely, so whoever has just come goes before whoever has waited
    long: of eight who write without a pause, somebody would wait for seconds.
    """
    driver: Any = connection.connection.driver_connection
    end = monotonic() + waiting.patience()
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _has_begun(connection, final=monotonic() > end):
            sleep(_PACE_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={waiting.BUSY_SECONDS * 1000:.0f}")


def _has_begun(connection: Connection, *, final: bool) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if final or not waiting.is_busy(error):
            raise
        return False
    return True
