"""bin/run, as a person starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.house import starting
from tests.support import filling
from tests.support.ports import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc"),
]

PRODUCTION = {
    "CARTE_ENV": "production",
    "SECRET_KEY": "a key that only the tests know, long enough",
    "CARTE_PUBLIC_URL": "https://menus.example.com",
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return starting.copy(tmp_path_factory.mktemp("run") / "a project")


@pytest.fixture
def start(copied, sqlite_databases):
    """`start(...)` is a bin/run on a database of this test alone, with the sample data."""
    url = sqlite_databases.copy(filling.load_samples)
    yield _starting(copied, url)
    sqlite_databases.drop(url)


@pytest.fixture
def first_start(copied, tmp_path):
    """The same without a database, as on the first day."""
    return _starting(copied, f"sqlite:///{tmp_path / 'carte.sqlite3'}")


def _starting(copied: Path, url: str) -> Callable[..., starting.Start]:
    def begin(*arguments: str, **environment: str) -> starting.Start:
        arguments = arguments or ("--port", str(free_port()))
        return starting.Start(copied, arguments, {"DATABASE_URL": url, **environment})

    return begin


def _ended(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def _until(happened, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(happened())


def test_a_first_start_serves_the_sample_menus_and_a_second_keeps_what_is_there(first_start):
    with first_start() as first:
        first.serving()
        assert list(first.links) == ["Guest page", "Back office", "Sign in"]
        assert first.get("/healthz")[0] == 200
        assert "Urban Burger" in first.get("/restaurant/1/")[1]
        assert json.loads(first.get("/restaurant/1/menu/JSON")[1])["MenuItems"]
        status, page = first.get(first.links["Sign in"].partition(urlsplit(first.links["Sign in"]).netloc)[2])
        assert status == 200
        assert "Olga" in page
    assert "fixtures" not in first.links

    with first_start() as second:
        second.serving()
        assert len(json.loads(second.get("/restaurant/JSON")[1])["restaurants"]) == 9


def test_who_signs_in_is_one_line_on_stderr(start):
    with start() as running, requests.Session() as browser:
        link = running.serving().links["Sign in"]
        hidden = dict(
            re.findall(r'name="(csrf_token|token)" value="([^"]+)"', browser.get(link, timeout=30).text)
        )
        answer = browser.post(
            link.partition("?")[0], data={**hidden, "person": "olga"}, allow_redirects=False, timeout=30
        )
        assert answer.status_code == 302

    assert running.last_words.count("signed in: user=") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_every_worker_and_frees_the_port(start, number):
    with start() as running:
        running.serving()
        assert _until(lambda: len(running.workers()) == 2)
        workers = running.workers()
        assert running.end(number) == 0
        assert all(_ended(worker) for worker in workers)
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", urlsplit(running.links["Guest page"]).port)) != 0


def test_workers_do_not_outlive_a_master_that_was_killed(start):
    with start() as running:
        workers = running.serving().workers()
        running.end(signal.SIGKILL)

        assert _until(lambda: all(_ended(worker) for worker in workers))


def test_a_worker_that_dies_is_replaced_and_the_sign_in_link_goes_on(start):
    with start(WEB_CONCURRENCY="1") as running:
        (worker,) = running.serving().workers()
        os.kill(worker, signal.SIGKILL)
        assert _until(lambda: running.workers() not in ([], [worker]))

        assert running.get("/login/development?" + urlsplit(running.links["Sign in"]).query)[0] == 200


def test_two_starts_at_once_take_two_ports_and_load_the_menus_once(first_start):
    port = str(free_port())
    with first_start("--port", port) as one, first_start("--port", port) as other:
        one.serving()
        other.serving()

        assert one.links["Guest page"] != other.links["Guest page"]
        for running in (one, other):
            assert running.get("/")[0] == 200
            assert len(json.loads(running.get("/restaurant/JSON")[1])["restaurants"]) == 9
    assert "is busy; Carte takes" in one.last_words + other.last_words


@pytest.mark.postgresql
def test_it_serves_on_postgresql(start, postgresql_databases):
    url = postgresql_databases.empty()
    try:
        with start(DATABASE_URL=url) as running:
            assert "Urban Burger" in running.serving().get("/restaurant/1/")[1]
    finally:
        postgresql_databases.drop(url)


def test_production_names_every_setting_that_is_missing_in_one_line(start):
    with start(CARTE_ENV="production") as refused:
        assert refused.finished() != 0
        assert refused.err.count("\n") == 1
        assert "SECRET_KEY and CARTE_PUBLIC_URL" in refused.err


def test_production_has_no_sign_in_link_and_answers_for_its_own_host(start):
    with start(**PRODUCTION) as running:
        running.serving()

        assert running.links["Guest page"] == "https://menus.example.com/"
        assert running.get("/healthz")[0] == 200
        assert running.get("/login/development", "menus.example.com")[0] == 404
        assert running.get("/healthz", "evil.example.com")[0] == 400
        assert "The development sign-in is off" in running.err


def test_on_an_address_that_others_reach_the_development_sign_in_is_off(start):
    with start("--host", "0.0.0.0", "--port", str(free_port())) as running:
        running.serving()

        assert urlsplit(running.links["Sign in"]).path == "/login"
        assert "The development sign-in is off" in running.err
        assert running.get("/")[0] == 200


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (("--port", "x"), {}, "--port"),
        (("--port", "65536"), {}, "--port"),
        (("--host", "nowhere.invalid"), {}, "nowhere.invalid"),
        (("--host", "192.0.2.1"), {}, "192.0.2.1"),
        ((), {"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY"),
        ((), {"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ((), {"CARTE_ENV": "staging"}, "CARTE_ENV"),
    ],
)
def test_a_start_that_cannot_be_says_why(start, arguments, environment, word):
    with start(*arguments, **environment) as refused:
        assert refused.finished() != 0
        assert word in refused.err.splitlines()[-1]
        assert "Traceback" not in refused.err


def test_packages_are_installed_again_when_the_lock_has_changed(start, copied):
    stamp = copied / ".venv" / ".installed-requirements.txt"
    known = stamp.read_text()
    stamp.write_text("an earlier lock")
    with start() as running:
        running.serving()
    assert re.search(r"^Installing what requirements\.txt names", running.last_words, re.MULTILINE)
    assert stamp.read_text() == known
