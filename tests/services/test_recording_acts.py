"""Acts: one a transaction, whatever happens within it; each with its commits, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app import tenancy
from app.models import Change, Menu, MenuItem
from app.services import recording, signatures
from tests.support.history import History
from tests.support.rows import AT, Rows
from tests.support.town import engine_on


@pytest.fixture
def rows(session: Session) -> Rows:
    return Rows(session)


@pytest.fixture
def history(session: Session) -> History:
    return History(session)


@pytest.fixture
def other(database_url: str) -> Iterator[Session]:
    """Somebody else's session on the same database."""
    with engine_on(database_url) as engine, Session(engine) as session:
        tenancy.enter(session, tenancy.Unscoped(tenancy.Reason.COMMAND_LINE))
        signatures.sign(session, by=None, at=AT)
        yield session


def test_two_transactions_are_two_acts_and_the_later_has_the_greater_number(
    session: Session, rows: Rows, history: History
) -> None:
    item = rows.item()
    for number in range(1, 5):
        signatures.sign(session, by=None, at=AT + timedelta(microseconds=number))
        item.price = number
        session.commit()

    acts = [change.act for change in history.new()]

    assert len(set(acts)) == 4
    assert acts == sorted(acts)


def test_the_last_act_is_that_of_the_last_commit(session: Session, rows: Rows, history: History) -> None:
    rows.item().price = 1
    session.commit()
    assert recording.last_act(session) == history.one().act

    rows.item().price = 2
    session.rollback()
    session.commit()
    assert recording.last_act(session) is None


def test_what_is_rolled_back_is_not_written_and_its_act_not_used_again(
    session: Session, rows: Rows, history: History
) -> None:
    rows.item().price = 1
    session.flush()
    given_up = session.scalars(select(Change.act).order_by(Change.id)).all()[-1]
    session.rollback()
    rows.item().price = 2
    session.commit()

    change = history.one()

    assert change.after == {"price": 2}
    assert change.act != given_up


def test_a_session_that_is_closed_midway_begins_anew(session: Session, rows: Rows, history: History) -> None:
    rows.item().price = 1
    session.flush()
    given_up = session.scalars(select(Change.act).order_by(Change.id)).all()[-1]
    session.close()
    rows.item().price = 2
    session.commit()

    assert history.one().act != given_up


def test_an_old_value_that_expired_with_a_commit_is_known(
    session: Session, rows: Rows, history: History
) -> None:
    item = rows.item()
    session.commit()
    item.price = 325
    session.commit()

    assert history.one().before == {"price": 299}


def test_savepoints_are_within_their_act(session: Session, rows: Rows, history: History) -> None:
    item, place = rows.item(), rows.restaurant()
    item.price = 1
    with session.begin_nested():
        item.name = "Chips"
    assert recording.last_act(session) is None
    with pytest.raises(IntegrityError), session.begin_nested():
        item.price = -1
    given_up = session.begin_nested()
    place.phone = "1"
    session.flush()
    given_up.rollback()
    item.position = 9
    session.commit()

    changes = history.new()

    assert [change.fields for change in changes] == [" price ", " name ", " position "]
    assert len({change.act for change in changes}) == 1
    assert recording.last_act(session) == changes[0].act
    assert rows.again(item).price == 1


def test_whoever_comes_second_writes_neither_row_nor_history(
    session: Session, other: Session, rows: Rows, history: History
) -> None:
    mine = other.get_one(MenuItem, rows.item().id)
    other.expunge(mine)
    other.rollback()
    rows.item().price = 1
    session.commit()
    other.add(mine)
    mine.price = 2
    with pytest.raises(StaleDataError):
        other.commit()
    other.rollback()

    assert history.one().after == {"price": 1}


def test_a_commit_that_the_database_refuses_leaves_no_history(
    session: Session, rows: Rows, history: History
) -> None:
    menu = rows.menu()
    session.add(Menu(name="Lunch", restaurant_id=menu.restaurant_id))
    session.flush()
    with pytest.raises(IntegrityError):
        session.execute(insert(Menu).values(id=menu.id), execution_options=recording.BY_HAND)
    session.rollback()

    assert history.new() == []


def test_what_is_recorded_by_hand_is_recorded_as_the_flush_does(
    session: Session, rows: Rows, history: History
) -> None:
    section = rows.section()
    values: dict[str, Any] = {
        "restaurant_id": section.restaurant_id,
        "section_id": section.id,
        "name": "Soup",
        "price": 0,
        "sold_out_at": AT,
    }
    query = insert(MenuItem).values(values).returning(MenuItem.id)
    number = session.scalar(query, execution_options=recording.BY_HAND)
    recording.record_new(session, MenuItem, [{**values, "id": number, "menu_id": section.menu_id}])
    by_hand = history.one()
    session.add(MenuItem(**values))
    by_flush = history.one()

    for name in ("restaurant_id", "menu_id", "kind", "version", "verb", "name", "fields", "before", "after"):
        assert getattr(by_hand, name) == getattr(by_flush, name)
    assert (by_hand.row_id, by_flush.row_id) == (number, number + 1 if number else None)


def test_nothing_new_is_nothing(session: Session, history: History) -> None:
    recording.record_new(session, MenuItem, [])

    assert history.new() == []
