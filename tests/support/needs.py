"""What a test needs of this machine: a missing part skips it with its reason, and fails it in CI."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import psycopg
import pytest
import redis

from tests.support import clusters, small_disks

ROOT = Path(__file__).resolve().parents[2]

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")

#: Only the tests use this database, and they empty it.
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")

#: Where the tests find a browser, the first that is there; the one without windows does the same in two
#: thirds of the time.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _BROWSERS)), None)


def needs(part: str) -> pytest.MarkDecorator:
    """Mark a test, a class or a parameter with the part it needs: see `_PARTS`."""
    if part not in _PARTS:
        raise LookupError(part)
    mark: pytest.MarkDecorator = getattr(pytest.mark, part)
    return mark


def check(item: pytest.Item) -> None:
    """Skip the test, or fail it in CI, when a part that it is marked with is missing."""
    for part, missing in _PARTS.items():
        if item.get_closest_marker(part) and (reason := missing()):
            if os.environ.get("CI") == "true":
                pytest.fail(f"{reason} (CI=true: nothing may be skipped)", pytrace=False)
            pytest.skip(reason)


@cache
def _postgresql() -> str | None:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return f"PostgreSQL does not answer at TEST_POSTGRES_URL: {str(error).splitlines()[0]}"
    return None


@cache
def _redis() -> str | None:
    try:
        with redis.Redis.from_url(
            REDIS_URL, socket_connect_timeout=3, socket_timeout=3, retry=None
        ) as client:
            client.ping()
    except redis.RedisError as error:
        return f"Redis does not answer at TEST_REDIS_URL: {str(error).splitlines()[0]}"
    return None


@cache
def _redis_server() -> str | None:
    return (
        None if shutil.which("redis-server") else "Redis's server is not installed: no redis-server on PATH"
    )


@cache
def _node() -> str | None:
    if shutil.which("node") is None:
        return "Node.js is not installed"
    if not (ROOT / "tests" / "provider" / "node_modules").is_dir():
        return "the OpenID provider's packages are missing: npm ci --prefix tests/provider"
    return None


@cache
def _browser() -> str | None:
    return None if CHROMIUM else "Chromium is not installed"


@cache
def _cluster() -> str | None:
    if clusters.binaries() is None:
        return "PostgreSQL's server is not installed: no initdb on PATH or under /usr/lib/postgresql"
    if not Path("/proc/self/task").exists():
        return "looks at a server's processes through /proc"
    return None


@cache
def _small_disk() -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        return small_disks.refusal(Path(folder))


_PARTS = {
    "postgresql": _postgresql,
    "redis": _redis,
    "redis_server": _redis_server,
    "node": _node,
    "browser": _browser,
    "cluster": _cluster,
    "small_disk": _small_disk,
}
