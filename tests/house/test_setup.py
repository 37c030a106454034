"""setup.cfg and pyproject.toml: few dependencies, each with a purpose; few exceptions, each with a reason."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_DEPENDENCIES = 20


def _block(start: str, end: str) -> list[str]:
    text = (ROOT / "setup.cfg").read_text()
    return [line.strip() for line in text.partition(start)[2].partition(end)[0].splitlines() if line.strip()]


def test_few_direct_dependencies_each_with_its_purpose():
    lines = _block("install_requires =\n", "\n\n")
    named = [number for number, line in enumerate(lines) if not line.startswith("#")]

    assert 0 < len(named) <= MOST_DEPENDENCIES
    assert [lines[number] for number in named if number == 0 or not lines[number - 1].startswith("#")] == []


def test_each_warning_that_is_let_through_has_its_reason():
    lines = _block("filterwarnings =\n", "\n\n")

    assert lines[0] == "error"
    ignored = [number for number, line in enumerate(lines) if line.startswith("ignore")]
    assert [lines[number] for number in ignored if not lines[number - 1].startswith("#")] == []


def test_each_rule_that_is_left_out_has_its_reason():
    lists = re.findall(
        r'(?:ignore = |"tests/\*\*" = )\[\n(.*?)\n\]', (ROOT / "pyproject.toml").read_text(), re.DOTALL
    )

    assert len(lists) == 2
    assert [
        line for lines in lists for line in lines.splitlines() if not re.search(r"#\s+\S{3}|# \w", line)
    ] == []


def test_no_type_stubs_of_an_older_sqlalchemy():
    # They would hide SQLAlchemy's own types, which are those of the version that runs.
    lock = (ROOT / "requirements-dev.txt").read_text().lower()

    assert "types-sqlalchemy" not in lock
    assert "types-flask-sqlalchemy" not in lock
