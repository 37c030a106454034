"""`flask backup`: what is written, what is proven, what is put back, and what is refused."""

from __future__ import annotations

import io
import json
import re
import stat
import threading
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from app.cli.backups import archive, pace, postgresql, sqlite
from app.models import Base, MenuItem, User, UserSession
from tests.support import browsing
from tests.support.backups import raise_price
from tests.support.migrating import Schema, head, history_with, revisions


@pytest.fixture(autouse=True)
def instance(tmp_path, monkeypatch):
    """The folder of this machine's own, where nothing of a test may be left."""
    monkeypatch.setattr(postgresql, "INSTANCE", tmp_path / "instance")
    return tmp_path / "instance"


def flask_of(app):
    def run(*args):
        for prepare in browsing.before_each_request:
            prepare()
        return app.test_cli_runner().invoke(args=("backup", *map(str, args)))

    return run


@pytest.fixture
def flask(app):
    """Runs a command inside this process, on a database with the sample data."""
    return flask_of(app)


@pytest.fixture
def bare_flask(bare_app):
    """The same on a database without a row."""
    return flask_of(bare_app)


@pytest.fixture
def made(flask, tmp_path):
    """A backup of the sample data."""
    result = flask("create", tmp_path / "made.zip")
    assert result.exit_code == 0, result.stderr
    return tmp_path / "made.zip"


def price(session):
    session.expire_all()
    session.rollback()
    return session.get(MenuItem, 1).price


def set_price(session, cents):
    session.get(MenuItem, 1).price = cents
    session.commit()


def refused(result, words):
    """Check that a command ended with one line that has these words."""
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(rf".*{words}.*\n", result.stderr)


def repacked(path, target, change):
    """Write a backup anew, its manifest and database as `change(manifest, database)` leaves them."""
    with zipfile.ZipFile(path) as old:
        manifest, database = json.loads(old.read("manifest.json")), old.read("database")
    database = change(manifest, database) or database
    with zipfile.ZipFile(target, "w") as new:
        new.writestr("manifest.json", json.dumps(manifest))
        new.writestr("database", database)
    return target


def rows_in(session):
    """Return how many rows people would miss."""
    tables = Base.metadata.tables.values()
    return sum(session.scalar(select(func.count()).select_from(table)) for table in tables)


def test_create_prints_the_path_of_one_file_that_only_its_owner_reads(flask, database_url, instance, session):
    before = set(sqlite_folder(database_url).glob("*"))

    result = flask("create")

    [line] = result.stdout.splitlines()
    path = Path(line)
    folder = instance / "backups" if database_url.startswith("postgresql") else sqlite_folder(database_url)
    assert path.parent == folder
    assert set(folder.iterdir()) - before == {path}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"{rows_in(session)} rows of" in result.stderr
    assert f"revision {head()}, as of 20" in result.stderr
    with zipfile.ZipFile(path) as archived:
        assert archived.namelist() == ["manifest.json", "database"]


def sqlite_folder(url):
    return Path(make_url(url).database).parent / "backups"


def test_create_takes_a_folder_a_second_and_a_third_time(flask, tmp_path):
    paths = {flask("create", tmp_path).stdout for _ in range(3)}

    assert {f"{path}\n" for path in tmp_path.glob("*.zip")} == paths
    assert len(paths) == 3


def test_create_never_overwrites(flask, made, monkeypatch):
    before = made.read_bytes()

    refused(flask("create", made), "exists already and stays as it is")
    # A file system that has no hard links.
    monkeypatch.setattr(archive.os, "link", _no_link)
    refused(flask("create", made), "exists already and stays as it is")

    assert made.read_bytes() == before
    assert [path.name for path in made.parent.iterdir()] == ["made.zip"]


def _no_link(*_):
    raise OSError(archive.errno.EPERM, "Operation not permitted")


def test_create_on_a_disk_without_hard_links(flask, tmp_path, monkeypatch):
    monkeypatch.setattr(archive.os, "link", _no_link)

    assert flask("create", tmp_path / "made.zip").exit_code == 0

    assert stat.S_IMODE((tmp_path / "made.zip").stat().st_mode) == 0o600
    assert flask("verify", tmp_path / "made.zip").exit_code == 0


def test_create_leaves_nothing_where_it_fails(flask, tmp_path, monkeypatch):
    def full(_file):
        raise OSError(archive.errno.ENOSPC, "No space left on device")

    refused(flask("create", tmp_path / "no" / "made.zip"), "There is no folder .*; nothing was written")
    monkeypatch.setattr(archive.os, "fsync", full)
    refused(flask("create", tmp_path), "No space left on device")

    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_has_nothing_to_back_up(make_app, databases, tmp_path):
    url = databases.empty()

    refused(flask_of(make_app(DATABASE_URL=url))("create", tmp_path), "no tables yet; run `flask db upgrade`")

    databases.drop(url)
    assert list(tmp_path.iterdir()) == []


