"""Run drills in full: the second half of bin/drill, under the environment's Python.

A drill is a file of tests/drills, which bin/test runs scaled down. What it measures on each database
is one line, printed and, once the drill has held, put into its place in docs/reliability.md.
"""

from __future__ import annotations

import ast
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from environment import ROOT, end_orderly, say

PAGE = ROOT / "docs" / "reliability.md"
_DRILLS = ROOT / "tests" / "drills"
_REPORT = ROOT / ".pytest_cache" / "drill.xml"
_PYTEST = (sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:randomly", "--full-drills")


def main() -> int:
    """Run the drills that are named; returns 0 when all of them held."""
    end_orderly()
    known = drills()
    asked = list(known) if sys.argv[1:] == ["all"] else sys.argv[1:]
    unknown = [name for name in asked if name not in known]
    if unknown:
        sys.exit(f"There is no drill “{unknown[0]}”; there are: {', '.join(known)}, and all.")
    if not asked:
        for name, words in known.items():
            print(f"{name:<16} {words}")
    return max([_run(name) for name in asked], default=0)


def drills() -> dict[str, str]:
    """Return the drills, each with what its module says about it first."""
    return {path.stem.removeprefix("test_"): _words(path) for path in sorted(_DRILLS.glob("test_*.py"))}


def _words(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def _run(name: str) -> int:
    say(f"\n== {name}")
    said = measured()
    _REPORT.parent.mkdir(exist_ok=True)
    _REPORT.unlink(missing_ok=True)
    code = subprocess.call([*_PYTEST, f"--junit-xml={_REPORT}", f"tests/drills/test_{name}.py"], cwd=ROOT)
    for line in _figures() if _REPORT.exists() else ():
        page = put(PAGE.read_text(encoding="utf-8"), line, said)
        PAGE.write_text(page, encoding="utf-8")
    return int(code != 0)


def _figures() -> list[str]:
    """Return the lines of the drills that held."""
    # The report is our own pytest's, written a moment ago.
    cases = [case for case in ET.parse(_REPORT).iter("testcase") if case.find("failure") is None]  # noqa: S314
    found = [each for case in cases if case.find("error") is None for each in case.iter("property")]
    return [each.get("value", "") for each in found if each.get("name") == "figure"]


def measured() -> str:
    """Say when, on what, and how busy that was already: a figure without it means nothing."""
    day = datetime.now(UTC).date()
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    load = f"load {os.getloadavg()[0]:.1f} when it began"
    return f"Measured on {day} with {os.cpu_count()} cores ({machine}, {load})."


def put(page: str, line: str, said: str) -> str:
    """Return the page with the line in its place; exits with one line where there is none."""
    which = line.partition(":")[0]
    place = re.compile(rf"(?<=<!-- figure: {re.escape(which)} -->\n).*?(?=<!-- /figure -->)", re.DOTALL)
    if not place.search(page):
        sys.exit(f"{PAGE.relative_to(ROOT)} has no place for a figure of {which}.")
    return place.sub(lambda _: f"\n```text\n{line}\n```\n\n{said}\n\n", page, count=1)


if __name__ == "__main__":
    sys.exit(main())
