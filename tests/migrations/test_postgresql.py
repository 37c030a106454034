"""PostgreSQL: one migration at a time, each revision for itself, and never long in anybody's way."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from alembic.util import CommandError
from sqlalchemy import text

from migrations import postgresql
from tests.migrations import rows
from tests.support.migrating import Schema, head, history_with, revisions
from tests.support.needs import needs

pytestmark = needs("postgresql")


LOCKING = "op.execute('ALTER TABLE menu ADD COLUMN season VARCHAR(20)')"


@pytest.fixture
def url(postgresql_databases):
    url = postgresql_databases.empty()
    Schema(url).upgrade()
    yield url
    postgresql_databases.drop(url)


@pytest.fixture
def other(url):
    """Somebody else's connection to the same database."""
    with psycopg.connect(url) as connection:
        yield connection


def revision_of(url: str) -> str | None:
    with Schema(url).connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def test_an_upgrade_waits_for_another_one(url, other, tmp_path, monkeypatch):
    schema = Schema(url, history_with(tmp_path, LOCKING))
    other.execute("SELECT pg_advisory_lock(%s)", [postgresql._LOCK])
    waits = []

    def sleep(seconds):
        waits.append(revision_of(url))
        other.execute("SELECT pg_advisory_unlock_all()")

    monkeypatch.setattr(postgresql.time, "sleep", sleep)
    schema.upgrade()

    assert waits == [head()]
    assert revision_of(url) == "next"


def test_who_waits_is_in_no_transaction_that_an_index_would_wait_for(url, other, tmp_path, monkeypatch):
    schema = Schema(url, history_with(tmp_path, LOCKING))
    other.execute("SELECT pg_advisory_lock(%s)", [postgresql._LOCK])
    other.commit()
    other.autocommit = True

    def sleep(seconds):
        other.execute("CREATE INDEX CONCURRENTLY ix_test ON menu (name)")
        other.execute("SELECT pg_advisory_unlock_all()")

    monkeypatch.setattr(postgresql.time, "sleep", sleep)
    other.execute("SET statement_timeout = '20s'")
    schema.upgrade()

    assert revision_of(url) == "next"


def test_an_upgrade_does_not_wait_for_ever(url, other, tmp_path, monkeypatch):
    other.execute("SELECT pg_advisory_lock(%s)", [postgresql._LOCK])
    monkeypatch.setattr(postgresql, "PATIENCE", -1)

    with pytest.raises(CommandError, match="Another migration"):
        Schema(url, history_with(tmp_path, LOCKING)).upgrade()

    assert revision_of(url) == head()


def test_a_busy_table_is_tried_again(url, other, tmp_path, monkeypatch):
    schema = Schema(url, history_with(tmp_path, LOCKING))
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT", "SET lock_timeout = '50ms'")
    other.execute("SELECT count(*) FROM menu")
    tries = []

    def sleep(seconds):
        tries.append(seconds)
        if len(tries) == 2:
            other.rollback()

    monkeypatch.setattr(postgresql.time, "sleep", sleep)
    schema.upgrade()

    assert len(tries) == 2
    assert revision_of(url) == "next"


def test_a_table_that_stays_busy_ends_it_in_one_line(url, other, tmp_path, monkeypatch):
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT", "SET lock_timeout = '20ms'")
    pauses: list[float] = []
    monkeypatch.setattr(postgresql.time, "sleep", pauses.append)
    other.execute("SELECT count(*) FROM menu")

    with pytest.raises(
        CommandError, match=r"^canceling statement due to lock timeout \(in: ALTER TABLE"
    ) as failure:
        Schema(url, history_with(tmp_path, LOCKING)).upgrade()

    assert "\n" not in str(failure.value)
    assert len(pauses) == postgresql.TRIES - 1
    assert revision_of(url) == head()


def test_revisions_that_are_done_stay_done_and_a_failing_one_leaves_nothing(postgresql_databases, tmp_path):
    url = postgresql_databases.empty()
    failing = f"{LOCKING}\nop.execute('SELECT nonsense')"
    schema = Schema(url, history_with(tmp_path, failing))

    with pytest.raises(CommandError, match='column "nonsense" does not exist'):
        schema.upgrade()

    assert revision_of(url) == head()
    Schema(url).check()
    postgresql_databases.drop(url)


CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.create_index("ix_menu_position", "menu", ["position"], postgresql_concurrently=True)
"""
WAITS = """
SELECT 1 FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX CONCURRENTLY%'
AND datname = current_database() AND clock_timestamp() - query_start > interval '200 ms'
"""


def is_valid(url: str) -> bool | None:
    valid = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_menu_position')")
    with Schema(url).connect() as connection:
        return connection.scalar(valid)


def test_an_index_can_be_built_while_people_write(url, other, tmp_path, monkeypatch):
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT", "SET lock_timeout = '20ms'")
    schema = Schema(url, history_with(tmp_path, CONCURRENTLY))
    other.execute("UPDATE menu SET position = 1")
    upgrade = threading.Thread(target=schema.upgrade)

    upgrade.start()
    end = time.monotonic() + 60
    with psycopg.connect(url, autocommit=True) as watch:
        while upgrade.is_alive() and not watch.execute(WAITS).fetchone():
            assert time.monotonic() < end
    other.commit()
    upgrade.join(60)

    assert is_valid(url) is True
    assert revision_of(url) == "next"


def test_what_is_left_of_an_index_is_built_anew(url, other, tmp_path):
    schema = Schema(url, history_with(tmp_path, CONCURRENTLY))
    other.execute("UPDATE menu SET position = 1")
    with psycopg.connect(url, autocommit=True) as ended:
        ended.execute("SET lock_timeout = '20ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            ended.execute("CREATE INDEX CONCURRENTLY ix_menu_position ON menu (position)")
    other.commit()
    assert is_valid(url) is False

    schema.upgrade()

    assert is_valid(url) is True


def test_a_constraint_is_added_without_copying_and_every_child_stays(postgresql_databases, tmp_path):
    url = postgresql_databases.empty()
    schema = Schema(url)
    for revision in revisions():
        schema.upgrade(revision)
        with schema.connect() as connection:
            rows.insert(connection, revision)
    with schema.connect() as connection:
        before = rows.contents(connection, shape := rows.shape(connection))

    Schema(
        url,
        history_with(tmp_path, 'op.create_check_constraint("ck_menu_short", "menu", "length(name) < 100")'),
    ).upgrade()

    with schema.connect() as connection:
        assert rows.contents(connection, shape) == before
    postgresql_databases.drop(url)
