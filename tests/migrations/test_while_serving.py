"""The schema changes while people work: nobody sees an error, and the longest wait is measured."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest
import requests
from sqlalchemy import text

from tests.house import starting
from tests.support.migrating import Schema, add_revision, history_with
from tests.support.running import environment, subprocess_environment

pytestmark = pytest.mark.slow

COLUMN = 'op.add_column("menu_item", sa.Column("season", sa.String(20), nullable=True))'
INDEX = """
with op.get_context().autocommit_block():
    op.create_index("ix_menu_item_season", "menu_item", ["season"], postgresql_concurrently=True)
"""
READS = ("/", "/restaurant/1/", "/restaurant/1/menu/JSON", "/admin/items/")

#: Seconds after which something that was waited for is called missing.
PATIENCE = 120


@dataclass
class Crowd:
    """Olga in several tabs: some read, each of the others changes the price of a dish of its own."""

    start: starting.Start
    statuses: list[int] = field(default_factory=list)
    waits: dict[str, float] = field(default_factory=lambda: {"read": 0.0, "write": 0.0})
    #: The price that each dish was last given, in cents, as the server acknowledged it; its version.
    prices: dict[int, int] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    failures: list[BaseException] = field(default_factory=list)

    @contextmanager
    def at_work(self, items: list[int]) -> Iterator[None]:
        """Work until the end of the block; fails with what went wrong for any of them."""
        base, cookies, token = self._sign_in()
        works: list[Callable[[requests.Session], None]] = [
            *(lambda session: self._read(session, base) for _ in range(3)),
            *(lambda session, item=item: self._write(session, base, item, token) for item in items),
        ]
        threads = [threading.Thread(target=self._go_on, args=(work, cookies)) for work in works]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ended.set()
            for thread in threads:
                thread.join(PATIENCE)
        assert self.failures == []

    def until_more(self, answers: int = 30) -> None:
        """Wait until so many more answers have come."""
        wanted = len(self.statuses) + answers
        wait_for(lambda: len(self.statuses) >= wanted or self.failures)

    def _sign_in(self) -> tuple[str, dict[str, str], str]:
        session = requests.Session()
        link = self.start.links["Sign in"]
        fields = dict(
            re.findall(r'name="(csrf_token|token)"[^>]*value="([^"]+)"', session.get(link, timeout=60).text)
        )
        address = link.partition("?")[0]
        session.post(address, data={**fields, "person": "olga"}, timeout=60).raise_for_status()
        base = address.removesuffix("/login/development")
        page = session.get(f"{base}/admin/items/", timeout=60).text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token, page[:500]
        return base, dict(session.cookies), token[1]

    def _go_on(self, work: Callable[[requests.Session], None], cookies: dict[str, str]) -> None:
        session = requests.Session()
        session.cookies.update(cookies)
        try:
            while not self.ended.is_set():
                work(session)
        except BaseException as failure:  # noqa: BLE001 -- the test itself fails with it
            self.failures.append(failure)

    def _read(self, session: requests.Session, base: str) -> None:
        for path in READS:
            self._ask("read", session.get, f"{base}{path}")

    def _write(self, session: requests.Session, base: str, item: int, token: str) -> None:
        version, price = self.versions.get(item, 1), self.prices.get(item, 100) + 1
        form = {
            "list_form_pk": item,
            "row_version": version,
            "price": f"{price / 100:.2f}",
            "csrf_token": token,
        }
        answer = self._ask("write", session.post, f"{base}/admin/items/ajax/update/", data=form)
        assert answer.status_code == 200, answer.text
        self.versions[item], self.prices[item] = answer.json()["row_version"], price

    def _ask(self, kind: str, ask: Callable[..., requests.Response], url: str, **more) -> requests.Response:
        began = time.monotonic()
        answer = ask(url, timeout=60, headers={"Accept-Language": "en"}, **more)
        self.waits[kind] = max(self.waits[kind], time.monotonic() - began)
        self.statuses.append(answer.status_code)
        return answer


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def project(tmp_path):
    return starting.copy(tmp_path / "project")


def expand(project):
    """Put two revisions into the project whose server is running."""
    shutil.rmtree(project / "migrations")
    history_with(project, COLUMN, 'op.drop_column("menu_item", "season")')
    add_revision(project / "migrations", "later", "next", INDEX)


@contextmanager
def upgrade(url, project):
    """Run `flask db upgrade` until the end of the block; it succeeds."""
    command = subprocess.Popen(
        [sys.executable, "-m", "flask", "db", "upgrade"],
        cwd=project,
        env=subprocess_environment(environment(url)),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield
        assert command.wait(PATIENCE) == 0, command.stderr.read()
    finally:
        command.kill()
        command.communicate()


@contextmanager
def somebody_reads_for_long(url):
    """Hold up whoever alters the table, until it has given up once: a report, a dump."""
    if url.startswith("sqlite"):
        yield
        return
    waits = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE%'"
    )
    with psycopg.connect(url) as reader, psycopg.connect(url, autocommit=True) as watch:
        reader.execute("SELECT count(*) FROM menu_item")
        yield
        wait_for(lambda: watch.execute(waits).fetchone())
        wait_for(lambda: not watch.execute(waits).fetchone())


def test_nobody_sees_an_error_while_the_schema_changes(database_url, project, request):
    with Schema(database_url).connect() as connection:
        items = connection.scalars(
            text("SELECT id FROM menu_item WHERE restaurant_id = 1 AND version = 1 ORDER BY id LIMIT 3")
        ).all()
    with starting.Start(project, environment={"DATABASE_URL": database_url}) as start:
        crowd = Crowd(start.serving())
        with crowd.at_work(items):
            crowd.until_more()
            crowd.waits = {"read": 0.0, "write": 0.0}
            expand(project)
            with upgrade(database_url, project), somebody_reads_for_long(database_url):
                crowd.until_more()
            crowd.until_more()

    assert set(crowd.statuses) == {200}
    with Schema(database_url).connect() as connection:
        stored = text(
            "SELECT id, price FROM menu_item WHERE id IN (SELECT id FROM menu_item WHERE version > 1)"
        )
        assert dict(map(tuple, connection.execute(stored))) == crowd.prices
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "later"
    kind = database_url.partition(":")[0]
    figure = ", ".join(f"longest {name} {seconds:.2f} s" for name, seconds in crowd.waits.items())
    # Not `record_property`, which warns of a report format that has room for it all the same.
    line = f"while_serving {kind}: {len(crowd.statuses)} answers, {figure}"
    request.node.user_properties.append(("figure", line))
