"""Eight people change a handful of rows at once through every edit path, two read: nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import MenuItem
from tests.drills import editing, history, load
from tests.drills.editing import Raised, Turned
from tests.house.starting import Start

pytestmark = pytest.mark.slow

KEYS = (
    *("writers", "readers", "seconds", "acknowledged", "conflicts", "lost", "failed", "locked"),
    *("write_p50", "write_p99", "read_p50", "read_p99"),
)


@pytest.fixture
def hot(priced: Callable[[int], list[int]]) -> list[int]:
    """Three dishes of Urban Burger, at a price that nobody else has."""
    return priced(3)


@pytest.fixture
def ledger() -> load.Ledger:
    return load.Ledger()


@pytest.fixture
def steps(server: Start, hot: list[int], ledger: load.Ledger) -> list[load.Step]:
    """What ten people do: four type into cells, three save forms, one ticks all of them, two read."""
    link = server.links["Sign in"]
    by_cell = [load.sign_in(link, key) for key in ("olga", "mia", "sam", "ada")]
    by_form = [load.sign_in(link, key) for key in ("olga", "mia", "sam")]
    pages = ["/admin/items/", f"/admin/items/details/?id={hot[0]}"]
    return [
        *(editing.raise_by_cell(browser, hot, ledger, seed) for seed, browser in enumerate(by_cell)),
        *(editing.raise_by_form(browser, hot, ledger, seed) for seed, browser in enumerate(by_form)),
        editing.turn_by_batch(load.sign_in(link, "mia"), hot, ledger),
        editing.read(load.sign_in(link, "vic"), pages, ledger),
        editing.read(load.Browser(server.links["Guest page"]), ["/restaurant/1/", "/"], ledger),
    ]


def test_nothing_is_lost_and_nobody_is_locked_out(server, session, hot, ledger, steps, full, figure):
    seconds = 20 if full else 3
    versions = {item: version for item, (_, version) in _rows(session, hot).items()}
    session.rollback()

    with load.at_work(steps) as crowd:
        crowd.work_for(seconds)
        # A busy machine may need longer until everything has been tried.
        assert crowd.until(lambda: _tried(ledger, hot), 60)

    acknowledged = [written for written in ledger.acknowledged if isinstance(written, Raised)]
    raised = Counter(written.item for written in acknowledged)
    written = raised + Counter(turned.item for turned in ledger.acknowledged if isinstance(turned, Turned))
    after = _rows(session, hot)
    locked = f"{ledger.faults}{server.err}".lower().count("locked")
    assert (ledger.faults, ledger.unanswered, locked) == ([], [], 0)
    assert after == {item: (editing.START + raised[item], versions[item] + written[item]) for item in hot}
    assert len(set(acknowledged)) == len(acknowledged), "two people were told that they made one version"
    told = history.versions(session, hot, after=versions)
    assert told == history.expected(versions, {item: version for item, (_, version) in after.items()})
    figure(
        writers=8,
        readers=2,
        seconds=seconds,
        acknowledged=written.total(),
        conflicts=ledger.statuses[409],
        lost=sum(editing.START + raised[item] - price for item, (price, _) in after.items()),
        failed=len(ledger.faults),
        locked=locked,
        write_p50=ledger.p(50, "write"),
        write_p99=ledger.p(99, "write"),
        read_p50=ledger.p(50, "read"),
        read_p99=ledger.p(99, "read"),
    )


def _tried(ledger: load.Ledger, items: list[int]) -> bool:
    """Tell whether each dish has had a new price and been ticked."""
    return {(type(written), written.item) for written in tuple(ledger.acknowledged)} == {
        (kind, item) for kind in (Raised, Turned) for item in items
    }


def _rows(session: Session, items: list[int]) -> dict[int, tuple[int, int]]:
    """Return price and version of each item."""
    rows = session.scalars(select(MenuItem).where(MenuItem.id.in_(items)))
    return {row.id: (row.price or 0, row.version) for row in rows}
