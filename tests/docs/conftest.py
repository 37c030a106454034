from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.support import running
from tests.support.needs import ROOT


@pytest.fixture
def project(tmp_path):
    """A scratch copy of the project's folders."""
    return running.copy_project(tmp_path / "project")


@pytest.fixture
def checkout(project):
    """The scratch copy, with the files that stand beside its folders."""
    for name in (".flaskenv", "setup.cfg"):
        shutil.copy(ROOT / name, project / name)
    return project


@pytest.fixture
def new_database(sqlite_databases):
    """The address of an SQLite database without a table."""
    url = sqlite_databases.empty()
    yield url
    sqlite_databases.drop(url)


@pytest.fixture
def flask_in(checkout, new_database):
    """`flask_in("db", "upgrade")` runs the command in the scratch copy, and fails with what it says."""

    def run(*args, code=0):
        done = running.run_flask(*args, env=running.environment(new_database), cwd=checkout)
        assert done.code == code, done.err
        return done

    return run


@pytest.fixture
def python_in(checkout, new_database):
    """`python_in("-c", "…")` runs Python in the scratch copy, with the tests' own helpers at hand."""

    def run(*args):
        env = running.subprocess_environment(
            running.environment(new_database, PYTHONPATH=f"{checkout}{os.pathsep}{ROOT}")
        )
        done = subprocess.run(
            [sys.executable, *args],
            cwd=checkout,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
