"""bin/run as a person starts it: in a scratch copy of the project, on ports of its own."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.support.needs import ROOT
from tests.support.running import NO_LIMITS, copy_project, subprocess_environment

#: Seconds that a start may take on a machine that is busy with other tests.
PATIENCE = 90


def copy(target: Path) -> Path:
    """Copy the project, with an environment that borrows the packages of the one that runs the tests."""
    copy_project(target)
    shutil.copytree(ROOT / "bin", target / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".flaskenv", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, target / name)
    venv = target / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / "lib").symlink_to(Path(sys.prefix) / "lib")
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", venv / "pyvenv.cfg")
    digest = hashlib.sha256((target / "requirements.txt").read_bytes()).hexdigest()
    (venv / ".installed-requirements.txt").write_text(digest)
    return target


@dataclass
class Start:
    """One bin/run, as a context: its words so far, its links once it serves, its end."""

    project: Path
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    #: All it said on stderr, once it has ended.
    last_words: str = ""

    def __enter__(self) -> Self:
        self._err = (self.project / f"stderr-{time.monotonic_ns()}").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, str(self.project / "bin" / "run"), *self.arguments],
            cwd="/",
            env=subprocess_environment({"FLASK_SKIP_DOTENV": "0", **NO_LIMITS, **self.environment}),
            stdout=subprocess.PIPE,
            stderr=self._err,
            bufsize=0,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
        assert self.process.stdout
        self.process.stdout.close()
        self.last_words = self.err
        self._err.close()

    @property
    def err(self) -> str:
        """What it has said on stderr."""
        self._err.seek(0)
        return self._err.read()

    def serving(self) -> Self:
        """Wait for the links; fails when it ends or stays silent."""
        deadline = time.monotonic() + PATIENCE
        wanted = 3 if self.environment.get("CARTE_ENV", "development") == "development" else 2
        said = b""
        while len(self.links) < wanted and time.monotonic() < deadline:
            assert self.process.stdout
            if select.select([self.process.stdout], [], [], 1)[0]:
                chunk = self.process.stdout.read(4096)
                assert chunk, f"bin/run ended: {self.err}"
                said += chunk
                self.links = dict(
                    line.split(": ") for line in said.decode().splitlines() if line.count(": ") == 1
                )
        assert len(self.links) == wanted, f"bin/run stayed silent: {said.decode()}{self.err}"
        assert said.count(b"\n") == wanted, f"more than links: {said.decode()}"
        return self

    def finished(self) -> int:
        """Wait for an end of its own accord and return the exit code."""
        return self.process.wait(PATIENCE)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, as a terminal or a supervisor does, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise

    def workers(self) -> list[int]:
        """Return the processes that its master has started and that still run."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
                # The child that prints the links holds no socket.
                serves = any("socket:" in str(file.readlink()) for file in (process / "fd").iterdir())
            except OSError:
                continue
            if parent == self.process.pid and serves:
                found.append(int(process.name))
        return found

    def get(self, path: str, host: str | None = None) -> tuple[int, str]:
        """Return status and text of a page, asked at the port that the links name."""
        parts = urlsplit(self.links["Guest page"])
        port = parts.port or int(re.findall(r"127\.0\.0\.1:(\d+)", self.err)[-1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": host or parts.netloc})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()
