"""The copy of an SQLite database that a migration takes before it changes anything."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError


def copy(url: URL, revision: str) -> Path:
    """Copy the database into `backups/` beside it and return where; the caller holds its write lock.

    Raises CommandError, and leaves no file, where the copy cannot be written as a whole.
    """
    source = Path(url.database or "")
    folder = source.parent / "backups"
    target = folder / f"{source.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{revision}.sqlite3"
    # Only a whole copy gets the name of one; the write lock leaves this name to one process at a time.
    part = folder / f"{source.stem}.part"
    try:
        folder.mkdir(exist_ok=True)
        _write(url, part)
        part.replace(target)
    except (OSError, SQLAlchemyError) as error:
        _forget(part)
        raise CommandError(
            f"The database cannot be copied to {target}: {_reason(error)}; nothing was changed."
        ) from error
    return target


def _write(url: URL, part: Path) -> None:
    part.unlink(missing_ok=True)
    # It holds everything that the database holds: nobody else may read it.
    file = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM INTO :part"), {"part": str(part)})
        os.fsync(file)
    finally:
        os.close(file)


def _forget(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        # It met the same obstacle; the first reason is the one to tell.
        return


def _reason(error: OSError | SQLAlchemyError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return str(getattr(error, "orig", error)).strip()
