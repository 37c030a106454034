"""Restoring into the database of a server that serves eight writers: they see the old rows or the new."""

from __future__ import annotations

import pytest

from tests.drills import load, pairing

pytestmark = pytest.mark.slow

KEYS = ("restores", "broken", "failed", "refused", "writers", "acknowledged", "slowest_write", "slowest_read")

RESTORES, SCALED_DOWN = 5, 1


def test_a_restore_under_the_server_is_all_or_nothing(database_url, project, server, full, figure, tmp_path):
    restores = RESTORES if full else SCALED_DOWN
    broken = 0
    pairs, ledger = pairing.pairs(database_url), load.Ledger()
    steps = pairing.steps(server, pairs, ledger)
    # Made after the sign-in: whoever signed in later would be signed out by the restore.
    path = pairing.flask(project, database_url, "backup", "create", tmp_path / "before.zip").out.strip()

    with load.at_work(steps) as crowd:
        for _ in range(restores):
            assert crowd.until(pairing.more_than(ledger, len(ledger.acknowledged) + 2 * pairing.WRITERS), 60)
            said = pairing.flask(project, database_url, "backup", "restore", "--replace", path).err
            assert "The database as it was is in " in said
            broken += not pairing.is_whole(database_url, pairs)
        assert crowd.until(pairing.more_than(ledger, len(ledger.acknowledged) + 2 * pairing.WRITERS), 60)

    # A request that had begun, and that the restore would have waited for, is told to come again.
    failed = [status for status in ledger.statuses.elements() if status >= 500 and status != 503]
    assert (broken, failed, ledger.unanswered) == (0, [], [])
    assert pairing.is_whole(database_url, pairs)
    figure(
        restores=restores,
        broken=broken,
        failed=len(failed),
        refused=ledger.statuses[503],
        writers=pairing.WRITERS,
        acknowledged=len(ledger.acknowledged),
        slowest_write=f"{max(ledger.seconds['write']):.1f} s",
        slowest_read=f"{max(ledger.seconds['read']):.1f} s",
    )
