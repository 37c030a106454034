"""SQLite alters a table by copying it: the original's error, its cure, and what must not get lost."""

from __future__ import annotations

import sqlite3

import pytest
from alembic.util import CommandError
from sqlalchemy import inspect, text

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
def url(filled_url):
    return filled_url


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


NEXT_TO_AN_INDEX = """
op.execute("UPDATE menu_item SET price = 1")
with op.get_context().autocommit_block():
    op.create_index("ix_menu_position", "menu", ["position"], postgresql_concurrently=True)
"""


def test_what_postgresql_does_outside_a_transaction_is_inside_here(url, tmp_path):
    before = contents(url)
    failing = f"{NEXT_TO_AN_INDEX}\nop.execute('SELECT nonsense')"

    with pytest.raises(CommandError, match="no such column: nonsense"):
        Schema(url, history_with(tmp_path / "failing", failing)).upgrade()
    assert contents(url) == before
    Schema(url).check()

    schema = Schema(url, history_with(tmp_path / "whole", NEXT_TO_AN_INDEX))
    schema.upgrade()

    with schema.connect() as connection:
        assert "ix_menu_position" in {index["name"] for index in inspect(connection).get_indexes("menu")}


def test_a_migration_that_orphans_rows_is_refused(url, tmp_path):
    before = contents(url)

    with pytest.raises(CommandError, match="would refer to a missing section; nothing was changed"):
        Schema(url, history_with(tmp_path, "op.execute('DELETE FROM section WHERE id = 1')")).upgrade()

    assert contents(url) == before


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
