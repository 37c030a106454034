"""`flask backup` on PostgreSQL: its programs, its locks, and the workers that are connected."""

from __future__ import annotations

import shutil
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from app.cli.backups import archive, postgresql, programs, replacing
from tests.support import filling
from tests.support.needs import needs

pytestmark = needs("postgresql")


@pytest.fixture
def url(postgresql_databases):
    url = postgresql_databases.copy(filling.load_samples)
    yield url
    postgresql_databases.drop(url)


@pytest.fixture
def database(url):
    return postgresql.PostgreSQL(make_url(url))


def test_the_password_is_never_on_a_command_line(url, tmp_path, monkeypatch):
    seen = []
    popen = programs.subprocess.Popen

    def note(command, **kwargs):
        if "env" in kwargs:
            seen.append((command, kwargs["env"].get("PGPASSWORD")))
        return popen(command, **kwargs)

    monkeypatch.setattr(programs.subprocess, "Popen", note)
    for secret in (make_url(url).set(password="s3cret%"), make_url(f"{url}?password=s3cret%25")):
        seen.clear()
        database = postgresql.PostgreSQL(secret)
        contents = database.copy(tmp_path / "copy")
        database.put(tmp_path / "copy", contents, lambda: None)
        (tmp_path / "copy").unlink()

        assert [Path(command[0]).name for command, _ in seen] == ["pg_dump", "psql", "pg_restore"]
        assert "s3cret" not in str([command for command, _ in seen])
        assert [password for _, password in seen] == ["s3cret%", "s3cret%", None]
        assert "s3cret" not in repr(database.address)


@pytest.mark.parametrize("name", ["pg_dump", "pg_restore", "psql"])
def test_a_missing_program_is_one_line(database, tmp_path, monkeypatch, name):
    def copy_or_put():
        if name == "pg_dump":
            return database.copy(tmp_path / "another")
        return database.put(tmp_path / "copy", contents, lambda: None)

    contents = database.copy(tmp_path / "copy")
    which = shutil.which
    monkeypatch.setattr(programs.shutil, "which", lambda asked: None if asked == name else which(asked))

    with pytest.raises(
        programs.Failed, match=f"The program {name} was not found; install the client programs"
    ):
        copy_or_put()

    monkeypatch.undo()
    assert database.copy(tmp_path / "after") == contents


def test_a_program_older_than_the_server_is_one_line(database, tmp_path, monkeypatch):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setattr(programs.shutil, "which", lambda _: str(old))

    with pytest.raises(programs.Failed, match=r"pg_dump is of PostgreSQL 9 and the server of \d+; install"):
        database.copy(tmp_path / "copy")


def test_what_a_program_complains_of_is_one_line(database, tmp_path):
    contents = database.copy(tmp_path / "copy")
    (tmp_path / "copy").write_bytes((tmp_path / "copy").read_bytes()[:5000])

    with pytest.raises(programs.Failed, match=r"^pg_restore: [^\n]+$"):
        database.put(tmp_path / "copy", contents, lambda: None)

    assert database.copy(tmp_path / "after") == contents


def test_a_role_that_may_make_no_database_has_the_list_checked(url, tmp_path):
    name = f"{make_url(url).database}_role"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN")
        try:
            server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
            server.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
            theirs = make_url(url).set(username=name).render_as_string(hide_password=False)
            database = postgresql.PostgreSQL(make_url(theirs))
            said = database.prove(tmp_path / "copy", database.copy(tmp_path / "copy"))
        finally:
            server.execute(f"DROP OWNED BY {name}")
            server.execute(f"DROP ROLE {name}")

    assert said.startswith("only its checksum and its list of contents were checked, because the role")


def test_verify_leaves_no_database_behind(database, url, tmp_path, monkeypatch):
    contents = database.copy(tmp_path / "copy")
    made = []
    scratch = programs.Address
    contents.tables["menu_item"] = archive.Table(1, "")

    def note(shown, password):
        made.append(make_url(shown).database)
        return scratch(shown, password)

    monkeypatch.setattr(programs, "Address", note)
    with pytest.raises(programs.Failed, match="number of rows is not that of the backup"):
        database.prove(tmp_path / "copy", contents)

    [name] = made
    with psycopg.connect(url) as server:
        assert server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchall() == []


