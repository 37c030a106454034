"""A PostgreSQL server of a test's own, which it may stop, freeze and fill up.

The server runs as a child of the test, not as a daemon, and as `postgres` where the tests run as
root, since it refuses to be root.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

#: Seconds that a server may take to answer, or to end.
PATIENCE = 60

#: How a server is told to end: with its clients' transactions undone, or at once, as in a crash.
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server on this machine; None without one."""
    found = [Path(server).parent for name in ("initdb",) if (server := shutil.which(name))]
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found += sorted((path.parent for path in installed), key=lambda folder: folder.parent.name, reverse=True)
    return next((folder for folder in found if (folder / "postgres").exists()), None)


def _owner() -> dict[str, Any]:
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


class Cluster:
    """One server in a folder; `url` is the address of its database."""

    def __init__(self, folder: Path) -> None:
        bin_folder = binaries()
        assert bin_folder
        self._postgres = bin_folder / "postgres"
        self._data = folder / "data"
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        own(folder)
        subprocess.run(
            [
                bin_folder / "initdb",
                "-D",
                self._data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd="/",
            **_owner(),
        )

    @property
    def url(self) -> str:
        """The address of the database that everybody has."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.begin()
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            assert self._runs(), self._log.read_text()[-2000:]
            assert time.monotonic() < deadline, self._log.read_text()[-2000:]
            time.sleep(0.05)

    def begin(self) -> None:
        """Start the server, and do not wait for it."""
        words = [f"{self._postgres}", "-D", f"{self._data}", "-p", f"{self.port}"]
        options = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=16MB")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*words, *(word for option in options for word in ("-c", option))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                **_owner(),
            )

    def answers(self) -> bool:
        """Tell whether a client is served now."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how: signal.Signals = FAST) -> None:
        """End the server and wait for that; once more is once too often, and harmless."""
        if self._process is None:
            return
        self.thaw()
        self._process.send_signal(how)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.send_signal(IMMEDIATE)
            self._process.wait(PATIENCE)
        self._process = None

    @contextmanager
    def tablespace(self, folder: Path) -> Iterator[str]:
        """Give the address of a database whose tables are in `folder`; its journal stays with the server."""
        place = Path(tempfile.mkdtemp(prefix="tables-", dir=folder))
        own(place)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
            connection.execute("CREATE DATABASE carte TABLESPACE small")
        url = self.url.removesuffix("postgres") + "carte"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION amcheck")
        yield url

    def freeze(self) -> None:
        """Let the server say nothing more: its sockets stay open, and new ones are taken."""
        self._tell(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on where it was."""
        self._tell(signal.SIGCONT)

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _tell(self, number: signal.Signals) -> None:
        for process in self._family():
            # A client that has gone takes its process with it.
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def _family(self) -> list[int]:
        """Return the server, which comes first, so that none is born unseen, and its children."""
        if not self._runs():
            return []
        server = self._process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return [server, *map(int, children)]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Give a new server that answers; it ends with the block, and leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="carte-cluster-"))
    made = None
    try:
        made = Cluster(folder)
        made.start()
        yield made
    finally:
        if made is not None:
            made.stop(IMMEDIATE)
        shutil.rmtree(folder)


def own(folder: Path) -> None:
    """Give the folder to whoever runs the server."""
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
