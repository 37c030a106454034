"""Real databases for tests: prepared once a process as a template, copied for each test.

A PostgreSQL database is named for the machine and the process that made it, so that several people
can run the tests at once, and so that what a killed run left behind is known and dropped.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import zlib
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from tests.support.needs import POSTGRES_URL

#: Fills an empty database, given its address.
Filling = Callable[[str], None]


class SQLiteDatabases:
    """Databases as files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[Filling, Path] = {}
        self._numbers = count(1)

    def empty(self) -> str:
        """Return the address of a database that does not exist yet."""
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.sqlite3'}"

    def copy(self, fill: Filling) -> str:
        """Return the address of a new database, as `fill` leaves it."""
        if fill not in self._templates:
            url = self.empty()
            fill(url)
            self._templates[fill] = self._path(url)
        url = self.empty()
        shutil.copyfile(self._templates[fill], self._path(url))
        return url

    def drop(self, url: str) -> None:
        """Delete the file, and what SQLite keeps beside it."""
        for end in ("", "-wal", "-shm"):
            Path(f"{self._path(url)}{end}").unlink(missing_ok=True)

    def close(self) -> None:
        """Leave the files to pytest, which keeps the last few runs."""

    def _path(self, url: str) -> Path:
        return Path(url.removeprefix("sqlite:///"))


class PostgreSQLDatabases:
    """Databases on the server of TEST_POSTGRES_URL."""

    _PREFIX = f"carte_test_{zlib.crc32(socket.gethostname().encode()):08x}"

    def __init__(self) -> None:
        self._server = psycopg.connect(POSTGRES_URL, autocommit=True, connect_timeout=3)
        self._templates: dict[Filling, str] = {}
        self._numbers = count(1)
        self._made: set[str] = set()
        for (name,) in self._server.execute("SELECT datname FROM pg_database").fetchall():
            if self._is_stale(name):
                self._drop(name)

    def empty(self) -> str:
        """Return the address of a new database without a table."""
        return self._create(template="template1")

    def copy(self, fill: Filling) -> str:
        """Return the address of a new database, as `fill` leaves it."""
        if fill not in self._templates:
            url = self.empty()
            fill(url)
            self._templates[fill] = self._name(url)
        return self._create(template=self._templates[fill])

    def drop(self, url: str) -> None:
        """Drop the database, whoever is still connected."""
        self._drop(self._name(url))

    def close(self) -> None:
        """Drop every database of this process."""
        for name in tuple(self._made):
            self._drop(name)
        self._server.close()

    def _create(self, *, template: str) -> str:
        name = f"{self._PREFIX}_{os.getpid()}_{next(self._numbers)}"
        self._server.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        )
        self._made.add(name)
        return make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)

    def _drop(self, name: str) -> None:
        self._server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        self._made.discard(name)

    def _name(self, url: str) -> str:
        return str(make_url(url).database)

    def _is_stale(self, name: str) -> bool:
        match = re.fullmatch(rf"{self._PREFIX}_(\d+)_\d+", name)
        return match is not None and not Path(f"/proc/{match[1]}").exists()


Databases = SQLiteDatabases | PostgreSQLDatabases
