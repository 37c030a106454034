"""docs/backup.md: every command of the page, in its order, on both databases."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from sqlalchemy import make_url

from tests.support import running
from tests.support.needs import POSTGRES_URL, ROOT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")

#: The commands as a person's shell takes them: the first that fails ends it.
_SHELL = """
set -euo pipefail
flask() { %(python)s -m flask "$@"; }
begin() { echo "== $*" >&2; }
"""


def commands(section):
    """Return the lines that a part of the page has after its prompts."""
    blocks = re.findall(r"```console\n(.+?)```", section, re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def sections():
    """Return the text of each heading of the page, in their order."""
    parts = re.split(r"^##+ (.+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def shell(project, database_url, tmp_path):
    """Runs lines in the scratch copy, one shell for all of them."""
    server = make_url(POSTGRES_URL)
    reach = {
        "PGHOST": server.host,
        "PGPORT": server.port,
        "PGUSER": server.username,
        "PGPASSWORD": server.password,
    }
    env = running.subprocess_environment(
        running.environment(database_url, **{name: str(value) for name, value in reach.items() if value})
    )
    (project / "instance").mkdir()

    def run(lines):
        done = subprocess.run(
            ["bash", "-c", _SHELL % {"python": sys.executable} + "\n".join(lines)],
            cwd=project,
            env=env,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_the_page_has_no_command_that_is_not_run():
    assert [len(commands(section)) for section in sections().values()] == [2, 4, 0, 3, 0, 4, 6, 0]
    inline = set(re.findall(r"`((?:flask|bin/drill) [\w ]+)`", PAGE))
    assert inline == {
        "flask db upgrade",
        "flask people list",
        "flask people disable",
        "bin/drill backup",
        "bin/drill restore",
    }


def test_the_page_is_true(shell, database_url, project):
    kind = "PostgreSQL" if database_url.startswith("postgresql") else "SQLite"
    practice = f"carte_practice_{os.getpid()}"
    lines = []
    for title, text in sections().items():
        if not title.startswith("With ") or title == f"With {kind}":
            lines += commands(text)
    refused = lines.index('flask backup restore "$backup"')
    # The page says of this one that a database with rows is refused.
    lines[refused] = f"! {lines[refused]}"

    done = shell([line.replace("carte_practice", practice) for line in lines])

    assert "The database has 303 rows; nothing was changed" in done.stderr
    assert done.stderr.count("Restored. 303 rows") == 2
    assert "Olga Ruiz" in done.stdout
    assert len(list((project.parent / "carte-backups").glob("*.zip"))) == 1
