"""Somebody else holds the write lock for eight seconds: reads go on, writes wait or are refused in words."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import MenuItem, UserSession
from tests.drills import editing, load, locking
from tests.house.starting import Start

pytestmark = pytest.mark.slow

KEYS = (
    *("writers", "readers", "seconds", "reads", "acknowledged", "refused", "lost", "failed"),
    *("slowest_read", "slowest_write"),
)

#: How many pages each reader must get while the lock is held.
PAGES = 5

#: Seconds within which they must have them: fewer than a write waits, so that no lock is given up for it.
MOST_SECONDS = 13

#: What takes the lock, one after the other.
_STATEMENTS = {
    "sqlite": ["BEGIN IMMEDIATE"],
    "postgresql": [
        "SELECT id FROM menu_item ORDER BY id FOR UPDATE",
        "LOCK TABLE menu_item IN EXCLUSIVE MODE",
    ],
}


@pytest.fixture
def items(priced: Callable[[int], list[int]]) -> list[int]:
    """Dishes of Urban Burger, one for each writer, so that only the foreign lock is in anybody's way."""
    return priced(8)


@pytest.fixture
def reading() -> tuple[load.Ledger, load.Ledger]:
    """What two readers see: one who is signed in, and a guest."""
    return load.Ledger(), load.Ledger()


@pytest.fixture
def writing() -> load.Ledger:
    return load.Ledger(allowed=frozenset({503}))


@pytest.fixture
def writers(server: Start, items: list[int], writing: load.Ledger) -> list[load.Step]:
    """Eight people, half of them in cells, half in forms."""
    cast = [load.sign_in(server.links["Sign in"], key) for key in ("olga", "mia", "sam", "ada") * 2]
    made = [editing.raise_by_cell, editing.raise_by_form] * 4
    return [make(cast[number], [items[number]], writing) for number, make in enumerate(made)]


@pytest.fixture
def readers(
    server: Start, session: Session, items: list[int], reading: tuple[load.Ledger, ...]
) -> list[load.Step]:
    """Two readers; of the one who is signed in, it is time to note that the session is in use."""
    vic, guest = load.sign_in(server.links["Sign in"], "vic"), load.Browser(server.links["Guest page"])
    session.rollback()
    for row in session.scalars(select(UserSession)):
        row.last_seen_at = datetime.now(UTC) - timedelta(minutes=5)
    session.commit()
    return [
        editing.read(vic, ["/admin/items/", f"/admin/items/details/?id={items[0]}"], reading[0]),
        editing.read(guest, ["/restaurant/1/", "/", "/restaurant/JSON"], reading[1]),
    ]


def test_reads_go_on_and_no_write_is_lost(
    session, database_url, items, reading, readers, writing, writers, full, figure
):
    seconds, pages = 8 if full else 2, 0
    before = _prices(session, items)
    for statement in _STATEMENTS[database_url.partition(":")[0]]:
        with load.at_work(writers) as crowd:
            assert crowd.until(lambda: len(writing.acknowledged) > 0, 30)
            with locking.held(database_url, statement), load.at_work(readers) as readers_at_work:
                pages += _hold(readers_at_work, reading, writing, seconds)
            assert crowd.until(_each_writes_again(writing, items), 60)

    raised = Counter(written.item for written in writing.acknowledged)
    after = _prices(session, items)
    refusals = [*writing.refusals, *reading[0].refusals, *reading[1].refusals]
    assert [*writing.faults, *reading[0].faults, *reading[1].faults] == []
    assert [*writing.unanswered, *reading[0].unanswered, *reading[1].unanswered] == []
    assert after == {item: before[item] + raised[item] for item in items}
    assert all("<h1" in answer.text or answer.json["detail"] for answer in refusals)
    figure(
        writers=len(items),
        readers=len(reading),
        seconds=seconds,
        reads=pages,
        acknowledged=raised.total(),
        refused=len(refusals),
        lost=sum(before[item] + raised[item] - after[item] for item in items),
        failed=len(writing.faults),
        slowest_read=max((ledger.slowest("read") for ledger in reading), key=lambda text: int(text[:-3])),
        slowest_write=writing.slowest("write"),
    )


def _hold(crowd: load.Crowd, reading: tuple[load.Ledger, ...], writing: load.Ledger, seconds: float) -> int:
    """Wait while the lock is held, so long and until every reader got their pages; return how many."""
    pages = [len(ledger.seconds["read"]) for ledger in reading]
    acknowledged, ends = len(writing.acknowledged), time.monotonic() + seconds

    def enough() -> bool:
        read = [len(ledger.seconds["read"]) for ledger in reading]
        return time.monotonic() > ends and all(
            now >= then + PAGES for now, then in zip(read, pages, strict=True)
        )

    assert crowd.until(enough, MOST_SECONDS), "somebody was kept from reading"
    # Each writer may hear of one write that was committed before the lock.
    assert len(writing.acknowledged) <= acknowledged + 8, "the lock held nobody up"
    return sum(len(ledger.seconds["read"]) for ledger in reading) - sum(pages)


def _each_writes_again(writing: load.Ledger, items: list[int]) -> load.Condition:
    """Return the question whether every writer has had two more writes acknowledged: one was waiting."""
    begun = len(writing.acknowledged)

    def asked() -> bool:
        since = Counter(written.item for written in writing.acknowledged[begun:])
        return all(since[item] >= 2 for item in items)

    return asked


def _prices(session: Session, items: list[int]) -> dict[int, int]:
    session.rollback()
    rows = session.scalars(select(MenuItem).where(MenuItem.id.in_(items)))
    return {row.id: row.price or 0 for row in rows}
