"""PostgreSQL's own programs, which know how to write a database down and read it back."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from sqlalchemy import URL

from app.cli.backups.pace import Pace
from app.cli.working import Failed
from app.config import environment_of_programs


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is, as libpq wants it, and the password, which never stands on a command line."""

    url: str
    password: str | None = field(repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that is to reach it; only its owner can read that."""
        return environment_of_programs({"PGPASSWORD": self.password} if self.password else {})


def address(url: URL) -> Address:
    """Return the address of a database."""
    password = url.password or url.query.get("password")
    shown = url.difference_update_query(["password"])._replace(drivername="postgresql", password=None)
    return Address(shown.render_as_string(hide_password=False), str(password) if password else None)


def find(name: str, server: int = 0) -> str:
    """Return the path of a program; raises Failed when it is missing or older than the server."""
    path = shutil.which(name)
    if path is None:
        wanted = f" {server} or newer" if server else ""
        raise Failed(f"The program {name} was not found; install the client programs of PostgreSQL{wanted}.")
    if server and (found := _version(path)) < server:
        raise Failed(
            f"{name} is of PostgreSQL {found} and the server of {server}; "
            f"install the client programs of PostgreSQL {server} or newer."
        )
    return path


def run(words: str, *command: str, environment: Mapping[str, str], out: IO[bytes] | None = None) -> None:
    """Run a program to its end and say that it still runs; raises Failed with what it complained of."""
    pace = Pace(words)
    with started(*command, environment=environment, out=out) as program:
        while program.process.poll() is None:
            pace()
            try:
                program.process.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
        program.require_success()


@dataclass(frozen=True, slots=True)
class Program:
    """A program at work, and what it has complained of."""

    name: str
    process: subprocess.Popen[bytes]
    complaints: IO[bytes]

    def require_success(self) -> None:
        """Wait for its end; raises Failed with its first complaint, but for code 0."""
        if self.process.wait():
            self.complaints.seek(0)
            said = self.complaints.read().decode(errors="replace").strip().splitlines()
            words = re.sub(r"^(\S+: )?(error|ERROR): +", "", said[0]) if said else "it ended"
            raise Failed(f"{self.name}: {words}")


@contextmanager
def started(
    *command: str, environment: Mapping[str, str], out: IO[bytes] | int | None = None, reads: bool = False
) -> Iterator[Program]:
    """Start a program, which ends at the latest with the block."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603 -- a path of `find`, without a shell
            command,
            env=dict(environment),
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=out if out is not None else subprocess.DEVNULL,
            stderr=complaints,
            bufsize=0,
        ) as process,
    ):
        try:
            yield Program(command[0].rpartition("/")[2], process, complaints)
        except BaseException:
            process.kill()
            raise


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0
