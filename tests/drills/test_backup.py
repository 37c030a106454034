"""Backups of a server under eight writers, each of them proven and then restored into a second database."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.drills import load, pairing
from tests.drills.editing import Turned
from tests.support import filling

pytestmark = pytest.mark.slow

KEYS = ("rounds", "broken", "missing", "slowest_create", "writers", "acknowledged", "slowest_write")

ROUNDS, SCALED_DOWN = 20, 2


@pytest.fixture
def second_url(databases):
    """The address of a second database, with the schema and no row."""
    url = databases.copy(filling.migrate)
    yield url
    databases.drop(url)


def test_every_backup_holds_what_was_acknowledged(
    database_url, second_url, project, server, full, figure, tmp_path
):
    rounds = ROUNDS if full else SCALED_DOWN
    broken, missing, slowest = 0, 0, 0.0
    pairs, ledger = pairing.pairs(database_url), load.Ledger()

    with load.at_work(pairing.steps(server, pairs, ledger)) as crowd:
        for number in range(rounds):
            assert crowd.until(pairing.more_than(ledger, len(ledger.acknowledged) + 2 * pairing.WRITERS), 60)
            before, began = Counter(ledger.acknowledged), time.monotonic()
            path = Path(pairing.flask(project, database_url, "backup", "create", tmp_path).out.strip())
            slowest = max(slowest, time.monotonic() - began)
            # What becomes of the file no longer depends on who writes.
            with crowd.at_rest():
                pairing.flask(project, database_url, "backup", "verify", path)
                replace = ["--replace"] if number else []
                pairing.flask(project, second_url, "backup", "restore", *replace, path)
            path.unlink()
            broken += not pairing.is_whole(second_url, pairs)
            held = pairing.versions(second_url)
            missing += sum(max(0, times - (held[turned.item] - 1)) for turned, times in before.items())

    assert (broken, missing) == (0, 0)
    assert (ledger.faults, ledger.unanswered) == ([], [])
    assert set(ledger.acknowledged) == {Turned(item) for pair in pairs for item in pair}
    figure(
        rounds=rounds,
        broken=broken,
        missing=missing,
        slowest_create=f"{slowest:.1f} s",
        writers=pairing.WRITERS,
        acknowledged=len(ledger.acknowledged),
        slowest_write=f"{max(ledger.seconds['write']):.1f} s",
    )
