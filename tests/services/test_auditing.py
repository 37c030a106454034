"""The audit's lines: written with what they tell of, cut to their columns, never edited."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from app.domain.audit import Event
from app.models import AuditEntry
from app.services import auditing
from app.services.recording import AppendOnly
from tests.support import town
from tests.support.town import AT, BURGER, actor


def lines(session):
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_a_line_says_who_as_what_from_where(engine):
    with town.session_as(engine, "olga") as session:
        auditing.come_from(session, "192.0.2.7")
        auditing.note(session, Event.EXPORTED, by=actor("olga"), at=AT, restaurant_id=BURGER, subject="items")

        line = lines(session)[-1]
        assert (line.by_name, line.by_role, line.address) == ("Olga", "owner", "192.0.2.7")
        assert (line.at, line.subject, line.restaurant_id) == (AT, "items", BURGER)


def test_what_is_too_long_or_unprintable_is_cut(engine):
    with town.session_as(engine, "operator") as session:
        auditing.note(session, Event.REQUEST_REFUSED, by=None, at=AT, subject="a\n\0b" + "x" * 1000)

        line = lines(session)[-1]
        assert line.subject.startswith("abxxx")
        assert len(line.subject) == 254


def test_it_goes_with_its_transaction(engine):
    with town.session_as(engine, "operator") as session:
        before = len(lines(session))
        auditing.note(session, Event.DISABLED, by=None, at=AT)
        session.rollback()

        assert len(lines(session)) == before


def test_nobody_edits_it(engine):
    with town.session_as(engine, "operator") as session:
        line = lines(session)[0]
        line.reason = "Nothing"
        with pytest.raises(AppendOnly):
            session.flush()
        session.rollback()
        session.delete(lines(session)[0])
        with pytest.raises(AppendOnly):
            session.flush()
        session.rollback()
        session.add(AuditEntry(event="x", at=AT))
        with pytest.raises(AppendOnly):
            session.flush()
        session.rollback()
        for statement in (update(AuditEntry).values(reason=""), delete(AuditEntry)):
            with pytest.raises(AppendOnly):
                session.execute(statement)


def test_every_event_has_a_name_that_fits():
    assert max(map(len, Event)) <= AuditEntry.__table__.c.event.type.length
