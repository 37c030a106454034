"""SQLite alters a table by copying it: the original's error, its cure, and what must not get lost."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Column, String, text

from tests.migrations import rows
from tests.support.migrating import Schema, history_with

ADD_OUTSIDE = 'op.create_check_constraint("ck_menu_short", "menu", "length(name) < 100")'
ADD_INSIDE = """
with op.batch_alter_table("menu") as batch_op:
    batch_op.create_check_constraint(batch_op.f("ck_menu_short"), "length(name) < 100")
"""
TAKE_BACK = """
with op.batch_alter_table("menu") as batch_op:
    batch_op.drop_constraint(batch_op.f("ck_menu_short"), type_="check")
"""


@pytest.fixture
def url(sqlite_databases):
    """A database at the newest revision, with the rows of all of them."""
    url = sqlite_databases.empty()
    schema = Schema(url)
    for revision in rows.ROWS:
        schema.upgrade(revision)
        with schema.connect() as connection:
            rows.insert(connection, revision)
    return url


def contents(url: str) -> dict[str, tuple[int, str]]:
    with Schema(url).connect() as connection:
        return rows.contents(connection, rows.shape(connection))


def test_outside_a_batch_it_is_the_originals_error_and_nothing_changed(url, tmp_path):
    before = contents(url)
    schema = Schema(url, history_with(tmp_path, ADD_OUTSIDE))

    with pytest.raises(NotImplementedError, match="No support for ALTER of constraints in SQLite dialect"):
        schema.upgrade()

    assert contents(url) == before


def test_inside_a_batch_it_works_and_every_child_stays(url, tmp_path):
    before = contents(url)
    schema = Schema(url, history_with(tmp_path, ADD_INSIDE, TAKE_BACK))

    schema.upgrade()

    assert contents(url) == before
    with schema.connect() as connection, pytest.raises(Exception, match="ck_menu_short"):
        connection.execute(text("UPDATE menu SET name = :long"), {"long": "x" * 110})
    schema.downgrade("-1")
    assert contents(url) == before


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


def children(url: str) -> list[tuple[int | None, int | None]]:
    with Schema(url).connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT parent_id, aunt_id FROM child"))]


def test_a_copied_parent_takes_no_cascading_child_along(url, tmp_path):
    Schema(url, history_with(tmp_path, f"{CASCADING}\n{COPYING}")).upgrade()

    assert children(url) == [(1, 2)] * 30


def test_the_trap_is_real_where_foreign_keys_are_enforced(url, tmp_path):
    Schema(url, history_with(tmp_path, CASCADING)).upgrade()
    with Schema(url).connect() as connection:
        op = Operations(MigrationContext.configure(connection))
        # Too late: a transaction is open, and SQLite says nothing.
        connection.exec_driver_sql("INSERT INTO parent (id) VALUES (3)")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        with op.batch_alter_table("parent", recreate="always") as batch_op:
            batch_op.add_column(Column("season", String(20)))

    assert children(url) == []


def test_a_failing_migration_leaves_nothing_behind(url, tmp_path):
    before = contents(url)
    failing = f"{ADD_INSIDE}\nop.execute(\"UPDATE menu_item SET price = 1\")\nop.execute('SELECT nonsense')"

    with pytest.raises(CommandError, match="no such column: nonsense") as failure:
        Schema(url, history_with(tmp_path, failing)).upgrade()

    assert "\n" not in str(failure.value)
    assert contents(url) == before
    Schema(url).check()


def test_several_revisions_are_all_or_nothing(sqlite_databases, tmp_path):
    schema = Schema(sqlite_databases.empty(), history_with(tmp_path, "op.execute('SELECT nonsense')"))

    with pytest.raises(CommandError):
        schema.upgrade()

    with schema.connect() as connection:
        assert rows.shape(connection) == {}


def test_a_migration_that_orphans_rows_is_refused(url, tmp_path):
    before = contents(url)

    with pytest.raises(CommandError, match="would refer to a missing section; nothing was changed"):
        Schema(url, history_with(tmp_path, "op.execute('DELETE FROM section WHERE id = 1')")).upgrade()

    assert contents(url) == before


def copies(url: str) -> list[Path]:
    file = Path(url.removeprefix("sqlite:///"))
    return sorted((file.parent / "backups").glob(f"{file.stem}-*"))


def test_the_first_upgrade_has_nothing_to_copy(sqlite_databases):
    url = sqlite_databases.empty()

    Schema(url).upgrade()

    assert copies(url) == []


def test_an_upgrade_first_takes_a_copy_and_says_where(url, tmp_path, capfd):
    before, known = contents(url), set(copies(url))
    capfd.readouterr()

    Schema(url, history_with(tmp_path, "op.execute('UPDATE menu_item SET price = 1')")).upgrade()

    (copy,) = set(copies(url)) - known
    assert str(copy) in capfd.readouterr().err
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


def test_a_writer_of_the_application_is_waited_for_not_lost(url, tmp_path, monkeypatch):
    from migrations import sqlite

    monkeypatch.setattr(sqlite, "PATIENCE", 0)
    writer = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE menu_item SET price = 77 WHERE id = 1")
    schema = Schema(url, history_with(tmp_path, ADD_INSIDE))
    with pytest.raises(CommandError, match="database is locked"):
        schema.upgrade()
    writer.execute("COMMIT")
    writer.close()

    schema.upgrade()

    with schema.connect() as connection:
        assert connection.scalar(text("SELECT price FROM menu_item WHERE id = 1")) == 77
