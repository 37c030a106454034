"""The virtual environment that bin/run and bin/test work in: `.venv`, from a lock, by hash.

Runs on whatever `python3` is, before anything is installed: the standard library alone, and no
syntax that an old Python would stumble over before it can be told that it is too old.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)

#: What a lock brings beside itself: requirements-dev.txt has the same pins and more.
_CONTAINS = {
    "requirements.txt": ("requirements.txt",),
    "requirements-dev.txt": ("requirements.txt", "requirements-dev.txt"),
}


def say(words: str) -> None:
    """Tell the person something; stdout is for what programs read."""
    print(words, file=sys.stderr, flush=True)


def end_orderly() -> None:
    """Let SIGTERM and Ctrl-C end this process with a plain exit, which ends what it has started."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold the machine's lock of that name, so that two starts at once take turns."""
    folder = ROOT / "instance"
    folder.mkdir(exist_ok=True)
    with (folder / (name + ".lock")).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ensure(lock: str) -> Path:
    """Return the environment's Python once everything in `lock` is installed; exits when it cannot be."""
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit("Carte needs Python 3.11 or newer, and python3 here is " + found + ". Install a newer one.")
    with alone("environment"):
        if not _fresh(lock):
            _install(lock)
    return PYTHON


def _stamp(lock: str) -> Path:
    return VENV / (".installed-" + lock)


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _fresh(lock: str) -> bool:
    stamp = _stamp(lock)
    # exists() follows the link, so an environment whose Python was removed is made anew.
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _digest(lock)


def _install(lock: str) -> None:
    say("Installing what " + lock + " names into .venv ...")
    if not PYTHON.exists() or _call(PYTHON, "-m", "pip", "--version"):
        _must(
            "Python could not make .venv; see above (on Debian: apt install python3-venv).",
            *(sys.executable, "-m", "venv", "--clear", VENV),
        )
    _must(
        "Not everything could be installed; see above. Is the network there?",
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--require-hashes", "--requirement", ROOT / lock),
    )
    for part in _CONTAINS[lock]:
        _stamp(part).write_text(_digest(part))


def _call(*command: object) -> int:
    return subprocess.call(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )


def _must(otherwise: str, *command: object) -> None:
    try:
        failed = subprocess.call([str(word) for word in command], stdout=sys.stderr, stdin=subprocess.DEVNULL)
    except OSError as error:
        sys.exit(otherwise + " " + str(error))
    if failed:
        sys.exit(otherwise)


def become(script: str, *arguments: str, lock: str) -> None:
    """Replace this process by `script` under the environment's Python."""
    end_orderly()
    python = str(ensure(lock))
    os.execv(python, [python, str(ROOT / "bin" / script), *arguments])
