"""The checks: the second half of bin/test, under the environment's Python.

The quick tier needs nothing but Python; the full tier wants PostgreSQL, Redis, Node.js and Chromium, and
says what it left out where one of them is missing. With CI=true, what is left out is a failure.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from environment import ROOT, alone, say

#: `loadgroup`: what shares something dear stays with one worker (tests/conftest.py).
_PYTEST = (sys.executable, "-m", "pytest", "-q", "--durations=15", "--dist=loadgroup")
_REPORTS = ROOT / ".pytest_cache"
#: What the quick tier leaves to the full one: marks of setup.cfg.
_NEEDY = "postgresql or redis or redis_server or node or browser or slow"
_LOCK_TESTS = "tests/house/test_lock.py"
_PROVIDER = ROOT / "tests" / "provider"


@dataclass(slots=True)
class Tally:
    """What ran: each step's name, seconds and success, each test's outcome, each reason for a skip."""

    steps: list[tuple[str, float, bool]] = field(default_factory=list)
    tests: Counter[str] = field(default_factory=Counter)
    skips: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> bool:
        """Whether any step failed or, where nothing may be skipped, was left out."""
        return not all(good for _, _, good in self.steps) or (_strict() and bool(self.skips))


def main() -> int:
    """Run both tiers, print the summary, return the exit code."""
    os.chdir(ROOT)
    if sys.argv[1:]:
        return subprocess.call([sys.executable, "-m", "pytest", *sys.argv[1:]])
    tally = Tally()
    _provider(tally)
    _quick(tally)
    if tally.failed:
        tally.skips["the full tier: it begins when the quick tier is green"] += 1
    else:
        _full(tally)
    _summarise(tally)
    return int(tally.failed)


def _quick(tally: Tally) -> None:
    # The work of one processor for as long as all the other checks take: they go on beside it.
    types = _begin(sys.executable, "-m", "mypy", "--no-error-summary")
    _step(tally, "format", sys.executable, "-m", "ruff", "format", "--check", "--quiet", ".")
    _step(tally, "lint", sys.executable, "-m", "ruff", "check", "--quiet", ".")
    _step(tally, "layers", _tool("lint-imports"), "--no-logo")
    _step(tally, "templates", sys.executable, "-m", "djlint", "templates", "--lint", "--quiet")
    _tests(tally, "lock", _LOCK_TESTS, "-n0")
    _tests(tally, "unit tests, SQLite", "-n2", "-m", f"not ({_NEEDY})", f"--ignore={_LOCK_TESTS}")
    _await(tally, "types", types)


def _full(tally: Tally) -> None:
    # Three on two processors: drills and browsers wait much.
    _tests(tally, "PostgreSQL, sign-in provider, browser, drills", "-n3", "-m", _NEEDY)


def _provider(tally: Tally) -> None:
    """Install the OpenID provider of the sign-in tests; without npm, its tests are skipped and say so."""
    lock = _PROVIDER / "package-lock.json"
    stamp = _PROVIDER / "node_modules" / ".installed"
    if not lock.exists() or shutil.which("npm") is None:
        return
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    with alone("provider"):
        if stamp.exists() and stamp.read_text() == digest:
            return
        if _step(tally, "sign-in provider's packages", "npm", "ci", "--silent", "--prefix", str(_PROVIDER)):
            stamp.write_text(digest)


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


@dataclass(slots=True)
class _Beside:
    """A command that runs beside the steps, and what it says meanwhile."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]


def _begin(*command: str) -> _Beside:
    said = tempfile.TemporaryFile()  # noqa: SIM115 -- open until _await has read it
    return _Beside(subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT), said)


def _await(tally: Tally, name: str, beside: _Beside) -> None:
    """Wait for it and tell of it as of a step; its seconds are those for which one had to wait."""
    say(f"\n== {name}")
    began = time.monotonic()
    good = beside.process.wait() == 0
    with beside.said as said:
        said.seek(0)
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
    _tell(tally, name, began, good=good)


def _step(tally: Tally, name: str, *command: str) -> bool:
    say(f"\n== {name}")
    began = time.monotonic()
    good = subprocess.call(command) == 0
    _tell(tally, name, began, good=good)
    return good


def _tell(tally: Tally, name: str, began: float, *, good: bool) -> None:
    seconds = time.monotonic() - began
    tally.steps.append((name, seconds, good))
    say(f"== {name}: {'good' if good else 'FAILED'}, {seconds:.1f} s")


def _tests(tally: Tally, name: str, *arguments: str) -> None:
    _REPORTS.mkdir(exist_ok=True)
    report = _REPORTS / "report.xml"
    report.unlink(missing_ok=True)
    _step(tally, name, *_PYTEST, f"--junit-xml={report}", *arguments)
    if report.exists():
        _count(tally, report)


def _count(tally: Tally, report: Path) -> None:
    # The report is our own pytest's, written a moment ago.
    for case in ET.parse(report).iter("testcase"):  # noqa: S314
        skipped = case.find("skipped")
        if skipped is not None:
            tally.tests["skipped"] += 1
            tally.skips[skipped.get("message", "no reason given")] += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            tally.tests["failed"] += 1
        else:
            tally.tests["passed"] += 1


def _strict() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def _summarise(tally: Tally) -> None:
    print("\nWhat ran:")
    for name, seconds, good in tally.steps:
        print(f"  {'good  ' if good else 'FAILED'}  {seconds:7.1f} s  {name}")
    if tally.skips:
        print("What was skipped" + (", a failure here because CI=true:" if _strict() else ", and why:"))
    for reason, times in tally.skips.most_common():
        print(f"  {times:5} x  {reason}")
    counts = tally.tests
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped", flush=True)


if __name__ == "__main__":
    sys.exit(main())
