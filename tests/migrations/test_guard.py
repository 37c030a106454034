"""A table is never copied, nor dropped, while SQLite enforces foreign keys."""

from __future__ import annotations

import re
import shutil

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Column, String, text

from migrations.sqlite import SQLite
from tests.migrations import rows
from tests.migrations.description import describe
from tests.support.migrating import Schema, history_with
from tests.support.running import copy_project, environment, run_flask

CASCADING = """
op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True))
op.create_table(
    "child",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", name="fk_child", ondelete="CASCADE")),
    sa.Column("aunt_id", sa.Integer, sa.ForeignKey("parent.id", name="fk_aunt", ondelete="SET NULL")),
)
op.execute("INSERT INTO parent (id) VALUES (1), (2)")
op.execute("INSERT INTO child (parent_id, aunt_id) SELECT 1, 2 FROM menu_item LIMIT 30")
"""
COPYING = """
with op.batch_alter_table("parent", recreate="always") as batch_op:
    batch_op.add_column(sa.Column("season", sa.String(20)))
"""
#: What a revision would have to do to be enforced upon, first thing.
ENFORCING = """
driver = op.get_bind().connection.driver_connection
driver.execute("ROLLBACK")
driver.execute("PRAGMA foreign_keys=ON")
driver.execute("BEGIN IMMEDIATE")
"""
REFUSED = (
    "Foreign keys are enforced, so copying or dropping parent could delete rows of others;"
    " nothing was changed. Only migrations/sqlite.py may set PRAGMA foreign_keys."
)
FAMILY = [(1, 2)] * 30


@pytest.fixture
def family_url(filled_url, tmp_path):
    """A database in which parents have children that go along."""
    Schema(filled_url, history_with(tmp_path / "family", CASCADING)).upgrade()
    return filled_url


def children(url: str) -> list[tuple[int | None, int | None]]:
    with Schema(url).connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT parent_id, aunt_id FROM child"))]


def everything(url: str):
    with Schema(url).connect() as connection:
        return describe(connection), rows.contents(connection, rows.shape(connection))


def copy_parents(url):
    """Copy them where it is too late to stop enforcing: a transaction is open."""
    with Schema(url).connect() as connection:
        op = Operations(MigrationContext.configure(connection))
        connection.exec_driver_sql("INSERT INTO parent (id) VALUES (3)")
        # SQLite says nothing.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        with op.batch_alter_table("parent", recreate="always") as batch_op:
            batch_op.add_column(Column("season", String(20)))


def drop_parents(url):
    with Schema(url).connect() as connection:
        Operations(MigrationContext.configure(connection)).drop_table("parent")


def test_a_copied_parent_takes_no_cascading_child_along(filled_url, tmp_path):
    Schema(filled_url, history_with(tmp_path, f"{CASCADING}\n{COPYING}")).upgrade()

    assert children(filled_url) == FAMILY


@pytest.mark.parametrize("step", [copy_parents, drop_parents])
def test_the_trap_is_real_without_the_guard(family_url, monkeypatch, step):
    monkeypatch.setattr(SQLite, "_refuse_enforcement", lambda *_: None)

    step(family_url)

    assert FAMILY[0] not in children(family_url)


@pytest.mark.parametrize("step", [copy_parents, drop_parents])
def test_the_guard_refuses_and_every_child_stays(family_url, step):
    before = everything(family_url)

    with pytest.raises(CommandError, match=rf"^{re.escape(REFUSED)}$"):
        step(family_url)

    assert children(family_url) == FAMILY
    assert everything(family_url) == before


@pytest.mark.slow
@pytest.mark.parametrize("how", ["a revision that enforces them", "an env that connects as the application"])
def test_the_command_ends_in_one_line(filled_url, tmp_path, how):
    project = copy_project(tmp_path / "project")
    shutil.rmtree(project / "migrations")
    if how.startswith("a revision"):
        history_with(project, f"{ENFORCING}\n{CASCADING}\n{COPYING}")
    else:
        history_with(project, f"{CASCADING}\n{COPYING}")
        connecting = project / "migrations" / "sqlite.py"
        ours = 'with _engine(url, "BEGIN IMMEDIATE" if changes else "BEGIN").connect()'
        theirs = 'with context.config.attributes["engine"].connect()'
        assert connecting.read_text().count(ours) == 1
        connecting.write_text(connecting.read_text().replace(ours, theirs))
        env = project / "migrations" / "env.py"
        begin = "speaking.begin()\n"
        engine = 'context.config.attributes["engine"] = current_app.extensions["migrate"].db.engine\n'
        env.write_text(env.read_text().replace(begin, begin + engine))
    before = everything(filled_url)

    done = run_flask("db", "upgrade", env=environment(filled_url), cwd=project)

    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1] == f"Error: {REFUSED}"
    assert "Traceback" not in done.err
    assert everything(filled_url) == before
