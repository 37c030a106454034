"""Faults of the database and of the disk within a request: told as they are, and nothing left behind."""

from __future__ import annotations

import errno
import sqlite3
import tempfile
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import create_app, database
from app.admin.views.items import ItemView
from app.extensions import db
from app.web import error_words as words
from app.web.faults import words_for_fault
from tests.support.needs import POSTGRES_URL, needs
from tests.support.rows import Rows
from tests.support.running import settings


class _Full(sqlite3.OperationalError):
    sqlite_errorcode = sqlite3.SQLITE_FULL


def _said(cause: BaseException) -> OperationalError:
    return OperationalError("INSERT", {}, cause)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (_said(_Full("database or disk is full")), words.DISK_FULL),
        (_said(psycopg.errors.DiskFull("could not extend file")), words.DISK_FULL),
        (OSError(errno.ENOSPC, "No space left on device"), words.DISK_FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), words.DISK_FULL),
        (_said(psycopg.errors.UndefinedTable("relation")), words.NO_SCHEMA),
        (_said(psycopg.errors.LockNotAvailable("canceling")), words.BUSY),
        (_said(psycopg.errors.AdminShutdown("terminating")), words.UNREACHABLE),
        (OSError(errno.EIO, "Input/output error"), None),
        (ValueError("ours"), None),
    ],
)
def test_a_fault_is_told_by_what_was_said(error, said):
    assert words_for_fault(error, writes=False) == said


def test_who_was_writing_is_told_to_look_first():
    lost = _said(psycopg.OperationalError("server closed the connection"))

    assert words_for_fault(lost, writes=True) == words.UNREACHABLE_WRITING


@pytest.fixture
def scratch(monkeypatch, tmp_path):
    """Where files come and go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_whose_database_goes_in_the_middle_hands_out_no_half(
    app, sign_in, session, monkeypatch, scratch, kind
):
    app.testing = False
    Rows(session).add_items(1200)
    ada, rows = sign_in("ada"), []
    original = ItemView.get_export_value

    def value(view, row, name):
        rows.append(row.id)
        if len(rows) == 7000:
            raise _said(psycopg.errors.AdminShutdown("terminating connection"))
        return original(view, row, name)

    monkeypatch.setattr(ItemView, "get_export_value", value)
    answer = ada.get(f"/admin/items/export/{kind}/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert 'data-person="ada"' in answer.text
    assert list(scratch.iterdir()) == []


@pytest.fixture
def patient(postgresql_databases, monkeypatch) -> Iterator[Flask]:
    """Carte on PostgreSQL, out of patience soon."""
    monkeypatch.setattr(database.postgresql, "STATEMENT_SECONDS", 0.2)
    monkeypatch.setattr(database.postgresql, "ANSWER_SECONDS", 0.2)
    url = postgresql_databases.empty()
    app = create_app(settings(url))
    yield app
    with app.app_context():
        db.engine.dispose()
    postgresql_databases.drop(url)


@needs("postgresql")
def test_a_statement_that_never_ends_is_given_up(patient):
    with patient.test_request_context("/"), db.engine.connect() as connection:
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT pg_sleep(60)"))
        assert connection.invalidated
    # For a moment nobody is kept waiting for that server, then all is well again.
    with (
        patient.test_request_context("/"),
        pytest.raises(OperationalError, match="did not answer a moment ago"),
    ):
        db.engine.connect()


@needs("postgresql")
def test_a_command_may_take_its_time(patient):
    with patient.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("SELECT 1 FROM pg_sleep(0.5)")) == 1


@needs("postgresql")
def test_a_rollback_that_reaches_nobody_is_a_rollback(patient):
    with patient.app_context():
        with db.engine.connect() as connection:
            pid = connection.scalar(text("SELECT pg_backend_pid()"))
            with psycopg.connect(POSTGRES_URL) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT pg_backend_pid()")) != pid
