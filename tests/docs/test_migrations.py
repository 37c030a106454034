"""docs/migrations.md: the whole walk, each command run as it stands there, on both databases."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from itertools import groupby
from operator import itemgetter

import pytest
from alembic.script import ScriptDirectory

from tests.migrations.description import describe
from tests.migrations.test_unsafe import KNOWN, found, half_done, sql_of
from tests.support import running
from tests.support.migrating import Schema
from tests.support.needs import ROOT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "migrations.md").read_text(encoding="utf-8")

#: Each block of the page: its section, what stands behind ```, its text.
BLOCKS = [
    (section.partition("\n")[0], kind, block)
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    for kind, block in re.findall(r"^```(\w[^\n]*)\n(.+?)^```", section, re.DOTALL | re.MULTILINE)
]
SNIPPETS = [block for _, kind, block in BLOCKS if kind == "python"]

#: Ends what a command said, with its exit code.
_END = "the end of this command:"


class Shell:
    """A shell in a folder, which remembers what was set: `backup=$(…)`."""

    def __init__(self, folder, env):
        self._process = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._send(f'flask() {{ {shlex.quote(sys.executable)} -m flask "$@"; }}')

    def run(self, command):
        """Return the exit code, and what it said on either stream."""
        self._send(f'{command}\necho "{_END} $?"')
        said = ""
        for line in self._process.stdout:
            if line.startswith(_END):
                return int(line.removeprefix(_END)), said
            said += line
        raise AssertionError(f"the shell ended at {command!r}: {said}")

    def _send(self, words):
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()

    def close(self):
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def shell(checkout, database_url):
    env = running.subprocess_environment(running.environment(database_url))
    shell = Shell(checkout, env)
    yield shell
    shell.close()


def commands(block):
    """Return each command of a block, and the lines that the page shows as its answer."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        else:
            found[-1][1].append(line)
    return found


def change_model(project):
    model = project / "app" / "models" / "menus.py"
    before, after = model.read_text().split("class Menu(", 1)
    place = re.search(r"^    name: Mapped", after, re.MULTILINE)
    model.write_text(f"{before}class Menu({after[: place.start()]}{SNIPPETS[0]}{after[place.start() :]}")


def write_revision(project, name, after, body):
    words = '"""A revision of the page."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
    heads = f'revision, down_revision = "{name}", "{after}"\n\n\n'
    path = project / "migrations" / "versions" / f"2099010{name[-1]}_0000_{name}.py"
    path.write_text(f"{words}{heads}{body}")


def test_the_walk(checkout, database_url, shell):
    Schema(database_url).downgrade("-1")
    kind = database_url.partition(":")[0]
    for section, blocks in groupby(BLOCKS, itemgetter(0)):
        if section == "Write a safe revision":
            change_model(checkout)
        for _, of, block in blocks:
            if of not in {"console", f"console {kind}"}:
                continue
            for command, answer in commands(block):
                code, said = shell.run(command)
                assert code == any(line.startswith("Error: ") for line in answer), f"{command}: {said}"
                assert said.splitlines()[-len(answer) :] == answer or not answer, f"{command}: {said}"


def test_the_revisions_of_the_page_work_and_are_safe(checkout, database_url, shell):
    change_model(checkout)
    assert shell.run('flask db migrate -m "season of a menu"')[0] == 0
    first = after = ScriptDirectory(str(checkout / "migrations")).get_current_head()
    assert shell.run("flask db upgrade")[0] == 0
    with Schema(database_url).connect() as connection:
        before = describe(connection)
    for number, body in enumerate(SNIPPETS[1:]):
        write_revision(checkout, f"page{number}", after, body)
        after = f"page{number}"

    code, said = shell.run("flask db upgrade")

    assert code == 0, said
    with Schema(database_url).connect() as connection:
        menu = describe(connection)["menu"]
    assert "ix_menu_season" in str(menu["indexes"])
    assert "ck_menu_season" in str(menu["checks"])
    assert "NOT VALID" not in str(menu)
    assert shell.run(f"flask db downgrade {first}")[0] == 0
    with Schema(database_url).connect() as connection:
        assert describe(connection) == before
    sql = sql_of(checkout / "migrations")
    assert found(sql) == set(KNOWN)
    assert half_done(sql) == set()


def test_every_snippet_of_the_page_is_used():
    assert len(SNIPPETS) == 4
