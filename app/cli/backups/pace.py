"""Words for whoever waits: nothing within the first second, then a line each second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import IO

from app.cli.working import say

#: Bytes that are moved at once.
_CHUNK = 1 << 20


class Pace:
    """How far one piece of work is; called as often as it likes to report."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._next = time.monotonic() + 1

    def __call__(self, done: str = "") -> None:
        """Say the words and how much is done, if it is time to."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 1
            say(f"{self._words} {done}".rstrip() + " …")


def chunks(file: IO[bytes], words: str) -> Iterator[bytes]:
    """Yield the bytes of a file piece by piece, and say how many megabytes have gone by."""
    pace, done = Pace(words), 0
    while chunk := file.read(_CHUNK):
        yield chunk
        done += len(chunk)
        pace(f"{done >> 20} MB")