def test_verify_prints_each_table_with_its_rows(flask, made):
    result = flask("verify", made)

    assert result.exit_code == 0, result.stderr
    assert {"menu_item\t48", "restaurant\t9", "user_session\t0"} <= set(result.stdout.splitlines())
    assert "made.zip can be restored: " in result.stderr
    assert "only its checksum" not in result.stderr


@pytest.mark.parametrize("cut", [0, 1, 300, -1, -400])
def test_verify_and_restore_refuse_half_a_file(flask, made, cut):
    made.write_bytes(made.read_bytes()[:cut])

    for command in ("verify", "restore"):
        refused(flask(command, made), "is no backup of Carte, or it is damaged")


def test_verify_notices_a_flipped_bit(flask, made):
    good = made.read_bytes()
    with zipfile.ZipFile(made) as archived:
        packed, database, noticed = archived.getinfo("database"), archived.read("database"), []
    begin = packed.header_offset + 60
    for place in range(begin, begin + packed.compress_size - 60, packed.compress_size // 9):
        made.write_bytes(good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :])

        noticed.append(flask("verify", made).exit_code == 1)
        # Another distance within a run of zeros unpacks to the same bytes: nothing is damaged then.
        if not noticed[-1]:
            with zipfile.ZipFile(made) as archived:
                assert archived.read("database") == database
    assert noticed.count(True) >= len(noticed) // 2


def test_verify_notices_another_database_in_the_same_file(flask, made, tmp_path):
    other = repacked(made, tmp_path / "other.zip", lambda _manifest, database: database + b"\0")

    refused(flask("verify", other), "is damaged: its database is not the one that was backed up")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"rows": 47},
            "(?:the table menu_item has 48 rows instead of 47|the number of rows is not that of).*",
        ),
        ({"sha256": "0" * 64}, "rows of the table menu_item are not as they were"),
    ],
)
def test_verify_compares_every_table(flask, made, tmp_path, change, words):
    def lie(manifest, _database):
        manifest["contents"]["tables"]["menu_item"] |= change

    refused(flask("verify", repacked(made, tmp_path / "lie.zip", lie)), words)


@pytest.mark.parametrize(
    ("field", "words"),
    [("revision", "its revision is"), ("schema", "its tables, columns or indexes are not")],
)
def test_verify_compares_revision_and_schema(flask, made, tmp_path, field, words):
    lie = repacked(made, tmp_path / "lie.zip", lambda manifest, _: manifest["contents"].update({field: "x"}))

    refused(flask("verify", lie), words)


def test_restore_into_an_empty_database(flask, made, bare_flask, bare_session, session):
    result = bare_flask("restore", made)

    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert result.stderr.startswith(f"Restored. {rows_in(session)} rows of")
    for model in (MenuItem, User):
        assert [vars_of(row) for row in bare_session.scalars(select(model).order_by(model.id))] == [
            vars_of(row) for row in session.scalars(select(model).order_by(model.id))
        ]


def vars_of(row):
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_what_comes_after_a_restore_gets_new_numbers(flask, made, bare_flask, bare_session, session):
    last = session.scalars(select(User.id).order_by(User.id.desc())).first()
    session.rollback()
    bare_flask("restore", made)

    newcomer = User(name="Sam Two", email="sam@example.com", created_at=session.get(User, 1).created_at)
    bare_session.add(newcomer)
    bare_session.flush()

    assert newcomer.id == last + 1


def test_restore_into_a_database_without_tables(flask, made, make_app, databases):
    url = databases.empty()
    other = flask_of(make_app(DATABASE_URL=url))

    assert other("restore", made).exit_code == 0

    assert other("create", made.parent / "again.zip").exit_code == 0
    databases.drop(url)
    first, second = (archive.read(made.with_name(name)).contents for name in ("made.zip", "again.zip"))
    assert first == second


def test_restore_refuses_a_database_that_has_rows(flask, made, session):
    set_price(session, 777)

    words = f"The database has {rows_in(session)} rows; nothing was changed. With --replace"
    refused(flask("restore", made), words)

    assert price(session) == 777


def test_replace_first_backs_up_what_is_there(flask, made, session, bare_flask, bare_session):
    before = price(session)
    set_price(session, 777)

    result = flask("restore", "--replace", made)

    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert price(session) == before
    kept = re.search(r"^The database as it was is in (.+)$", result.stderr, re.MULTILINE)[1]
    assert bare_flask("restore", kept).exit_code == 0
    assert price(bare_session) == 777


