"""`flask backup restore --replace`, killed at each of its steps: the old rows or the new ones."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.needs import ROOT
from tests.support.running import environment, run_flask, subprocess_environment

pytestmark = pytest.mark.slow

#: Kills `restore` before its first, second, … step until it gets to its end; says after each what is there.
KILLING = """
import importlib
import os
import signal
import sys
import tempfile
from itertools import count
from pathlib import Path

from app import create_app
from app.cli.backups import archive, pace, postgresql, programs, replacing, sqlite
from tests.support.backups import raise_price, wait_until_alone

url, path = sys.argv[1:]
app = create_app()
store = importlib.import_module("app.cli.backup")
postgresql.INSTANCE = Path(path).parent
pace._CHUNK = 16384


def contents():
    with app.app_context(), tempfile.TemporaryDirectory() as folder:
        return store._database().copy(Path(folder, "copy"))


def restore_and_die_before(step):
    steps = count(1)

    def counted(work):
        def do(*args):
            if next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(*args)

        return do

    sqlite._Watch.__call__ = counted(sqlite._Watch.__call__)
    replacing._send = counted(replacing._send)
    programs.Program.require_success = counted(programs.Program.require_success)
    done = app.test_cli_runner().invoke(args=["backup", "restore", "--replace", path])
    os._exit(done.exit_code)


new = archive.read(Path(path)).contents
for step in count(1):
    raise_price(url, 1)
    old = contents()
    child = os.fork()
    if not child:
        restore_and_die_before(step)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    wait_until_alone(url)
    there = contents()
    print(code, {True: "old", False: "half"}[there == old] if there != new else "new", flush=True)
    if code != -signal.SIGKILL:
        break
"""


def test_a_restore_that_is_killed_leaves_the_old_or_the_new(database_url, tmp_path):
    env = environment(database_url, TMPDIR=str(tmp_path))
    made = run_flask("backup", "create", str(tmp_path), env=env)
    assert made.code == 0, made.err

    done = subprocess.run(
        [sys.executable, "-c", KILLING, database_url, made.out.strip()],
        cwd=ROOT,
        env=subprocess_environment(env),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    *killed, last = done.stdout.splitlines()
    assert last == "0 new"
    assert {line.split()[0] for line in killed} == {"-9"}
    assert {line.split()[1] for line in killed} <= {"old", "new"}
    assert killed.count("-9 old") >= 7
