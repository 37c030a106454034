"""A disk of a few megabytes that a test may fill to the last byte: in memory, and gone afterwards."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BALLAST = "ballast"


def refusal(folder: Path) -> str | None:
    """Return why this machine mounts nothing for us, in one line; None where it does."""
    try:
        with mounted(folder, 1):
            return None
    except (OSError, subprocess.CalledProcessError) as error:
        return f"a small disk cannot be mounted: {error}"


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of that size on `folder` while the block runs."""
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        # Lazily, since a server that is still ending may hold a file open.
        _run("umount", "-l", str(folder))


def fill(folder: Path) -> None:
    """Leave no room on the disk, not for one byte more."""
    with (folder / _BALLAST).open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue


def clear(folder: Path) -> None:
    """Give the room back."""
    (folder / _BALLAST).unlink()


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
