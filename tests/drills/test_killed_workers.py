"""Workers are killed under eight writers, then the master: whatever was acknowledged is there."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.models import MenuItem, Section
from tests.drills import editing, history, load
from tests.drills.editing import Created, Raised
from tests.house import starting
from tests.support.ports import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the workers through /proc"),
]

KEYS = (
    *("writers", "workers_killed", "masters_killed", "acknowledged", "unanswered"),
    *("missing", "twice", "failed"),
)

#: Seconds within which a worker that was killed has been replaced, or has ended with its master.
PATIENCE = 30


@pytest.fixture
def items(priced: Callable[[int], list[int]]) -> list[int]:
    """Three dishes of Urban Burger."""
    return priced(3)


@pytest.fixture
def section(session: Session) -> int:
    """The section that new dishes go into."""
    found = session.scalars(select(Section).where(Section.restaurant_id == 1).order_by(Section.id)).first()
    assert found
    return found.id


@pytest.fixture
def ledger() -> load.Ledger:
    return load.Ledger()


@pytest.fixture
def begin(start: Callable[..., starting.Start]) -> Iterator[Callable[[], starting.Start]]:
    """`begin()` is a server that serves, each time at the same address."""
    port = str(free_port())
    with ExitStack() as servers:
        yield lambda: servers.enter_context(start("--port", port)).serving()


def _steps(link: str, items: list[int], section: int, ledger: load.Ledger) -> Iterator[load.Step]:
    """Yield what eight people do: two type into cells, two save forms, four write new dishes."""
    for seed, key in enumerate(("olga", "sam")):
        yield editing.raise_by_cell(load.sign_in(link, key), items, ledger, seed)
        yield editing.raise_by_form(load.sign_in(link, key), items, ledger, seed + 10)
    for number, key in enumerate(("olga", "mia", "mia", "ada")):
        yield editing.create(load.sign_in(link, key), section, ledger, f"Dish of writer {number}")


def test_what_was_acknowledged_is_there(begin, session, items, section, ledger, full, figure):
    workers, masters = (50, 3) if full else (3, 1)
    versions = {item: version for item, (_, version) in _rows(session, items).items()}
    server = begin()

    with load.at_work(list(_steps(server.links["Sign in"], items, section, ledger))) as crowd:
        for number in range(workers):
            _kill_a_worker(server, crowd, ledger, random.Random(number))
        for _ in range(masters):
            _kill_the_master(server, crowd)
            server = begin()
            assert crowd.until(_written(ledger, 8), PATIENCE), "nobody could write any more"

    raised = [written for written in ledger.acknowledged if isinstance(written, Raised)]
    created = [written.name for written in ledger.acknowledged if isinstance(written, Created)]
    after, names = _rows(session, items), _names(session, section)
    missing = [each for each in raised if each.version > after[each.item][1]]
    missing_names = [name for name in created if not names[name]]
    twice = [name for name, times in names.items() if times > 1]
    twice_raised = len(raised) - len(set(raised))
    assert ledger.faults == []
    assert (missing, missing_names, twice, twice_raised) == ([], [], [], 0)
    assert raised
    assert created
    # Each version of a row is one cent more than the one before: no write was done by half.
    assert all(price - editing.START == version - versions[item] for item, (price, version) in after.items())
    told = history.versions(session, items, after=versions)
    assert told == history.expected(versions, {item: version for item, (_, version) in after.items()})
    assert _is_whole(session)
    figure(
        writers=8,
        workers_killed=workers,
        masters_killed=masters,
        acknowledged=len(ledger.acknowledged),
        unanswered=len(ledger.unanswered),
        missing=len(missing) + len(missing_names) + twice_raised,
        twice=len(twice),
        failed=len(ledger.faults),
    )


def _written(ledger: load.Ledger, more: int) -> load.Condition:
    """Return the question whether so many more writes have been acknowledged from now on."""
    enough = len(ledger.acknowledged) + more
    return lambda: len(ledger.acknowledged) >= enough


def _kill_a_worker(
    server: starting.Start, crowd: load.Crowd, ledger: load.Ledger, chance: random.Random
) -> None:
    """Kill one of the workers in the middle of its work, and wait until people write with two again."""
    victim = chance.choice(server.workers())
    os.kill(victim, signal.SIGKILL)
    assert crowd.until(lambda: len({*server.workers()} - {victim}) == 2, PATIENCE), "a worker stayed away"
    assert crowd.until(_written(ledger, 8), PATIENCE), "nobody could write any more"


def _kill_the_master(server: starting.Start, crowd: load.Crowd) -> None:
    """Kill the master, and wait until its workers have noticed and freed the port."""
    workers = server.workers()
    server.process.kill()
    server.process.wait(PATIENCE)
    assert crowd.until(lambda: not any(map(_lives, workers)), PATIENCE), "a worker outlived its master"


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _rows(session: Session, items: list[int]) -> dict[int, tuple[int, int]]:
    """Return price and version of each item."""
    session.rollback()
    rows = session.scalars(select(MenuItem).where(MenuItem.id.in_(items)))
    return {row.id: (row.price or 0, row.version) for row in rows}


def _names(session: Session, section: int) -> Counter[str]:
    """Return how many dishes of each name the section has."""
    return Counter(session.scalars(select(MenuItem.name).where(MenuItem.section_id == section)))


def _is_whole(session: Session) -> bool:
    """Ask SQLite whether its file is sound and each row's parent there; PostgreSQL checks as it goes."""
    if session.get_bind().dialect.name != "sqlite":
        return True
    connection = session.connection()
    sound = connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
    return sound and connection.execute(text("PRAGMA foreign_key_check")).all() == []
