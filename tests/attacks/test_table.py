"""The table of attacks.txt is true: each test that it names is there, and none of ours is left out."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.needs import ROOT

_HERE = Path(__file__).parent

#: Ours, and no attack from outside.
_OTHERS = {"test_table.py", "test_races.py"}


def _named() -> set[tuple[str, str]]:
    lines = _HERE.joinpath("attacks.txt").read_text().splitlines()
    return {(file, test) for line in lines if line.startswith("    ") for file, test in [line.split()]}


def _tests_in(file: Path) -> set[str]:
    found = ast.parse(file.read_text()).body
    return {
        node.name for node in found if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_test_that_it_names_is_there():
    files = {file for file, _ in _named()}
    there = {(file, test) for file in files for test in _tests_in(ROOT / "tests" / file)}

    assert _named() - there == set()


def test_every_module_of_attacks_is_in_it():
    modules = {f"attacks/{file.name}" for file in _HERE.glob("test_*.py") if file.name not in _OTHERS}

    assert modules - {file for file, _ in _named()} == set()
