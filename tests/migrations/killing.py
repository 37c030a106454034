"""A program: a migration is killed at each of its statements in turn, and run again each time.

    python -m tests.migrations.killing START URL HISTORY upgrade|downgrade REVISION on|anew

START is the database as the migration finds it, URL one that is made from it. It prints how often
it killed, and ends with 1 where a run after a kill failed, or left anything but what an undisturbed
run leaves. "on": the run after a kill is the one that is killed a statement later, so that whatever
a kill leaves is met by all that follow. "anew": each kill is followed by a run to the end, and the
next one begins at START again. A fork of a process that has loaded everything costs a tenth of a
command.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, event, make_url, text

from migrations import postgresql
from tests.migrations import rows
from tests.migrations.description import describe
from tests.support.migrating import Schema
from tests.support.needs import POSTGRES_URL

Work = Callable[[], None]


def main(start: str, url: str, history: str, direction: str, revision: str, how: str) -> None:
    """Kill and run again until the migration ends before it is killed."""
    postgresql.POLL = 0.01
    schema = Schema(url, Path(history))
    if url.startswith("sqlite"):
        spare_the_disk()

    def migrate() -> None:
        getattr(schema, direction)(revision)

    put_back(start, url)
    assert in_child(migrate) == 0
    wanted = state(schema)
    put_back(start, url)
    kills = 0
    while (code := in_child(partial(killed_at, kills + 1, migrate))) != 0:
        assert code == -signal.SIGKILL, f"killed at step {kills}, it cannot be run again"
        kills += 1
        check_copies(start, url)
        if how == "anew":
            assert in_child(migrate) == 0, f"killed at step {kills}, it cannot be run again"
            assert state(schema) == wanted, f"killed at step {kills}, it left something else"
            put_back(start, url)
    assert state(schema) == wanted, "killed again and again, it left something else"
    sys.stdout.write(f"{kills}\n")


def spare_the_disk() -> None:
    """Wait for no disk: what is killed is a process, and the machine keeps its power."""
    os.fsync = lambda fd: None  # noqa: ARG005 -- its name is part of the signature
    event.listen(Engine, "connect", lambda made, _record: made.execute("PRAGMA synchronous=OFF"))


def in_child(work: Work) -> int:
    """Do it in a process of its own; return 0, 1 or minus the signal that ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
    except BaseException:  # noqa: BLE001 -- whatever it is, the parent hears of it
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def killed_at(number: int, work: Work) -> None:
    """Do it, but kill this process before this statement or commit."""
    steps = count(1)

    def step(*_: Any) -> None:
        if next(steps) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    work()


def state(schema: Schema) -> object:
    """Return the schema, the rows and the revision."""
    with schema.connect() as connection:
        revisions = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
        return describe(connection), rows.contents(connection, rows.shape(connection)), revisions


def put_back(start: str, url: str) -> None:
    """Make the database at `url` as the one at `start`, whatever it is now."""
    if url.startswith("sqlite"):
        for end in ("", "-wal", "-shm", "-journal"):
            Path(f"{_path(url)}{end}").unlink(missing_ok=True)
        if _path(start).exists():
            shutil.copyfile(_path(start), _path(url))
        return
    target, template = (Identifier(str(make_url(name).database)) for name in (url, start))
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(target))
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(target, template))
        server.execute(SQL("ALTER DATABASE {} SET synchronous_commit = off").format(target))


def check_copies(start: str, url: str) -> None:
    """See that each copy that has the name of one is whole, and remove it."""
    if not url.startswith("sqlite"):
        return
    for copy in (_path(url).parent / "backups").glob(f"{_path(url).stem}-*"):
        assert _dump(copy) == _dump(_path(start)), f"{copy.name} is no copy"
        copy.unlink()


def _dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


if __name__ == "__main__":
    main(*sys.argv[1:])
