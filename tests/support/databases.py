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
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from tests.support import resetting
from tests.support.needs import POSTGRES_URL

_DISCONNECT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"

#: The name of connections by which the tests arrange and look; whoever asks who is there leaves them out.
OURS = "carte tests"

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
    """Databases on the server of TEST_POSTGRES_URL.

    Making and dropping one takes the server half a second, so a copy that a test is done with is put
    back as it was (see resetting.py) for the next test, unless the test changed its schema.
    """

    _PREFIX = f"carte_test_{zlib.crc32(socket.gethostname().encode()):08x}"

    def __init__(self) -> None:
        self._server = psycopg.connect(POSTGRES_URL, autocommit=True, connect_timeout=3)
        self._templates: dict[Filling, str] = {}
        self._numbers = count(1)
        self._made: set[str] = set()
        #: By what they are filled with: the copies that are free, and the ones that are in use.
        self._free: dict[Filling, list[str]] = {}
        self._lent: dict[str, Filling] = {}
        #: Who puts a copy back: a connection that is new to a database takes ten times as long.
        self._hands: dict[str, psycopg.Connection[Any]] = {}
        for (name,) in self._server.execute("SELECT datname FROM pg_database").fetchall():
            if self._is_stale(name):
                self._drop(name)

    def empty(self) -> str:
        """Return the address of a new database without a table."""
        return self._address(self._create(template="template1"))

    def copy(self, fill: Filling) -> str:
        """Return the address of a database as `fill` leaves it, which nobody else uses."""
        name = self._reset(fill) or self._create(template=self._template(fill))
        self._lent[name] = fill
        return self._address(name)

    def drop(self, url: str) -> None:
        """Take the database back, whoever is still connected."""
        name = str(make_url(url).database)
        if name in self._lent:
            self._free.setdefault(self._lent.pop(name), []).append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Drop every database of this process."""
        for name in tuple(self._made):
            self._drop(name)
        self._server.close()

    def _template(self, fill: Filling) -> str:
        if fill not in self._templates:
            url = self.empty()
            fill(url)
            resetting.remember(url)
            self._templates[fill] = str(make_url(url).database)
        return self._templates[fill]

    def _reset(self, fill: Filling) -> str | None:
        """Return a free database, as it was; None when there is none that can be put back."""
        while self._free.get(fill):
            name = self._free[fill].pop()
            if name not in self._hands:
                self._hands[name] = psycopg.connect(
                    self._address(name), autocommit=True, application_name=OURS
                )
            self._server.execute(_DISCONNECT, (name, self._hands[name].info.backend_pid))
            if resetting.reset(self._hands[name]):
                return name
            self._drop(name)
        return None

    def _create(self, *, template: str) -> str:
        name = f"{self._PREFIX}_{os.getpid()}_{next(self._numbers)}"
        self._server.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        )
        # No test loses the machine's power.
        self._server.execute(SQL("ALTER DATABASE {} SET synchronous_commit = off").format(Identifier(name)))
        self._made.add(name)
        return name

    def _drop(self, name: str) -> None:
        if name in self._hands:
            self._hands.pop(name).close()
        self._server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        self._made.discard(name)

    def _address(self, name: str) -> str:
        return make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)

    def _is_stale(self, name: str) -> bool:
        match = re.fullmatch(rf"{self._PREFIX}_(\d+)_\d+", name)
        return match is not None and not Path(f"/proc/{match[1]}").exists()


Databases = SQLiteDatabases | PostgreSQLDatabases
