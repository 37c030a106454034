"""A lock that somebody else holds: another process, which knows nothing of Carte."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Holds the lock until its standard input ends, which is also when the test's process does.
_SQLITE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1].removeprefix("sqlite:///"), timeout=15, isolation_level=None)
"""
_POSTGRESQL = """
import psycopg, sys
connection = psycopg.connect(sys.argv[1], options="-c lock_timeout=15s")
"""
_HOLD = """
connection.execute(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
connection.rollback()
"""


@contextmanager
def held(url: str, statement: str) -> Iterator[None]:
    """Hold the lock that this statement takes in the database at `url` while the block runs."""
    script = (_SQLITE if url.startswith("sqlite") else _POSTGRESQL) + _HOLD
    with subprocess.Popen(
        [sys.executable, "-c", script, url, statement],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "held\n"
            yield
            assert holder.poll() is None, "the lock went before its time"
        finally:
            holder.communicate(timeout=20)
