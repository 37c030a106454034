"""Who is shut out is signed out everywhere, and comes back with everything they had."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.errors import Blocked
from app.services import disabling, signing_in
from tests.support.rows import AT, Rows

LATER = AT + timedelta(hours=1)


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


def test_every_session_ends_and_the_roles_stay(session, rows: Rows):
    sam = rows.user("sam")
    tokens = [signing_in.begin(session, sam, provider="cast", user_agent="", at=AT) for _ in range(2)]

    disabling.disable(session, sam, by=None, at=LATER)
    disabling.disable(session, sam, by=None, at=LATER + timedelta(hours=1))
    disabling.enable(session, sam, by=None, at=LATER)

    assert [signing_in.find(session, token, at=LATER) for token in tokens] == [None, None]
    assert [each.ended_at for each in sam.sessions] == [LATER, LATER]
    assert (sam.disabled_at, rows.membership("sam").role) == (None, "staff")


def test_nobody_disables_themselves(session, rows: Rows):
    ada = rows.user("ada")
    with pytest.raises(Blocked, match="yourself"):
        disabling.disable(session, ada, by=signing_in.actor_of(ada), at=AT)
