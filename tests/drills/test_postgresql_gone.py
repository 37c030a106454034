"""PostgreSQL is restarted, stopped and frozen under people at work: 503 with a page, then all is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.drills import editing, load, watching
from tests.drills.conftest import Start
from tests.house import starting
from tests.support import clusters, filling
from tests.support.needs import needs

pytestmark = [pytest.mark.slow, needs("cluster")]

KEYS = (
    *("restarts", "acknowledged", "refused", "unsure", "lost", "failed", "signed_out"),
    *("late_errors", "slowest_refusal", "slowest_frozen"),
)

#: Prices begin here, in cents, so that each is typed without a mark for thousands.
START = 100

#: Seconds after which a server that is back must have been noticed by everybody.
NOTICED = 2


@pytest.fixture
def cluster() -> Iterator[clusters.Cluster]:
    with clusters.cluster() as running:
        filling.load_samples(running.url)
        yield running


@pytest.fixture
def database_url(cluster: clusters.Cluster) -> str:
    """Instead of a database on the server that all tests share."""
    return cluster.url


@dataclass
class People:
    """Those who work while the server goes, and what they were told."""

    server: starting.Start
    items: list[int]
    ledger: watching.Watch

    def __post_init__(self) -> None:
        link = self.server.links["Sign in"]
        self.browsers = [load.sign_in(link, key) for key in ("olga", "mia", "sam", "ada", "vic")]
        self.guest = load.Browser(self.browsers[0].base)

    @property
    def steps(self) -> list[load.Step]:
        olga, mia, sam, ada, vic = self.browsers
        lists = ["/admin/items/", "/admin/", "/admin/items/export/csv/"]
        return [
            editing.raise_by_cell(olga, self.items, self.ledger),
            editing.raise_by_form(mia, self.items, self.ledger, 1),
            editing.raise_by_cell(sam, self.items, self.ledger, 2),
            editing.raise_by_form(ada, self.items, self.ledger, 3),
            editing.read(vic, lists, self.ledger),
            editing.read(self.guest, ["/restaurant/1/", "/", "/restaurant/1/menu/JSON"], self.ledger),
        ]


@pytest.fixture
def people(start: Start, cluster: clusters.Cluster) -> Iterator[People]:
    with psycopg.connect(cluster.url) as connection:
        found = "SELECT id FROM menu_item WHERE restaurant_id = 1 ORDER BY id LIMIT 4"
        items = [row[0] for row in connection.execute(found)]
        connection.execute("UPDATE menu_item SET price = %s, version = 1 WHERE id = ANY(%s)", (START, items))
    with start() as server:
        yield People(server.serving(), items, watching.Watch())


def _rows(cluster: clusters.Cluster, items: list[int]) -> dict[int, tuple[int, int]]:
    """Return price and version of each item."""
    with psycopg.connect(cluster.url) as connection:
        found = connection.execute("SELECT id, price, version FROM menu_item WHERE id = ANY(%s)", (items,))
        return {row[0]: (row[1], row[2]) for row in found}


def _restart(crowd: load.Crowd, cluster: clusters.Cluster, ledger: watching.Watch, how: int) -> int:
    """Let the server go and come back under the crowd; return how many errors came too late."""
    acknowledged, refused = len(ledger.acknowledged), len(ledger.asked)
    assert crowd.until(lambda: len(ledger.acknowledged) > acknowledged + 5, 30), ledger.faults
    cluster.stop(how)
    assert crowd.until(lambda: len(ledger.asked) > refused + 10, 30), "nobody noticed"
    cluster.start()
    noticed = time.monotonic() + NOTICED
    acknowledged = len(ledger.acknowledged)
    assert crowd.until(lambda: time.monotonic() > noticed, NOTICED + 30)
    assert crowd.until(lambda: len(ledger.acknowledged) > acknowledged + 20, 30), "nobody came back"
    return ledger.refused_since(noticed)


def test_nothing_is_lost_when_the_server_goes_and_comes_back(cluster, people, full, figure):
    ledger, late = people.ledger, 0
    ways = [clusters.FAST, clusters.IMMEDIATE] * (5 if full else 1)
    with load.at_work(people.steps) as crowd:
        for how in ways:
            late += _restart(crowd, cluster, ledger, how)

    after = _rows(cluster, people.items)
    written = sum(version - 1 for _, version in after.values())
    acknowledged = set(ledger.acknowledged)
    lost = sum(each.version > after[each.item][1] for each in acknowledged)
    assert ledger.faults == [], people.server.err
    assert ledger.unanswered == []
    assert ledger.strangers == []
    assert watching.not_whole(ledger.refusals) == []
    assert len(acknowledged) == len(ledger.acknowledged), "two people were told that they made one version"
    assert all(price == START + version - 1 for price, version in after.values()), "half of a write"
    # Who got 503 for a write whose commit was on its way was not told “no”, only “look first”.
    assert len(acknowledged) <= written <= len(acknowledged) + len(ledger.asked)
    assert (lost, late) == (0, 0)
    frozen = _ask_frozen(cluster, people)
    # Two seconds are Carte's, one is the machine's.
    assert frozen <= watching.SOON or not full
    figure(
        restarts=len(ways),
        acknowledged=len(acknowledged),
        refused=len(ledger.asked),
        unsure=written - len(acknowledged),
        lost=lost,
        failed=len(ledger.faults),
        signed_out=len(ledger.strangers),
        late_errors=late,
        slowest_refusal=f"{ledger.slowest_refusal * 1000:.0f} ms",
        slowest_frozen=f"{frozen * 1000:.0f} ms",
    )


def _ask_frozen(cluster: clusters.Cluster, people: People) -> float:
    """Freeze the server, let everybody ask at once, and return the seconds of the slowest answer."""
    ledger = watching.Watch()
    cluster.freeze()
    with load.at_work(
        [editing.read(each, ["/admin/items/"], ledger) for each in people.browsers * 3]
    ) as crowd:
        assert crowd.until(lambda: len(ledger.asked) > 3 * len(people.browsers), 60)
    cluster.thaw()
    assert ledger.unanswered == []
    assert watching.not_whole(ledger.refusals) == []
    assert set(ledger.statuses) == {503}
    return ledger.slowest_refusal


PAGES = [
    *("/admin/", "/admin/items/", "/admin/items/edit/?id=1", "/admin/people/", "/admin/items/export/csv/"),
    *("/admin/items/export/xlsx/", "/admin/restaurants/", "/login", "/", "/restaurant/1/", "/nowhere"),
]


@pytest.mark.parametrize("fault", ["stop", "freeze"])
def test_each_page_says_what_is_and_nobody_is_signed_out(cluster, people, fault):
    olga, guest = people.browsers[0], people.guest
    item = people.items[0]
    form = olga.get(f"/admin/items/edit/?id={item}").page.fields() | {"name": "Chips"}
    cell = {"list_form_pk": item, "row_version": 1, "price": "3.25"}
    getattr(cluster, fault)()

    for path in PAGES:
        answer = olga.get(path)
        assert watching.is_whole_refusal(answer), path
        assert ">Sign in</a>" not in answer.text
        assert f'href="{path}">Try again</a>' in answer.text
        assert 'href="/admin/">Back office</a>' in answer.text
    for path in ("/", "/restaurant/1/", "/restaurant/1/menu/JSON"):
        assert watching.is_whole_refusal(guest.get(path)), path
    saved = olga.post(f"/admin/items/edit/?id={item}", form)
    assert watching.is_whole_refusal(saved)
    assert "Look first" in saved.text
    assert "Try again" not in saved.text
    assert watching.is_whole_refusal(olga.post("/admin/items/ajax/update/", cell, Accept="application/json"))
    assert watching.is_whole_refusal(olga.post("/logout", {}))
    assert guest.get("/login").status == 200
    health = guest.get("/healthz")
    assert (health.status, health.json["status"]) == (503, "unavailable")
    assert health.headers["Retry-After"]

    cluster.thaw() if fault == "freeze" else cluster.start()
    page = _once_it_is_back(lambda: olga.get(f"/admin/items/edit/?id={item}"))
    assert page.status == 200
    assert 'data-person="olga"' in page.text
    assert page.page.fields()["row_version"] == "1"
    assert _once_it_is_back(lambda: olga.post(f"/admin/items/edit/?id={item}", form)).status == 302
    assert _once_it_is_back(lambda: guest.get("/healthz")).status == 200


def _once_it_is_back(ask: Callable[[], load.Answer]) -> load.Answer:
    """Ask as a person does who is told to come back: for a second, each worker may still say so."""
    end = time.monotonic() + 30
    while (answer := ask()).status == 503 and time.monotonic() < end:
        assert answer.headers["Retry-After"]
        time.sleep(0.2)
    return answer
