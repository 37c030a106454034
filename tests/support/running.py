"""Carte under test: its settings, and the real `flask` command, neither of which sees the developer's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.config import Settings
from tests.support.needs import ROOT

#: For whoever is not about limits: nobody meets one.
NO_LIMITS = dict.fromkeys(
    ("CARTE_LIMIT_LOGIN", "CARTE_LIMIT_CALLBACK", "CARTE_LIMIT_INVITE", "CARTE_LIMIT_EXPORT"), "100000/minute"
)

_ENV = {
    "CARTE_ENV": "development",
    "CARTE_DEV_LOGIN": "1",
    "CARTE_PUBLIC_URL": "http://localhost",
    "SECRET_KEY": "a key that only the tests know, long enough",
    **NO_LIMITS,
}


def environment(url: str, **more: str) -> dict[str, str]:
    """Return the variables of a test's Carte on the database at `url`."""
    return {**_ENV, "DATABASE_URL": url, **more}


def settings(url: str, **more: str) -> Settings:
    """Read settings from `environment` alone; nothing is written into the project's instance folder."""
    return Settings.from_env(environment(url, **more), instance=Path(tempfile.gettempdir()))


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


def run_flask(*args: str, env: Mapping[str, str], cwd: Path = ROOT, stdin: str = "") -> Finished:
    """Run `flask …` to its end, with these variables and no `.env` file."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *args],
        cwd=cwd,
        env=subprocess_environment(env),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def subprocess_environment(env: Mapping[str, str]) -> dict[str, str]:
    """Return what a child process needs of this one, and `env`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "FLASK_APP": "app", "FLASK_SKIP_DOTENV": "1", **env}


def copy_project(target: Path) -> Path:
    """Copy what the application needs; nothing of a test may be written into the real project."""
    for name in ("app", "migrations", "templates", "fixtures"):
        # What is compiled goes along, but for what is being written now.
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("*.pyc.*"))
    return target
