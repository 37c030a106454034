"""A migration that is killed, at whichever statement, is run again and ends as if nothing had happened."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest

from tests.migrations import rows
from tests.support.migrating import Schema, head, history_with, revisions
from tests.support.needs import ROOT
from tests.support.running import subprocess_environment

pytestmark = pytest.mark.slow

CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.create_index("ix_menu_position", "menu", ["position"], postgresql_concurrently=True)
"""
AND_BACK = """
with op.get_context().autocommit_block():
    op.drop_index("ix_menu_position", "menu", postgresql_concurrently=True)
"""


#: Each way from one revision to its neighbour.
STEPS = [
    step
    for older, newer in pairwise(["base", *revisions()])
    for step in (("upgrade", older, newer), ("downgrade", newer, older))
]


@pytest.fixture
def kill(databases):
    """`kill("upgrade", "menus", "people")` returns how often that was killed and run again."""
    start, url = databases.empty(), databases.empty()

    def run(direction, here, there, *, how="on", history=ROOT / "migrations"):
        fill(start, here, history)
        words = [start, url, str(history), direction, there, how]
        done = subprocess.run(
            [sys.executable, "-m", "tests.migrations.killing", *words],
            cwd=ROOT,
            env=subprocess_environment({}),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    yield run
    for made in (start, url):
        databases.drop(made)


def fill(url, revision, history):
    """Bring an empty database to this revision, with the rows of each on the way."""
    schema = Schema(url, history)
    for name in revisions():
        if revision == "base":
            return
        schema.upgrade(name)
        with schema.connect() as connection:
            rows.insert(connection, name)
        if revision == name:
            return
    schema.upgrade(revision)


@pytest.mark.parametrize(("direction", "here", "there"), STEPS)
def test_each_statement_of_each_revision(kill, direction, here, there):
    kills = kill(direction, here, there)

    assert kills > 5


def test_each_statement_of_the_newest_revision_and_then_to_the_end(kill):
    direction, here, there = STEPS[-2]

    kills = kill(direction, here, there, how="anew")

    assert kills > 5


@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
def test_each_statement_around_an_index_that_is_built_while_people_write(kill, tmp_path, direction):
    history = history_with(tmp_path, CONCURRENTLY, AND_BACK)
    ends = (head(), "next") if direction == "upgrade" else ("next", head())

    kills = kill(direction, *ends, history=history)

    assert kills > 5
