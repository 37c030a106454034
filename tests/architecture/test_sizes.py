"""Small files, so that “where is …?” is answered by opening one."""

from __future__ import annotations

import ast
from statistics import median

from tests.architecture import sources

MOST_LINES = 250
MOST_TEMPLATE_LINES = 120
MOST_FUNCTION_LINES = 50
#: File names that say nothing about their subject.
VAGUE = {"utils.py", "util.py", "helpers.py", "helper.py", "common.py", "misc.py", "tools.py"}


def _lines(name: str) -> int:
    return len(sources.text(name).splitlines())


def test_every_module_stays_short():
    names = sources.python("app/", "bin/", "migrations/", "fixtures/")

    assert {name: _lines(name) for name in names if _lines(name) > MOST_LINES} == {}


def test_a_typical_module_is_read_at_a_glance():
    assert median(_lines(name) for name in sources.python("app/") if _lines(name)) <= 100


def test_every_template_stays_short():
    assert {name: _lines(name) for name in sources.templates() if _lines(name) >= MOST_TEMPLATE_LINES} == {}


def test_every_function_stays_short():
    long = {
        f"{name}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name in sources.python("app/", "bin/")
        for node in ast.walk(sources.tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {place: lines for place, lines in long.items() if lines > MOST_FUNCTION_LINES} == {}


def test_no_file_is_named_for_nothing():
    assert [name for name in sources.python() if name.rpartition("/")[2] in VAGUE] == []
