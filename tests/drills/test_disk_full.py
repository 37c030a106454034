"""The disk is filled to the last byte under people at work: reads go on, writes say why, nothing breaks."""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.drills import editing, load, watching
from tests.drills.conftest import Start
from tests.house import starting
from tests.support import clusters, filling, small_disks
from tests.support.needs import needs

pytestmark = [pytest.mark.slow, needs("small_disk")]

KEYS = (
    *("rounds", "reads_while_full", "acknowledged", "refused", "lost", "half_written"),
    *("failed", "broken", "signed_out"),
)

#: Pages that people open while nothing can be written.
PAGES = [
    *("/admin/items/", "/admin/", "/admin/items/details/?id=1", "/admin/items/export/csv/"),
    "/admin/items/export/xlsx/",
]
GUEST_PAGES = ["/restaurant/1/", "/", "/restaurant/1/menu/JSON", "/login", "/healthz"]


@pytest.fixture
def disk() -> Iterator[Path]:
    """The disk that the database is on."""
    # Not within `tmp_path`, which is closed to the user that PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="carte-disk-"))
    folder.chmod(0o755)
    try:
        with small_disks.mounted(folder, 32) as mounted:
            yield mounted
    finally:
        folder.rmdir()


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """The disk for files that come and go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    with small_disks.mounted(folder, 2) as mounted:
        yield mounted


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs("cluster"))])
def database_url(request: pytest.FixtureRequest, disk: Path) -> Iterator[str]:
    """A database whose tables are on the small disk; PostgreSQL keeps its journal elsewhere."""
    if request.param == "sqlite":
        url = f"sqlite:///{disk / 'carte.sqlite3'}"
        filling.load_samples(url)
        yield url
        return
    with clusters.cluster() as cluster, cluster.tablespace(disk) as url:
        filling.load_samples(url)
        yield url


@pytest.fixture
def server(start: Start, temporary: Path) -> Iterator[starting.Start]:
    with start(TMPDIR=str(temporary)) as running:
        yield running.serving()


def _rows(url: str, statement: str) -> list[tuple]:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()
    with psycopg.connect(url) as opened:
        return opened.execute(statement).fetchall()


def _broken(url: str) -> list[tuple]:
    """Return what the database finds wrong with itself."""
    if url.startswith("sqlite"):
        found = [row for row in _rows(url, "PRAGMA integrity_check") if row != ("ok",)]
        return found + _rows(url, "PRAGMA foreign_key_check")
    # Every page of every table and index is read; a torn one is an error.
    return _rows(
        url,
        "SELECT problem.* FROM pg_class, LATERAL verify_heapam(oid, check_toast => true) AS problem"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )


def _age_sessions(url: str) -> None:
    """Make it due for everybody that their next page notes the use of their session."""
    statement = "UPDATE user_session SET last_seen_at = '2026-01-01 00:00:00'"
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        with connection:
            connection.execute(statement)
        connection.close()
        return
    with psycopg.connect(url) as opened:
        opened.execute(statement)


def _create(browser: load.Browser, ledger: load.Ledger, prefix: str) -> load.Step:
    """Return a step that adds a dish with a long description, which no database can fold into less."""
    numbers = count(1)

    def step() -> None:
        name = f"{prefix} {next(numbers)}"
        form = {"section": 1, "name": name, "description": secrets.token_urlsafe(2900), "position": 0}
        answer = ledger.note("write", browser.post("/admin/items/new/", form))
        if answer.good:
            ledger.acknowledge(editing.Created(name))

    return step


def _more(things: Sequence[object], count: int) -> load.Condition:
    """Return the question whether there are so many more of these than now."""
    wanted = len(things) + count
    return lambda: len(things) > wanted


def _until_full(crowd: load.Crowd, disk: Path, writing: load.Ledger) -> None:
    """Fill the disk, again while something gives a little room back, until writes are refused."""
    small_disks.fill(disk)
    refused = writing.statuses[503]

    def refusing() -> bool:
        small_disks.fill(disk)
        return writing.statuses[503] > refused + 10

    assert crowd.until(refusing, 60), f"there was room all the same: {writing.statuses}"


def test_people_read_on_and_write_again_once_there_is_room(server, database_url, disk, full, figure):
    link, rounds, while_full = server.links["Sign in"], 5 if full else 2, 0
    reading, writing = watching.Watch(allowed=frozenset()), watching.Watch()
    olga, mia, sam, vic = (load.sign_in(link, key) for key in ("olga", "mia", "sam", "vic"))
    guest = load.Browser(olga.base)
    steps = [
        _create(olga, writing, "Olga"),
        _create(mia, writing, "Mia"),
        editing.raise_by_cell(sam, [2], writing),
        editing.read(vic, PAGES, reading),
        editing.read(guest, GUEST_PAGES, reading),
    ]
    before = _rows(database_url, "SELECT version FROM menu_item WHERE id = 2")[0][0]
    with load.at_work(steps) as crowd:
        for _ in range(rounds):
            assert crowd.until(_more(writing.acknowledged, 10), 60)
            _age_sessions(database_url)
            _until_full(crowd, disk, writing)
            read = len(reading.seconds["read"])
            enough = _more(reading.seconds["read"], 2 * (len(PAGES) + len(GUEST_PAGES)))
            assert crowd.until(enough, 60), reading.faults
            while_full += len(reading.seconds["read"]) - read
            small_disks.clear(disk)

        assert crowd.until(_more(writing.acknowledged, 10), 60), "nobody writes again"

    created = {each.name for each in writing.acknowledged if isinstance(each, editing.Created)}
    raised = [each for each in writing.acknowledged if isinstance(each, editing.Raised)]
    stored = {row[0] for row in _rows(database_url, "SELECT name FROM menu_item")}
    mine = {name for name in stored if name.startswith(("Olga ", "Mia "))}
    after = _rows(database_url, "SELECT version FROM menu_item WHERE id = 2")[0][0]
    assert (reading.faults, writing.faults) == ([], []), server.err
    assert reading.unanswered + writing.unanswered == []
    assert reading.strangers + writing.strangers == []
    assert set(reading.statuses) == {200}
    assert set(writing.statuses) <= {200, 302, 503}
    assert watching.not_whole(writing.refusals) == []
    assert all(_names_the_disk(each) for each in writing.refusals if each.status == 503)
    assert mine == created
    assert after == before + len(raised)
    assert _broken(database_url) == []
    figure(
        rounds=rounds,
        reads_while_full=while_full,
        acknowledged=len(writing.acknowledged),
        refused=writing.statuses[503],
        lost=len(created - mine),
        half_written=len(mine - created) + after - before - len(raised),
        failed=len(reading.faults) + len(writing.faults),
        broken=len(_broken(database_url)),
        signed_out=len(reading.strangers) + len(writing.strangers),
    )


def _names_the_disk(answer: load.Answer) -> bool:
    said = answer.json["detail"] if answer.text.startswith("{") else answer.text
    return "There is no room left to write" in said


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_without_room_says_so_and_leaves_nothing_behind(server, database_url, temporary, kind):
    olga = load.sign_in(server.links["Sign in"], "olga")
    path = f"/admin/items/export/{kind}/"
    small_disks.fill(temporary)

    refused = [olga.get(path) for _ in range(4)]

    assert all(watching.is_whole_refusal(each) and _names_the_disk(each) for each in refused), server.err
    assert all('data-person="olga"' in each.text for each in refused)
    assert olga.get("/admin/items/").status == 200
    small_disks.clear(temporary)
    assert olga.get(path).status == 200
    assert list(temporary.iterdir()) == []
