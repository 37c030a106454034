"""The copy of an SQLite database before a migration: whole, private, or nothing is migrated."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.util import CommandError

from tests.migrations import rows
from tests.support.migrating import Schema, history_with, revisions
from tests.support.needs import ROOT
from tests.support.running import environment, run_flask, subprocess_environment

PENDING = "op.execute('UPDATE menu_item SET price = 1')"


@pytest.fixture
def url(filled_url):
    return filled_url


def contents(url: str) -> dict[str, tuple[int, str]]:
    with Schema(url).connect() as connection:
        return rows.contents(connection, rows.shape(connection))


def folder(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///")).parent / "backups"


def copies(url: str) -> list[Path]:
    return sorted(folder(url).glob(f"{Path(url).stem}*"))


def test_the_first_upgrade_has_nothing_to_copy(sqlite_databases):
    url = sqlite_databases.empty()

    Schema(url).upgrade()

    assert copies(url) == []


def test_an_upgrade_first_takes_a_copy_and_says_where(url, tmp_path, capfd):
    before, known = contents(url), set(copies(url))
    capfd.readouterr()

    Schema(url, history_with(tmp_path, PENDING)).upgrade()

    (copy,) = set(copies(url)) - known
    assert f"The database as it was is in {copy}\n" in capfd.readouterr().err
    assert contents(f"sqlite:///{copy}") == before
    assert contents(url) != before
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_downgrade_first_takes_a_copy(url):
    before, known = contents(url), set(copies(url))

    Schema(url).downgrade("menus")

    (copy,) = set(copies(url)) - known
    assert contents(f"sqlite:///{copy}") == before


def test_no_copy_where_nothing_is_pending(url):
    known = copies(url)

    Schema(url).upgrade()
    Schema(url).check()
    with pytest.raises(CommandError):
        Schema(url).upgrade("nosuch")

    assert copies(url) == known


def test_what_a_killed_copy_left_is_replaced(url):
    known = set(copies(url))
    folder(url).mkdir(exist_ok=True)
    left = folder(url) / f"{Path(url).stem}.part"
    left.write_bytes(b"half a database")

    Schema(url).downgrade("-1")

    assert not left.exists()
    (copy,) = set(copies(url)) - known
    assert copy.suffix == ".sqlite3"


#: Run by a Python of its own, in which no file grows beyond so many bytes: a disk that is full.
FULL = """
import resource, runpy, sys

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
sys.argv[0] = "flask"
runpy.run_module("flask", run_name="__main__", alter_sys=True)
"""


@pytest.mark.slow
def test_without_room_for_the_copy_nothing_is_migrated(url):
    before, known = contents(url), copies(url)
    room = Path(url.removeprefix("sqlite:///")).stat().st_size // 2

    done = subprocess.run(
        [sys.executable, "-c", FULL, str(room), "db", "downgrade"],
        cwd=ROOT,
        env=subprocess_environment(environment(url)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Error: The database cannot be copied to {folder(url)}")
    assert line.endswith("; nothing was changed.")
    assert contents(url) == before
    assert copies(url) == known


@pytest.mark.slow
def test_where_the_folder_of_the_copies_cannot_be_nothing_is_migrated(tmp_path):
    url = f"sqlite:///{tmp_path / 'carte.sqlite3'}"
    rows.fill(url.replace("carte", "filled"))
    (tmp_path / "filled.sqlite3").rename(tmp_path / "carte.sqlite3")
    for copy in folder(url).iterdir():
        copy.unlink()
    folder(url).rmdir()
    folder(url).write_text("a file in the place of the folder")
    before = contents(url)

    done = run_flask("db", "downgrade", env=environment(url))

    assert (done.code, done.out) == (1, "")
    (line,) = done.err.splitlines()
    assert line.endswith("file exists; nothing was changed.")
    assert contents(url) == before
    with sqlite3.connect(tmp_path / "carte.sqlite3") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revisions()[-1],)
