"""Signing out elsewhere: one's own live sessions, one by one or all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.audit import Event
from app.domain.errors import NotFound
from app.models import AuditEntry, UserSession
from app.services import signing_in, signing_out
from app.services.signing_in import actor_of
from tests.support.rows import AT, Rows

LATER = AT + timedelta(minutes=5)


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


def begin(session, user, at=AT) -> UserSession:
    signing_in.begin(session, user, provider="google", user_agent="", at=at)
    session.flush()
    return session.scalars(select(UserSession).order_by(UserSession.id.desc()).limit(1)).one()


def told(session, event: Event) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.event == event)))


def test_one_of_them_ends_and_once(session, rows: Rows):
    olga = actor_of(rows.user("olga"))
    one, other = (begin(session, rows.user("olga")) for _ in range(2))

    signing_out.end(session, one.id, by=olga, at=LATER)

    assert (one.ended_at, other.ended_at) == (LATER, None)
    with pytest.raises(NotFound):
        signing_out.end(session, one.id, by=olga, at=LATER)
    [entry] = told(session, Event.SIGNED_OUT)
    assert (entry.by_id, entry.provider) == (olga.id, "google")


@pytest.mark.parametrize("who", ["sam", "ada"])
def test_nobody_elses_ends(session, rows: Rows, who):
    row = begin(session, rows.user("olga"))

    with pytest.raises(NotFound):
        signing_out.end(session, row.id, by=actor_of(rows.user(who)), at=LATER)

    assert row.ended_at is None


def test_all_of_them_end_but_nobody_elses(session, rows: Rows):
    olga = actor_of(rows.user("olga"))
    own = [begin(session, rows.user("olga")) for _ in range(3)]
    over, sams = begin(session, rows.user("olga"), AT - timedelta(hours=12)), begin(session, rows.user("sam"))

    assert signing_out.end_all(session, by=olga, at=LATER) == 3

    assert [row.ended_at for row in own] == [LATER] * 3
    assert (over.ended_at, sams.ended_at) == (None, None)
    [entry] = told(session, Event.SIGNED_OUT_EVERYWHERE)
    assert (entry.by_id, entry.reason) == (olga.id, "3 sessions")
