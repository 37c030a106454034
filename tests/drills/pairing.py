"""Pairs of dishes that change together, in one transaction: where they differ, half of one is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine, make_url, select
from sqlalchemy.orm import Session

from app import tenancy
from app.models import MenuItem
from tests.drills import editing, load
from tests.house.starting import Start
from tests.support import running

#: How many browsers write, each to a pair of its own.
WRITERS = 8

Pair = tuple[int, int]
_CHECKS = ("integrity_check", "foreign_key_check")


def pairs(url: str) -> list[Pair]:
    """Return two dishes for each writer, none of which anybody has changed."""
    with _session(url) as session:
        rows = session.scalars(select(MenuItem).where(MenuItem.version == 1).order_by(MenuItem.id))
        items = [row.id for row in rows][: 2 * WRITERS]
    return list(zip(items[::2], items[1::2], strict=True))


def steps(server: Start, of: list[Pair], ledger: load.Ledger) -> list[load.Step]:
    """Eight browsers of an administrator turn their pairs on and off; two more read."""
    link = server.links["Sign in"]
    return [
        *(editing.turn_by_batch(load.sign_in(link, "ada"), pair, ledger) for pair in of),
        editing.read(load.sign_in(link, "ada"), ["/admin/items/"], ledger),
        editing.read(load.Browser(server.links["Guest page"]), ["/restaurant/1/", "/"], ledger),
    ]


def more_than(ledger: load.Ledger, count: int) -> Callable[[], bool]:
    """Return the question whether more than so many writes have been acknowledged."""
    return lambda: len(ledger.acknowledged) > count


def versions(url: str) -> dict[int, int]:
    """Return each dish's version: 1, and 1 more for each write."""
    with _session(url) as session:
        return {row.id: row.version for row in session.scalars(select(MenuItem))}


def is_whole(url: str, of: list[Pair]) -> bool:
    """Tell whether every pair is alike and the database is sound."""
    with _session(url) as session:
        rows = {row.id: (row.version, row.sold_out_at is None) for row in session.scalars(select(MenuItem))}
    return all(rows[one] == rows[other] for one, other in of) and _is_sound(url)


def flask(project: Path, url: str, *args: object) -> running.Finished:
    """Run a command in the scratch copy of the project; it must succeed."""
    done = running.run_flask(*map(str, args), env=running.environment(url), cwd=project)
    assert done.code == 0, done.err
    return done


def _is_sound(url: str) -> bool:
    """Tell whether SQLite finds all pages and references in order; PostgreSQL does when it restores."""
    if not url.startswith("sqlite"):
        return True
    with closing(sqlite3.connect(str(make_url(url).database))) as connection:
        return [connection.execute(f"PRAGMA {check}").fetchall() for check in _CHECKS] == [[("ok",)], []]


@contextmanager
def _session(url: str) -> Iterator[Session]:
    engine = create_engine(running.settings(url).database_url, poolclass=NullPool)
    with Session(engine) as session:
        tenancy.enter(session, tenancy.Unscoped(tenancy.Reason.COMMAND_LINE))
        yield session
