"""The real `flask db` commands: what they write, what they say, how they end."""

from __future__ import annotations

import ast
import re
import shutil

import pytest
from sqlalchemy import text

from tests.migrations.description import describe
from tests.support.migrating import Schema, head
from tests.support.needs import ROOT, needs
from tests.support.running import copy_project, environment, run_flask

pytestmark = pytest.mark.slow

NEW_TABLE = '''

class Supplier(Base):
    """Who brings the vegetables."""

    __tablename__ = "supplier"
    __table_args__ = (CheckConstraint("length(name) > 0", name="named"),)

    name: Mapped[str] = mapped_column(String(120))
    met_at: Mapped[datetime | None]
'''
NEW_COLUMN = """    sold_out_at: Mapped[datetime | None]
    tasted_at: Mapped[datetime | None]
"""


def described(url: str) -> dict:
    with Schema(url).connect() as connection:
        return describe(connection)


@pytest.fixture
def flask(bare_database_url, tmp_path):
    """`flask("db", "check")` in a scratch copy of the project, whose models may be changed."""
    project = copy_project(tmp_path / "project")

    def run(*args):
        return run_flask(*args, env=environment(bare_database_url), cwd=project)

    run.project = project
    run.url = bare_database_url
    return run


def change_models(project):
    path = project / "app" / "models" / "menus.py"
    old = "    sold_out_at: Mapped[datetime | None]\n"
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, NEW_COLUMN) + NEW_TABLE)


def test_migrate_writes_a_script_and_changes_nothing_until_upgrade(flask):
    change_models(flask.project)
    before, scripts = described(flask.url), set((flask.project / "migrations" / "versions").glob("*.py"))

    checked = flask("db", "check")
    assert (checked.code, "supplier" in checked.err.splitlines()[-1]) == (1, True)
    assert "Traceback" not in checked.err

    done = flask("db", "migrate", "-m", "supplier table")

    assert done.code == 0, done.err
    assert described(flask.url) == before
    (script,) = set((flask.project / "migrations" / "versions").glob("*.py")) - scripts
    assert re.fullmatch(r"20\d{6}_\d{4}_supplier_table\.py", script.name)
    written = script.read_text()
    functions = [node.name for node in ast.parse(written).body if isinstance(node, ast.FunctionDef)]
    assert functions == ["upgrade", "downgrade"]
    assert written.startswith('"""Supplier table.\n\nWhat happens to existing rows: ')
    assert "sa.DateTime(timezone=True)" in written
    assert "UTCDateTime" not in written
    assert "sqlite_autoincrement=True" in written
    assert f'down_revision = "{head()}"'.replace('"', "'") in written.replace('"', "'")
    assert "Detected added table 'supplier'" in done.err

    assert flask("db", "upgrade").code == 0
    after = described(flask.url)
    assert set(after) - set(before) == {"supplier"}
    assert set(after["menu_item"]["columns"]) - set(before["menu_item"]["columns"]) == {"tasted_at"}
    checked = flask("db", "check")
    assert (checked.code, checked.err) == (0, "")

    assert flask("db", "downgrade").code == 0
    assert described(flask.url) == before


def test_migrate_without_a_change_writes_nothing(bare_app, tmp_path):
    directory = shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    scripts = set((directory / "versions").glob("*.py"))

    done = bare_app.test_cli_runner().invoke(args=["db", "-d", str(directory), "migrate", "-m", "user table"])

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "The database is as the models say; there is nothing to migrate.\n"
    assert set((directory / "versions").glob("*.py")) == scripts


def test_history_and_current(bare_database_url):
    env = environment(bare_database_url)

    current, history = run_flask("db", "current", env=env), run_flask("db", "history", env=env)

    assert (current.code, current.out, current.err) == (0, f"{head()} (head)\n", "")
    assert history.code == 0
    assert [line.split()[0] for line in history.out.splitlines()][-3:] == ["people", "menus", "<base>"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("upgrade", "nosuch"), "Can't locate revision identified by 'nosuch'"),
        (("downgrade",), "Relative revision -1 didn't produce 1 migrations"),
        (("init",), "Directory migrations already exists and is not empty"),
    ],
)
def test_a_failure_is_one_line_that_says_why(sqlite_databases, args, words):
    done = run_flask("db", *args, env=environment(sqlite_databases.empty()))

    assert (done.code, done.out) == (1, "")
    assert done.err == f"Error: {words}\n"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////no/such/folder/carte.sqlite3", "unable to open database file"),
        ("postgresql://postgres@127.0.0.1:1/carte", "Connection refused"),
    ],
)
def test_a_database_out_of_reach_is_one_line(url, words):
    done = run_flask("db", "upgrade", env=environment(url))

    assert (done.code, done.out) == (1, "")
    assert re.fullmatch(rf"Error: .*{words}\n", done.err)


@needs("postgresql")
def test_the_sql_can_be_read_before_it_is_run(postgresql_databases):
    url = postgresql_databases.empty()
    done = run_flask("db", "upgrade", "--sql", env=environment("postgresql://nobody@127.0.0.1:1/none"))

    assert done.code == 0, done.err
    assert done.out.startswith("SET lock_timeout = '700ms';")
    with Schema(url).connect() as connection:
        for statement in done.out.replace("BEGIN;", "").replace("COMMIT;", "").split(";\n"):
            connection.execute(text(statement))
    migrated = postgresql_databases.empty()
    Schema(migrated).upgrade()
    assert described(url) == described(migrated)
    for made in (url, migrated):
        postgresql_databases.drop(made)
