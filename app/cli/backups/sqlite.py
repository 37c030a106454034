"""An SQLite file: copied and replaced while people read and write it."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from app.cli.backups.contents import OWN, AtRest, Contents, Table
from app.cli.backups.pace import Pace
from app.cli.working import Failed
from app.database import BUSY_SECONDS

#: Steps of SQLite's virtual machine between two looks at the clock.
_STEPS = 100_000
#: Rows between two looks at the clock.
_ROWS = 10_000
#: Tables of SQLite's own; the numbers that AUTOINCREMENT gave are people's, though.
_OURS = "(name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR name = 'sqlite_sequence')"


class SQLite:
    """The file named by DATABASE_URL."""

    kind = "SQLite"

    def __init__(self, url: URL) -> None:
        self._database = str(url.database)
        with closing(self._open()) as connection:
            self._path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
        self.name, self.folder = self._path.stem, self._path.parent / "backups"

    def rows(self) -> int:
        """Return how many rows people would miss."""
        with closing(self._open()) as connection:
            counts = {
                name: connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0]  # noqa: S608
                for name in _tables(connection)
            }
        return sum(count for name, count in counts.items() if name not in OWN)

    def copy(self, target: Path) -> Contents:
        """Copy a snapshot; it waits for nobody and keeps nobody waiting."""
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        pace = Pace("Copying the database")
        with closing(self._open()) as connection:
            connection.set_progress_handler(pace, _STEPS)
            connection.execute("VACUUM INTO ?", (str(target),))
        return _contents_of(target)

    def prove(self, copy: Path, expected: Contents) -> str:
        """Check the copy's pages, references, schema and rows."""
        return prove(copy, expected)

    def put(self, copy: Path, expected: Contents, at_rest: AtRest) -> None:
        """Write the copy over the file in one transaction: readers go on with the old rows until it ends."""
        prove(copy, expected)
        with closing(self._open()) as target, closing(sqlite3.connect(copy)) as source:
            target.execute("PRAGMA journal_mode=WAL")
            target.execute("PRAGMA synchronous=FULL")
            # A file in WAL mode keeps the size of its pages.
            (size,) = target.execute("PRAGMA page_size").fetchone()
            if source.execute("PRAGMA page_size").fetchone() != (size,):
                source.execute(f"PRAGMA page_size={size}")
                source.execute("VACUUM")
            (pages,) = source.execute("PRAGMA page_count").fetchone()
            # Never all at once: the first step takes the lock, after which `at_rest` has its turn.
            step = max(1, min(1000, pages // 10))
            source.backup(target, pages=step, progress=_Watch(at_rest), sleep=0.05)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._database, uri=self._database.startswith("file:"), timeout=1, isolation_level=None
        )


class _Watch:
    """Follows a replacement step by step, and ends it when somebody else keeps the write lock."""

    def __init__(self, at_rest: AtRest) -> None:
        self._at_rest, self._rests = at_rest, False
        self._until = time.monotonic() + BUSY_SECONDS
        self._pace = Pace("Replacing the rows:")

    def __call__(self, status: int, remaining: int, total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            if time.monotonic() > self._until:
                raise Failed("Somebody has been writing all the time; nothing was changed. Try again.")
        elif not self._rests:
            self._rests = True
            self._at_rest()
        self._pace(f"{100 * (total - remaining) // max(1, total)} %")


def prove(copy: Path, expected: Contents) -> str:
    """Check a copy's pages, references, schema and rows; needs no database but the copy."""
    pace = Pace("Checking the copy")
    with closing(_read_only(copy)) as connection:
        connection.set_progress_handler(pace, _STEPS)
        (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if said != "ok":
            raise Failed(f"The backup cannot be restored: {' '.join(said.split())}")
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
        if orphan is not None:
            raise Failed(
                f"The backup cannot be restored: a row of {orphan[0]} refers to a missing {orphan[2]}"
            )
    wrong = list(expected.differences(_contents_of(copy)))
    if wrong:
        raise Failed(f"The backup cannot be restored: {'; '.join(wrong)}.")
    return "every page, reference, table and row was checked"


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _contents_of(path: Path) -> Contents:
    with closing(_read_only(path)) as connection:
        names = _tables(connection)
        if "alembic_version" not in names:
            return Contents("", "", {})
        revisions = [name for (name,) in connection.execute("SELECT version_num FROM alembic_version")]
        schema = connection.execute(
            f"SELECT type, name, tbl_name, sql FROM sqlite_master WHERE {_OURS} ORDER BY type, name"  # noqa: S608
        ).fetchall()
        tables = {name: _table(connection, name) for name in names}
    return Contents(",".join(sorted(revisions)), hashlib.sha256(repr(schema).encode()).hexdigest(), tables)


def _tables(connection: sqlite3.Connection) -> list[str]:
    named = f"SELECT name FROM sqlite_master WHERE type = 'table' AND {_OURS} ORDER BY name"  # noqa: S608
    return [name for (name,) in connection.execute(named)]


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns = connection.execute(f"PRAGMA table_info({_quoted(name)})").fetchall()
    keys = [column[1] for column in columns if column[5]] or [column[1] for column in columns]
    order = ", ".join(map(_quoted, keys))
    digest, rows, pace = hashlib.sha256(), 0, Pace(f"Reading {name}:")
    cursor = connection.cursor()
    # As bytes: also a text that is no text must not stop a backup.
    connection.text_factory = bytes
    for row in cursor.execute(f"SELECT * FROM {_quoted(name)} ORDER BY {order}"):  # noqa: S608
        digest.update(repr(row).encode())
        rows += 1
        if rows % _ROWS == 0:
            pace(f"{rows} rows")
    connection.text_factory = str
    return Table(rows, digest.hexdigest())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
