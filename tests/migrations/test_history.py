"""Up, down and up again, with rows at every revision: nobody loses a dish to a migration."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from tests.migrations import rows
from tests.support.migrating import VERSIONS, Schema, revisions

SCRIPTS = sorted(VERSIONS.glob("*.py"))


def test_the_history_tells_the_originals_story():
    assert revisions()[:3] == ["menus", "people", "memberships"]


def test_every_revision_has_rows_to_try_it_with():
    assert list(rows.ROWS) == revisions()


def test_rows_survive_up_down_and_up_again(empty_database_url):
    schema = Schema(empty_database_url)
    before = {}
    for revision in revisions():
        schema.upgrade(revision)
        with schema.connect() as connection:
            for older, (shape, contents) in before.items():
                assert rows.contents(connection, shape) == contents, f"{revision} changed rows of {older}"
            rows.insert(connection, revision)
            before = {name: (shape, rows.contents(connection, shape)) for name, (shape, _) in before.items()}
            shape = rows.shape(connection)
            before[revision] = shape, rows.contents(connection, shape)

    for revision in revisions()[-2::-1]:
        schema.downgrade(revision)
        with schema.connect() as connection:
            shape, contents = before[revision]
            assert rows.shape(connection).keys() == shape.keys()
            assert rows.contents(connection, shape) == contents, f"going back to {revision} changed rows"

    schema.upgrade()
    with schema.connect() as connection:
        shape, contents = before[revisions()[0]]
        assert rows.contents(connection, shape) == contents
        assert contents["menu_item"][0] == 31


def test_back_to_nothing_and_up_again(empty_database_url):
    schema = Schema(empty_database_url)
    schema.upgrade()
    with schema.connect() as connection:
        shape = rows.shape(connection)
    schema.downgrade("base")
    with schema.connect() as connection:
        assert rows.shape(connection) == {}

    schema.upgrade()

    with schema.connect() as connection:
        assert rows.shape(connection) == shape


def test_numbers_are_never_given_twice_whatever_is_migrated(empty_database_url):
    schema = Schema(empty_database_url)
    schema.upgrade("menus")
    with schema.connect() as connection:
        rows.insert(connection, "menus")
        connection.execute(text("DELETE FROM menu_item WHERE id > 20"))
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('menu_item_id_seq', 30)"))

    schema.upgrade()
    schema.downgrade("menus")
    schema.upgrade()

    with schema.connect() as connection:
        connection.execute(
            text("INSERT INTO menu_item (restaurant_id, section_id, name) VALUES (1, 1, 'Soup of the day')")
        )
        assert connection.scalar(select(func.max(text("id"))).select_from(text("menu_item"))) == 31


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_script_says_when_what_and_what_happens_to_rows(script: Path):
    assert re.fullmatch(r"20\d{6}_\d{4}_[a-z0-9_]+\.py", script.name)
    said = ast.get_docstring(ast.parse(script.read_text())) or ""
    assert re.match(r"[A-Z].{20,}\.\n\nWhat happens to existing rows: .", said), said
    assert "app." not in re.sub(r'"""[\s\S]*?"""', "", script.read_text()), "a migration outlives the models"