def test_replace_changes_nothing_where_the_rows_cannot_be_kept(flask, made, session, monkeypatch):
    def full(_file):
        raise OSError(archive.errno.ENOSPC, "No space left on device")

    set_price(session, 777)
    monkeypatch.setattr(archive.os, "fsync", full)

    result = flask("restore", "--replace", made)

    assert result.exit_code == 1
    assert result.stderr.endswith("No space left on device; nothing was changed.\n")
    assert price(session) == 777


def test_somebody_who_comes_at_the_last_moment_is_not_overwritten(
    bare_flask, made, bare_session, monkeypatch
):
    """The database is empty when the command looks, and not when it has the lock."""
    looks = iter([0, 1])
    for store in (sqlite.SQLite, postgresql.PostgreSQL):
        monkeypatch.setattr(store, "rows", lambda _self: next(looks))

    refused(bare_flask("restore", made), "The database has 1 rows; nothing was changed")

    assert bare_session.scalars(select(User)).all() == []


def test_a_write_is_either_kept_or_made_in_the_new_database(flask, made, session, database_url, monkeypatch):
    """Somebody writes while the rows are being kept: they wait until the new rows are there."""
    began, waiting = threading.Event(), threading.Event()
    keep = archive.write

    def write(*args):
        began.set()
        assert waiting.wait(10)
        return keep(*args)

    def late():
        assert began.wait(10)
        waiting.set()
        raise_price(database_url, 1)

    monkeypatch.setattr(archive, "write", write)
    before = price(session)
    session.rollback()
    writer = threading.Thread(target=late)
    writer.start()
    result = flask("restore", "--replace", made)
    writer.join(30)

    assert result.exit_code == 0, result.stderr
    assert price(session) == before + 1


def test_a_backup_of_the_other_kind_is_refused(flask, made, tmp_path, session):
    def other(manifest, _database):
        manifest["kind"] = {"SQLite": "PostgreSQL", "PostgreSQL": "SQLite"}[manifest["kind"]]

    result = flask("restore", "--replace", repacked(made, tmp_path / "other.zip", other))

    refused(
        result,
        "is a backup of .*; nothing was changed. Let DATABASE_URL name a .* database and restore it there",
    )


def test_a_backup_of_an_unknown_revision_is_refused(app, flask, tmp_path, database_url, bare_flask):
    Schema(database_url, history_with(tmp_path, "pass")).upgrade()
    assert flask("create", tmp_path / "newer.zip").exit_code == 0

    refused(
        bare_flask("restore", "--replace", tmp_path / "newer.zip"),
        "the revision next, which this version of Carte does not know; nothing was changed. Restore it with",
    )


def test_a_backup_of_a_newer_format_is_refused(flask, made, tmp_path):
    newer = repacked(made, tmp_path / "newer.zip", lambda manifest, _: manifest.update(format=2))

    for command in ("verify", "restore"):
        refused(flask(command, newer), "was made by a newer version of Carte; use that version")


def test_an_older_revision_is_restored_and_then_upgraded(
    bare_flask, flask, tmp_path, bare_database_url, session
):
    Schema(bare_database_url).downgrade(revisions()[0])
    assert bare_flask("create", tmp_path / "older.zip").exit_code == 0

    result = flask("restore", "--replace", tmp_path / "older.zip")

    assert result.exit_code == 0, result.stderr
    assert result.stderr.endswith("It is older than this version of Carte; run `flask db upgrade`.\n")
    url = session.get_bind().url.render_as_string(hide_password=False)
    session.rollback()
    Schema(url).upgrade()
    Schema(url).check()


def test_a_session_that_was_ended_is_open_again_after_a_restore(flask, app, session, sign_in, tmp_path):
    """What docs/backup.md says of it."""
    sign_in("sam")
    flask("create", tmp_path / "made.zip")
    session.scalars(select(UserSession)).one().ended_at = session.get(User, 1).created_at
    session.commit()

    assert flask("restore", "--replace", tmp_path / "made.zip").exit_code == 0

    session.expire_all()
    assert session.scalars(select(UserSession)).one().ended_at is None


def test_who_waits_is_told_so(monkeypatch, capsys):
    clock = iter([0, 0.9, 1, 1.1, 1.5, 2.2, 2.3])
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(clock))

    assert len(b"".join(pace.chunks(io.BytesIO(bytes(3 << 20)), "Reading:"))) == 3 << 20

    assert capsys.readouterr().err == "Reading: 2 MB …\n"
