"""How Carte opens its databases: no write is lost, nobody is locked out, a dead server is noticed soon."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from app import create_app, database
from app.extensions import db
from tests.support import filling
from tests.support.needs import POSTGRES_URL, needs
from tests.support.running import settings


def make(databases) -> Iterator[Flask]:
    url = databases.copy(filling.load_samples)
    app = create_app(settings(url))
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop(url)


@pytest.fixture
def sqlite_app(sqlite_databases):
    yield from make(sqlite_databases)


@pytest.fixture
def postgresql_app(postgresql_databases):
    yield from make(postgresql_databases)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 15_000)],
)
def test_every_sqlite_connection_has_its_pragmas(sqlite_app, pragma, value):
    with sqlite_app.app_context():
        first, second = db.engine.raw_connection(), db.engine.raw_connection()
        for connection in (first, second):
            assert connection.cursor().execute(f"PRAGMA {pragma}").fetchone() == (value,)
            connection.close()


def begun(app: Flask, work: Callable[[], object], **request: str) -> list[str]:
    """Return how transactions began while `work` ran within this request."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("BEGIN"):
            statements.append(statement)

    with app.test_request_context("/", **request):
        event.listen(db.engine, "before_cursor_execute", note)
        work()
        event.remove(db.engine, "before_cursor_execute", note)
    return statements


def read() -> None:
    db.session.connection().exec_driver_sql("SELECT count(*) FROM menu_item")


def read_then_write() -> None:
    read()
    database.begin_writing(db.session())
    read()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_reading_request_takes_no_lock(sqlite_app, method):
    assert begun(sqlite_app, read, method=method) == ["BEGIN"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_writing_request_takes_the_lock_at_once(sqlite_app, method):
    assert begun(sqlite_app, read, method=method) == ["BEGIN IMMEDIATE"]


def test_a_get_that_writes_says_so_and_takes_the_lock(sqlite_app):
    assert begun(sqlite_app, read_then_write, method="GET") == ["BEGIN", "BEGIN IMMEDIATE"]


def test_outside_a_request_everything_may_write(sqlite_app):
    statements: list[str] = []
    with sqlite_app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        read()
    assert statements[0] == "BEGIN IMMEDIATE"


@pytest.mark.parametrize("patience", [None, 0.01])
def test_a_statement_waits_as_long_as_ever_once_a_write_has_begun(sqlite_app, patience):
    with sqlite_app.test_request_context("/", method="POST"):
        database.begin_writing(db.session(), patience=patience)
        busy = db.session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert busy == 15_000


def test_whoever_waits_asks_at_an_even_pace_and_only_as_long_as_they_have_patience(sqlite_app, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(
        database.sqlite, "sleep", lambda seconds: (pauses.append(seconds), time.sleep(seconds))
    )
    with sqlite_app.test_request_context("/", method="POST"):
        with db.engine.begin():
            database.begin_writing(db.session(), patience=0.02)
            with pytest.raises(OperationalError) as refused:
                read()
        assert database.is_busy(refused.value)
        database.begin_writing(db.session())
        read()
    assert len(set(pauses)) == 1


def test_four_writers_lose_no_update(sqlite_app):
    start = threading.Barrier(4)

    def add_many() -> None:
        start.wait()
        for _ in range(25):
            with sqlite_app.test_request_context("/", method="POST"), db.engine.begin() as connection:
                price = connection.scalar(text("SELECT price FROM menu_item WHERE id = 1"))
                connection.execute(
                    text("UPDATE menu_item SET price = :price WHERE id = 1"), {"price": price + 1}
                )

    with sqlite_app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE menu_item SET price = 0 WHERE id = 1"))
    with ThreadPoolExecutor(4) as pool:
        for writer in [pool.submit(add_many) for _ in range(4)]:
            writer.result()

    with sqlite_app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("SELECT price FROM menu_item WHERE id = 1")) == 100


def test_readers_see_the_last_commit_while_somebody_writes(sqlite_app):
    with sqlite_app.app_context():
        with db.engine.begin() as writing:
            writing.execute(text("UPDATE menu_item SET price = 0 WHERE id = 1"))
        with db.engine.begin() as writing:
            writing.execute(text("UPDATE menu_item SET price = 7 WHERE id = 1"))
            with sqlite_app.test_request_context("/"), db.engine.connect() as reading:
                assert reading.scalar(text("SELECT price FROM menu_item WHERE id = 1")) == 0


@pytest.mark.parametrize(
    ("typed", "folded"), [("CRÈME", "crème"), ("ŁÓDŹ", "łódź"), ("ЩИ", "щи"), ("7 UP", "7 up"), (None, None)]
)
def test_lower_folds_every_alphabet(app, typed, folded):
    with app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("SELECT lower(CAST(:typed AS TEXT))"), {"typed": typed}) == folded


@needs("postgresql")
def test_a_postgresql_connection_gives_up_soon_and_prepares_nothing(postgresql_app):
    with postgresql_app.app_context(), db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        assert driver.info.get_parameters()["connect_timeout"] == "2"
        assert driver.prepare_threshold is None


@needs("postgresql")
@pytest.mark.parametrize(
    ("method", "patience", "waits"), [("GET", None, "3s"), ("POST", None, "15s"), ("POST", 0.1, "100ms")]
)
def test_nothing_waits_for_a_lock_without_end(postgresql_app, method, patience, waits):
    show = text("SHOW lock_timeout")
    with postgresql_app.test_request_context("/", method=method):
        if patience is not None:
            database.begin_writing(db.session(), patience=patience)
        assert db.session.connection().scalar(show) == waits
        db.session.rollback()
    # The same connection, from the pool.
    with postgresql_app.test_request_context("/"):
        assert db.session.connection().scalar(show) == "3s"


@needs("postgresql")
def test_a_connection_that_died_is_replaced_unnoticed(postgresql_app):
    with postgresql_app.app_context():
        with db.engine.connect() as connection:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
        with psycopg.connect(POSTGRES_URL) as server:
            server.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT pg_backend_pid()")) != pid


@needs("postgresql")
def test_a_changed_column_type_disturbs_no_open_connection(postgresql_app):
    query = text("SELECT price FROM menu_item WHERE id = 1")
    with postgresql_app.app_context(), db.engine.connect() as open_connection:
        for _ in range(10):
            open_connection.execute(query)
        open_connection.rollback()
        with db.engine.begin() as migrating:
            migrating.execute(text("ALTER TABLE menu_item ALTER COLUMN price TYPE BIGINT"))
        assert open_connection.execute(query).one() is not None


@needs("postgresql")
def test_an_unreachable_server_is_an_error_not_a_wait(tmp_path):
    app = create_app(settings("postgresql://postgres@127.0.0.1:1/none"))
    with app.app_context(), pytest.raises(OperationalError, match="Connection refused"):
        db.session.connection()