def test_everything_else_in_the_schema_goes_with_the_tables(database, url, tmp_path):
    """The database of a newer version, to which somebody has added things of their own."""
    contents = database.copy(tmp_path / "copy")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('good')")
        connection.execute(
            "CREATE TABLE newer (id serial PRIMARY KEY, dish integer REFERENCES menu_item, m mood)"
        )
        connection.execute("CREATE VIEW dishes AS SELECT * FROM menu_item")
        connection.execute("CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM dishes")
        connection.execute("CREATE SEQUENCE lonely")
        connection.execute("CREATE FUNCTION one() RETURNS mood LANGUAGE sql AS $$ SELECT 'good'::mood $$")

    database.put(tmp_path / "copy", contents, lambda: None)

    assert database.copy(tmp_path / "after") == contents
    with psycopg.connect(url) as connection:
        left = "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
        assert connection.execute(left).fetchall() == []
        assert connection.execute("SELECT to_regclass('lonely'), to_regtype('mood')").fetchone() == (
            None,
            None,
        )


def test_a_request_that_has_read_and_waits_to_write_is_cancelled(database, url, tmp_path):
    """It waits for the restore, which waits for it: neither would ever end."""
    contents = database.copy(tmp_path / "copy")
    ended, failures = threading.Event(), []
    with closing(psycopg.connect(url)) as worker:
        worker.execute("SELECT * FROM menu_item").fetchall()

        def write():
            try:
                worker.execute("UPDATE menu_item SET price = 1 WHERE id = 1")
            except psycopg.Error as error:
                failures.append(error)
                worker.rollback()
            ended.set()

        def at_rest():
            threading.Thread(target=write).start()
            _until_waiting(url, worker.info.backend_pid)

        database.put(tmp_path / "copy", contents, at_rest)

        assert ended.wait(10)
        assert [type(failure) for failure in failures] == [psycopg.errors.QueryCanceled]
    assert database.copy(tmp_path / "after") == contents


def test_a_reader_who_never_ends_is_not_waited_for_for_ever(database, url, tmp_path, monkeypatch):
    contents = database.copy(tmp_path / "copy")
    monkeypatch.setattr(replacing, "_LOCK", replacing._LOCK.replace("'60 s'", "'0 s'"))
    with closing(psycopg.connect(url)) as reader:
        reader.execute("SELECT * FROM menu_item").fetchall()

        with pytest.raises(
            programs.Failed, match="psql: somebody keeps the tables busy; nothing was changed"
        ):
            database.put(tmp_path / "copy", contents, lambda: None)

    assert database.copy(tmp_path / "after") == contents


def test_an_open_connection_goes_on_with_the_new_rows(database, url, tmp_path):
    contents = database.copy(tmp_path / "copy")
    with closing(psycopg.connect(url, prepare_threshold=None, autocommit=True)) as worker:
        read = "SELECT name, price FROM menu_item WHERE id = %s"
        old = worker.execute(read, (1,)).fetchone()
        worker.execute("UPDATE menu_item SET price = 777 WHERE id = 1")

        database.put(tmp_path / "copy", contents, lambda: None)

        assert worker.execute(read, (1,)).fetchone() == old


def test_what_an_older_server_does_not_know_is_left_out():
    head = b"SET lock_timeout = 0;\nSET transaction_timeout = 0;\nSET row_security = off;\n"

    assert replacing.understood(head, 17) == head
    assert replacing.understood(head, 16) == b"SET lock_timeout = 0;\nSET row_security = off;\n"


def _until_waiting(url, pid):
    """Return once a process of the server waits for a lock."""
    with psycopg.connect(url, autocommit=True) as server:
        for _ in range(2000):
            if server.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", (pid,)).fetchone():
                return
    raise AssertionError("it does not wait")
