"""Five `flask db upgrade` at once: each revision runs once, and all five succeed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from migrations import postgresql
from tests.migrations import rows
from tests.migrations.description import describe
from tests.support.databases import OURS
from tests.support.migrating import Schema, history_with, revisions
from tests.support.running import copy_project, environment, subprocess_environment

pytestmark = pytest.mark.slow

#: How many, and the seconds after which one of them is called stuck.
PROCESSES, PATIENCE = 5, 120

CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.create_index("ix_menu_position", "menu", ["position"], postgresql_concurrently=True)
"""


@pytest.fixture
def project(tmp_path):
    """A scratch copy of the project, with one more revision."""
    project = copy_project(tmp_path / "project")
    shutil.rmtree(project / "migrations")
    history_with(project, CONCURRENTLY)
    return project


@contextmanager
def held_up(url: str, processes: list[subprocess.Popen[str]]) -> Iterator[None]:
    """Be the migration that all of them wait for, until all of them are there."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(path, isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            yield
            wait_for(lambda: all(has_open(process, path) for process in processes))
        return
    there = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name <> %s"
    )
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [postgresql._LOCK])
        yield
        wait_for(lambda: server.execute(there, [OURS]).fetchone()[0] > PROCESSES)


def wait_for(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "they never were there all at once"
        time.sleep(0.05)


def has_open(process: subprocess.Popen[str], path: Path) -> bool:
    return any(Path(file).resolve() == path.resolve() for file in Path(f"/proc/{process.pid}/fd").iterdir())


def upgrade_together(url: str, project: Path) -> str:
    """Return what they said, together."""
    processes: list[subprocess.Popen[str]] = []
    try:
        with held_up(url, processes):
            processes += [
                subprocess.Popen(
                    [sys.executable, "-m", "flask", "db", "upgrade"],
                    cwd=project,
                    env=subprocess_environment(environment(url)),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                for _ in range(PROCESSES)
            ]
        said = [process.communicate(timeout=PATIENCE)[1] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0] * PROCESSES, said
    return "".join(said)


def pending(after: str) -> list[str]:
    """Return the lines of the revisions that follow, each once."""
    history = ["", *revisions(), "next"]
    return [
        f"Running upgrade {older} -> {newer}"
        for older, newer in pairwise(history)
        if history.index(newer) > history.index(after)
    ]


def ran(said: str) -> list[str]:
    return sorted(line.partition(",")[0] for line in said.splitlines() if line.startswith("Running"))


def end_state(url: str) -> object:
    with Schema(url).connect() as connection:
        return describe(connection), rows.contents(connection, rows.shape(connection))


@pytest.mark.parametrize("start", ["", "menus"], ids=["from nothing", "from the first revision"])
def test_each_revision_runs_once_and_all_succeed(databases, project, start):
    url, alone = databases.empty(), databases.empty()
    for each in (url, alone):
        if start:
            schema = Schema(each)
            schema.upgrade(start)
            with schema.connect() as connection:
                rows.insert(connection, start)

    said = upgrade_together(url, project)

    assert ran(said) == sorted(pending(start))
    Schema(alone, project / "migrations").upgrade()
    assert end_state(url) == end_state(alone)
    for made in (url, alone):
        databases.drop(made)
