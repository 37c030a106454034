"""What would hold people up on PostgreSQL is found in the SQL of the migrations, by squawk."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import create_app
from migrations.postgresql import LOCK_TIMEOUT
from tests.support.migrating import head, history_with, revisions
from tests.support.needs import ROOT
from tests.support.running import settings

SQUAWK = Path(sys.executable).with_name("squawk")

#: Findings that stay, each with its reason: (revision, rule).
KNOWN = {
    ("people", "adding-foreign-key-constraint"): "before the first release; no installation had a dish",
    ("people", "constraint-missing-not-valid"): "as above",
    ("people", "require-concurrent-index-creation"): "as above",
}

#: What a revision may not do to a table that is in use, and the rule that says so.
UNSAFE = {
    "require-concurrent-index-creation": 'op.create_index("ix_menu_position", "menu", ["position"])',
    "adding-required-field": 'op.add_column("menu", sa.Column("season", sa.String(20), nullable=False))',
    "adding-not-nullable-field": 'op.alter_column("menu_item", "price", nullable=False)',
    "changing-column-type": 'op.alter_column("menu", "position", type_=sa.String(20))',
    "renaming-column": 'op.alter_column("menu", "name", new_column_name="title")',
    "ban-drop-column": 'op.drop_column("menu", "position")',
    "disallowed-unique-constraint": 'op.create_unique_constraint("uq_menu_name", "menu", ["name"])',
    "constraint-missing-not-valid": (
        'op.create_check_constraint("ck_menu_short", "menu", "length(name) < 100")'
    ),
}

SAFE = {
    "a table with its indexes": """
op.create_table(
    "supplier",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("restaurant_id", sa.Integer(), nullable=False),
    sa.Column("before", sa.JSON()),
    sa.PrimaryKeyConstraint("id", name="pk_supplier"),
    sqlite_autoincrement=True,
)
op.create_index("ix_supplier_restaurant_id", "supplier", ["restaurant_id", "id"])
""",
    "a column that may be empty": 'op.add_column("menu", sa.Column("season", sa.String(20)))',
    "an index built while people write": """
with op.get_context().autocommit_block():
    op.create_index("ix_menu_position", "menu", ["position"], postgresql_concurrently=True)
""",
    "a constraint that is checked later": """
op.create_check_constraint("ck_menu_short", "menu", "length(name) < 100", postgresql_not_valid=True)
""",
}


def sql_of(history: Path) -> str:
    """Return what `flask db upgrade --sql` prints; no database is asked."""
    app = create_app(settings("postgresql://nobody@127.0.0.1:1/none"))
    done = app.test_cli_runner().invoke(args=["db", "-d", str(history), "upgrade", "--sql"])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def found(sql: str) -> set[tuple[str, str]]:
    """Return the revision and the rule of each of squawk's findings."""
    done = subprocess.run(
        [SQUAWK, "--config", ROOT / "migrations" / "squawk.toml", "--reporter", "json"],
        input=sql,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    lines = sql.splitlines()
    return {
        (revision_at(lines, finding["line"]), finding["rule_name"]) for finding in json.loads(done.stdout)
    }


def revision_at(lines: list[str], number: int) -> str:
    """Return the revision whose statement stands in this line."""
    names = re.findall(r"^-- Running upgrade .*-> (\w+)$", "\n".join(lines[: number + 1]), re.MULTILINE)
    return str(names[-1]) if names else ""


def half_done(sql: str) -> set[str]:
    """Return the revisions that a kill would leave half done: they leave their transaction, and do more."""
    parts = re.split(r"^-- Running upgrade .*-> (\w+)$", sql, flags=re.MULTILINE)[1:]
    return {
        name
        for name, body in zip(parts[::2], parts[1::2], strict=True)
        if "CONCURRENTLY" in body and any(map(_is_work, re.split(r";\n", body)))
    }


def _is_work(statement: str) -> bool:
    quiet = r"\s*(BEGIN|COMMIT|SET |UPDATE alembic_version|(CREATE|DROP) INDEX CONCURRENTLY|$)"
    return re.match(quiet, statement) is None


def test_the_history_holds_nobody_up():
    sql = sql_of(ROOT / "migrations")

    assert found(sql) == set(KNOWN)
    assert half_done(sql) == set()


def test_every_revision_is_read():
    lines = sql_of(ROOT / "migrations").splitlines()

    assert {revision_at(lines, number) for number in range(len(lines))} == {"", *revisions()}


@pytest.mark.parametrize("rule", UNSAFE)
def test_an_unsafe_revision_is_found(tmp_path, rule):
    sql = sql_of(history_with(tmp_path, UNSAFE[rule]))

    assert ("next", rule) in found(sql)


def test_the_wait_for_a_lock_is_bounded():
    bound = f"{LOCK_TIMEOUT};\n"
    sql = sql_of(ROOT / "migrations")

    assert sql.startswith(bound)
    assert "require-lock-timeout" in {rule for _, rule in found(sql.removeprefix(bound))}


@pytest.mark.parametrize("what", SAFE)
def test_a_safe_revision_is_not(tmp_path, what):
    sql = sql_of(history_with(tmp_path, SAFE[what]))

    assert f"-- Running upgrade {head()} -> next" in sql
    assert found(sql) == set(KNOWN)
    assert half_done(sql) == set()


def test_a_revision_that_leaves_its_transaction_does_nothing_besides(tmp_path):
    both = SAFE["a column that may be empty"] + SAFE["an index built while people write"]

    assert half_done(sql_of(history_with(tmp_path, both))) == {"next"}


def test_each_rule_that_is_left_out_has_its_reason():
    config = (ROOT / "migrations" / "squawk.toml").read_text()
    rules = re.findall(r'^    "([a-z-]+)",$', config, re.MULTILINE)

    assert len(rules) == len(re.findall(r'#[^"]+\n    "', config)) == 5
    assert not set(rules) & set(UNSAFE)
