"""Requests that meet: each in a thread of its own, all at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

#: A request that is ready to go; returns its status.
Call = Callable[[], int]

#: Seconds after which a request that never came is a failure.
_PATIENCE = 60


def race(*calls: Call) -> list[int]:
    """Let all of them go at once; returns their statuses in the order of the calls."""
    ready = threading.Barrier(len(calls), timeout=_PATIENCE)

    def go(call: Call) -> int:
        ready.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [done.result(_PATIENCE) for done in [threads.submit(go, call) for call in calls]]
