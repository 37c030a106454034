"""The races once more over the network, against gunicorn with two workers: no memory is shared."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from tests.support.needs import ROOT
from tests.support.pages import Page
from tests.support.ports import free_port
from tests.support.racing import race
from tests.support.rows import Rows
from tests.support.running import environment, subprocess_environment

pytestmark = pytest.mark.slow

_TOKEN = "for-the-races-of-workers-only-0123456789"
#: Seconds that a start may take on a machine that is busy with other tests.
_PATIENCE = 60


@pytest.fixture
def served(database_url) -> Iterator[str]:
    port = free_port()
    url = f"http://localhost:{port}"
    env = environment(
        database_url, CARTE_PUBLIC_URL=url, CARTE_DEV_LOGIN_TOKEN=_TOKEN, CARTE_BIND="127.0.0.1"
    )
    command = [sys.executable, "-m", "gunicorn", "app:create_app()", "--workers", "2", "--threads", "2"]
    with subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env=subprocess_environment(env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            _wait_for(f"{url}/healthz")
            yield url
        finally:
            server.terminate()
            server.wait(_PATIENCE)


def _wait_for(url: str) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


class Person:
    """One of the cast in a browser of their own."""

    def __init__(self, served: str, key: str) -> None:
        self.served, self.browser = served, requests.Session()
        page = self.open(f"/login/development?token={_TOKEN}")
        self.send("/login/development", {"token": _TOKEN, "person": key, "csrf_token": _token(page)})

    def open(self, path: str) -> str:
        return self.browser.get(f"{self.served}{path}", timeout=_PATIENCE).text

    def send(self, path: str, data) -> int:
        answer = self.browser.post(
            f"{self.served}{path}", data=data, timeout=_PATIENCE, allow_redirects=False
        )
        return answer.status_code

    def form(self, path: str) -> dict[str, str]:
        page = self.open(path)
        return {**Page(page).fields(), "csrf_token": _token(page)}


def _token(page: str) -> str:
    return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]


def test_of_four_people_one_is_saved_in_each_round_and_the_others_are_told(served, session):
    rows = Rows(session)
    number, version = rows.item().id, rows.item().version
    rows.session.commit()
    people = [Person(served, key) for key in ("olga", "mia", "sam", "olga")]
    url = f"/admin/items/edit/?id={number}"
    for turn in range(8):
        forms = [person.form(url) for person in people]
        prices = [1000 + 10 * turn + who for who in range(len(people))]

        def save(who: int, forms=forms, prices=prices) -> int:
            typed = {"price": f"{prices[who] / 100:.2f}"}
            if who % 2:
                cell = {"list_form_pk": number, **typed}
                cell |= {name: forms[who][name] for name in ("row_version", "csrf_token")}
                return people[who].send("/admin/items/ajax/update/", cell)
            return people[who].send(url, {**forms[who], **typed})

        statuses = race(*(lambda who=who: save(who) for who in range(len(people))))

        [winner] = [who for who, status in enumerate(statuses) if status in {200, 302}]
        assert sorted(statuses)[1:] == [409] * 3
        rows.session.rollback()
        stored = rows.again(rows.item())
        assert (stored.price, stored.version) == (prices[winner], version + turn + 1)
        rows.session.commit()


def test_a_double_click_on_new_makes_one_dish(served, session):
    rows = Rows(session)
    section = str(rows.section().id)
    rows.session.commit()
    mia = Person(served, "mia")
    for turn in range(5):
        name = f"Soup {turn}"
        form = {**mia.form("/admin/items/new/"), "section": section, "name": name}

        statuses = race(*[lambda form=form: mia.send("/admin/items/new/", form)] * 3)

        assert statuses == [302] * 3
        rows.session.rollback()
        assert [item.name for item in rows.items()].count(name) == 1
        rows.session.commit()
