"""bin/drill knows every drill, and docs/reliability.md tells of each, with figures that can be read."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys

import pytest

from tests.architecture import sources

PAGE = sources.text("docs/reliability.md")
NAMES = sorted(
    name.rpartition("/test_")[2].removesuffix(".py")
    for name in sources.python("tests/drills/")
    if "/test_" in name
)
_VALUE = r"(\w+)=(?:\d+(?:\.\d+)?(?: (?:ms|s|MB))?|[a-z]+)(?= \w+=|$)"


@pytest.fixture
def drilling(monkeypatch):
    monkeypatch.syspath_prepend(sources.ROOT / "bin")
    return importlib.import_module("drilling")


def _drill(*arguments):
    return subprocess.run(
        [sys.executable, sources.ROOT / "bin" / "drilling.py", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _keys(name):
    """Return the KEYS of a drill's module, which say what its figure has."""
    (keys,) = [
        node.value
        for node in sources.tree(f"tests/drills/test_{name}.py").body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "KEYS"
    ]
    return eval(compile(ast.Expression(keys), name, "eval"), {})  # our own module's constant


def _section(name):
    (section,) = [part for part in PAGE.split("\n## ")[1:] if f"bin/drill {name}\n" in part]
    return section


def _figures(name):
    """Return what stands between the markers of a drill, by database."""
    return dict(
        re.findall(rf"<!-- figure: {name} (\w+) -->\n(.*?)<!-- /figure -->", _section(name), flags=re.DOTALL)
    )


def test_without_a_name_every_drill_is_listed_with_what_it_does():
    listed = _drill()

    assert listed.returncode == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == NAMES
    assert all(len(line.split()) > 3 for line in listed.stdout.splitlines())


def test_a_name_that_is_not_one_is_answered_with_those_that_are():
    refused = _drill("no_such_drill")

    assert refused.returncode == 1
    assert all(name in refused.stderr for name in NAMES)
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("name", NAMES)
def test_every_drill_is_told_of(name):
    for part in ("**Done.**", "**Must hold.**", f"bin/drill {name}\n"):
        assert part in _section(name)
    assert _figures(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_what_it_must_and_says_when_and_on_what(name):
    for database, text in _figures(name).items():
        (line,) = re.findall(rf"^{name} {database}: (.+)$", text, flags=re.MULTILINE)
        assert tuple(re.findall(_VALUE, line)) == tuple(_keys(name))
        assert re.search(r"^Measured on \d{4}-\d\d-\d\d with \d+ cores \(.+\)\.$", text, flags=re.MULTILINE)


def test_a_figure_takes_the_place_of_the_last_one_and_nothing_else_changes(drilling):
    page = (
        "<!-- figure: x sqlite -->\nold\n<!-- /figure -->\n<!-- figure: x postgresql -->\n<!-- /figure -->\n"
    )
    once = drilling.put(page, "x sqlite: lost=0", "Measured.")

    assert once.startswith("<!-- figure: x sqlite -->\n\n```text\nx sqlite: lost=0\n```\n\nMeasured.\n")
    assert once.endswith(page[page.index("<!-- /figure -->") :])
    assert drilling.put(once, "x sqlite: lost=0", "Measured.") == once
    with pytest.raises(SystemExit, match="no place for a figure of y sqlite"):
        drilling.put(page, "y sqlite: lost=0", "Measured.")
