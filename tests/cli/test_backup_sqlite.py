"""`flask backup` on SQLite: readers, writers and pages while a file is replaced."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import make_url

from app.cli.backups import sqlite
from tests.support import filling
from tests.support.backups import raise_price


@pytest.fixture
def url(sqlite_databases):
    url = sqlite_databases.copy(filling.load_samples)
    yield url
    sqlite_databases.drop(url)


@pytest.fixture
def database(url):
    return sqlite.SQLite(make_url(url))


def test_a_reader_keeps_the_old_rows_and_then_sees_the_new(database, url, tmp_path):
    contents = database.copy(tmp_path / "copy")
    raise_price(url, 1000)
    with closing(sqlite3.connect(make_url(url).database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        read = "SELECT price FROM menu_item WHERE id = 1"
        old = reader.execute(read).fetchone()

        database.put(tmp_path / "copy", contents, lambda: None)

        assert reader.execute(read).fetchone() == old
        reader.execute("COMMIT")
        assert reader.execute(read).fetchone() == (old[0] - 1000,)
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_writer_who_never_ends_is_not_waited_for_for_ever(database, url, tmp_path, monkeypatch):
    contents = database.copy(tmp_path / "copy")
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(make_url(url).database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE menu_item SET price = 777 WHERE id = 1")

        with pytest.raises(sqlite.Failed, match="writing all the time; nothing was changed"):
            database.put(tmp_path / "copy", contents, lambda: None)

        writer.execute("COMMIT")
    assert database.copy(tmp_path / "after") != contents


def test_pages_of_another_size_are_made_to_fit(database, url, tmp_path):
    contents = database.copy(tmp_path / "copy")
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("PRAGMA page_size=8192")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE anything (id INTEGER)")

    target = sqlite.SQLite(make_url(f"sqlite:///{other}"))
    target.put(tmp_path / "copy", contents, lambda: None)

    assert target.copy(tmp_path / "again") == contents


def test_a_damaged_copy_is_not_put_anywhere(database, url, tmp_path):
    contents = database.copy(tmp_path / "copy")
    good = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(good[:8192] + bytes(4096) + good[12288:])

    with pytest.raises((sqlite.Failed, sqlite3.DatabaseError)):
        database.put(tmp_path / "copy", contents, lambda: None)

    assert database.copy(tmp_path / "after") == contents


def test_a_row_without_its_parent_is_noticed(database, url, tmp_path):
    with closing(sqlite3.connect(make_url(url).database)) as connection:
        connection.execute("DELETE FROM section WHERE id = 1")
        connection.commit()

    with pytest.raises(sqlite.Failed, match="a row of menu_item refers to a missing section"):
        sqlite.prove(tmp_path / "copy", database.copy(tmp_path / "copy"))
