"""What a fault of the database or of the disk comes to, for the page that tells of it.

Both databases raise one `OperationalError` for a server that is gone, for tables that are missing
and for a disk without room; only what they say beside it tells which.
"""

from __future__ import annotations

import sqlite3
from errno import EDQUOT, ENOSPC

import psycopg
from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.database import is_busy
from app.web import error_words as words
from app.web.error_words import Words

#: What the database raises when it cannot be used; the last where somebody went on after such a fault.
UNUSABLE = (OperationalError, InterfaceError, PoolTimeout, PendingRollbackError)

# How SQLite and PostgreSQL say that a table or column is not there.
_SCHEMA_FAULTS = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")
# SQLite needs room for its shared memory too, and then calls it an I/O error.
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}


def words_for_fault(error: object, *, writes: bool) -> Words | None:
    """Return what to say about a fault that waiting or an operator mends; None for a fault of Carte's own.

    `writes`: whether the request was to change something.
    """
    if is_disk_full(error):
        return words.DISK_FULL
    if is_busy(error):
        return words.BUSY
    if _lacks_schema(error):
        return words.NO_SCHEMA
    if isinstance(error, UNUSABLE):
        return words.UNREACHABLE_WRITING if writes else words.UNREACHABLE
    return None


def is_disk_full(error: object) -> bool:
    """Tell whether somebody had no room left to write: a database, or this process in a file."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in _NO_ROOM
    if isinstance(cause, OSError):
        return cause.errno in {ENOSPC, EDQUOT}
    return isinstance(cause, psycopg.errors.DiskFull)


def _lacks_schema(error: object) -> bool:
    if not isinstance(error, (OperationalError, ProgrammingError)):
        return False
    said = f"{type(error.orig).__name__} {error}"
    return any(sign in said for sign in _SCHEMA_FAULTS)
