"""docs/from-the-original.md: each row of its table is run, and a row that nothing runs fails."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from flask import render_template_string

from app.models.base import NAMING
from tests.support import running
from tests.support.needs import ROOT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "from-the-original.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)[2:])

#: The first column of each row that some test runs.
RUN: set[str] = set()


def runs(*rows):
    """Mark the test that runs these rows of the table."""

    def register(test):
        RUN.update(rows)
        return test

    return register


def tables(url):
    """Return the names of a database's tables."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def versions(project):
    return sorted(path.name for path in (project / "migrations" / "versions").glob("*.py"))


def insert(path: Path, before: str, line: str) -> None:
    """Put a line before the one that begins with `before`."""
    text = path.read_text()
    assert text.count(before) == 1, f"{before!r} in {path.name}"
    path.write_text(text.replace(before, line + before))


def test_every_row_is_run_and_every_test_has_its_row():
    assert set(ROWS) == RUN


@runs("`export FLASK_APP=authApp.py`", "`flask run`", "Names and values in `.flaskenv`")
def test_flask_run_alone(checkout, flask_in, new_database):
    flask_in("db", "upgrade")
    flask_in("fixtures", "load")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = running.subprocess_environment({"DATABASE_URL": new_database, "FLASK_RUN_PORT": str(port)})
    # What .flaskenv says, and not what the tests say.
    del env["FLASK_APP"], env["FLASK_SKIP_DOTENV"]

    with subprocess.Popen(
        [sys.executable, "-m", "flask", "run"], cwd=checkout, env=env, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            said = []
            for line in server.stderr:
                said.append(line)
                if "Running on" in line:
                    break
            assert "Running on" in "".join(said[-1:]), said
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/restaurant/1/", timeout=30) as page:
                assert "Urban Burger" in page.read().decode()
        finally:
            server.terminate()


@runs("`pip install python-dotenv`")
def test_dotenv_is_a_dependency():
    assert re.search(r"^\s+python-dotenv\b", (ROOT / "setup.cfg").read_text(), re.MULTILINE)


@runs("`flask db init`")
def test_init(checkout, flask_in, tmp_path):
    assert "Directory migrations already exists and is not empty" in flask_in("db", "init", code=1).err

    flask_in("db", "init", "--directory", str(tmp_path / "own"))

    assert (tmp_path / "own" / "env.py").is_file()
    assert (tmp_path / "own" / "versions").is_dir()


@runs('`flask db migrate -m "restaurant menu table"`', "The script has `upgrade()` and `downgrade()`")
def test_starting_the_history_over(checkout, flask_in, new_database):
    assert versions(checkout)[0].endswith("_restaurant_menu_table.py")
    for path in (checkout / "migrations" / "versions").glob("*.py"):
        path.unlink()

    flask_in("db", "migrate", "-m", "restaurant menu table")

    (script,) = versions(checkout)
    text = (checkout / "migrations" / "versions" / script).read_text()
    assert "def upgrade()" in text
    assert "def downgrade()" in text
    assert "menu_item" not in tables(new_database)
    flask_in("db", "upgrade")
    assert {"restaurant", "menu_item"} <= tables(new_database)


@runs("`flask db upgrade`", "`flask db downgrade`")
def test_upgrade_and_downgrade(flask_in, new_database):
    flask_in("db", "upgrade")
    assert {"restaurant", "user", "membership", "change", "audit", "saved_view"} <= tables(new_database)

    flask_in("db", "downgrade")
    assert "saved_view" not in tables(new_database)
    assert {"restaurant", "user", "membership", "change", "audit"} <= tables(new_database)


@runs('`flask db migrate -m "user table"`')
def test_a_change_of_a_model(checkout, flask_in, new_database):
    assert versions(checkout)[1].endswith("_user_table.py")
    flask_in("db", "upgrade")
    before = versions(checkout)
    insert(checkout / "app/models/people.py", "    disabled_at: Mapped", "    nickname: Mapped[str | None]\n")

    flask_in("db", "migrate", "-m", "nickname of a user")
    flask_in("db", "upgrade")

    assert len(versions(checkout)) == len(before) + 1
    with sqlite3.connect(new_database.removeprefix("sqlite:///")) as connection:
        assert "nickname" in {row[1] for row in connection.execute("PRAGMA table_info('user')")}


@runs('`convention = {"ix": …, "uq": …, "ck": …, "fk": …, "pk": …}`')
def test_the_naming_convention():
    assert NAMING["fk"] == "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"
    assert NAMING["ck"] == "ck_%(table_name)s_%(constraint_name)s"
    assert NAMING["pk"] == "pk_%(table_name)s"
    assert set(NAMING) == {"ix", "uq", "ck", "fk", "pk"}


@runs("`Migrate(app, db, render_as_batch=True)` on SQLite")
def test_a_constraint_is_altered_on_sqlite(checkout, flask_in):
    flask_in("db", "upgrade")
    model = checkout / "app/models/people.py"
    before, after = (
        'UniqueConstraint("issuer", "subject")',
        'UniqueConstraint("issuer", "subject", "user_id")',
    )
    assert before in model.read_text()
    model.write_text(model.read_text().replace(before, after))

    flask_in("db", "migrate", "-m", "one more column in a unique constraint")
    done = flask_in("db", "upgrade")

    assert "No support for ALTER" not in done.err
    script = (checkout / "migrations/versions" / versions(checkout)[-1]).read_text()
    assert "batch_alter_table" in script


@runs("`python lotsofmenus.py`")
def test_lots_of_menus(checkout, flask_in, python_in, new_database):
    flask_in("db", "upgrade")

    python_in(str(checkout / "fixtures" / "lotsofmenus.py"))

    with sqlite3.connect(new_database.removeprefix("sqlite:///")) as connection:
        assert connection.execute("SELECT count(*) FROM restaurant").fetchone() == (9,)
        assert connection.execute("SELECT count(*) FROM menu_item").fetchone() == (48,)


@runs("`inject_user()` gives every template `user_`")
def test_the_context_processor(app, sign_in):
    @app.get("/who")
    def who():
        return render_template_string("{{ user_.name }}, {{ person.name }}, {{ role }}")

    assert sign_in("olga").get("/who").text == "Olga Ruiz, Olga Ruiz, owner"
