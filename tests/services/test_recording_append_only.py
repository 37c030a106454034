"""History is not edited, and nothing is changed past it, in whichever scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from app.domain.errors import Forbidden
from app.models import Change, FixtureRow, Invitation, Membership, Menu, MenuItem, Restaurant, Section
from app.models.history import RECORDED
from app.services import recording
from app.services.recording import AppendOnly
from app.tenancy import AsActor, Unjudged, enter
from tests.support.town import AT, actor, session_as

CHANGE = {
    "kind": "menu_item",
    "row_id": 1,
    "version": 1,
    "verb": "created",
    "name": "x",
    "before": {},
    "after": {},
    "act": recording.acts.new_number(AT),
    "at": AT,
    "restaurant_id": 1,
}


def first(session: Session) -> Change:
    return session.get_one(Change, session.scalars(select(Change.id)).first())


def edit(session: Session) -> None:
    first(session).name = "x"
    session.flush()


def edit_within(session: Session) -> None:
    change = first(session)
    change.after = {**change.after, "price": 1}
    session.flush()


def remove(session: Session) -> None:
    session.delete(first(session))
    session.flush()


def add(session: Session) -> None:
    session.add(Change(**CHANGE))
    session.flush()


def merge(session: Session) -> None:
    session.merge(Change(**CHANGE))
    session.flush()


def add_beside_an_edit(session: Session) -> None:
    session.get_one(MenuItem, 1).price = 1
    add(session)


TOUCHES: tuple[Callable[[Session], Any], ...] = (edit, edit_within, remove, add, merge, add_beside_an_edit)
BULK: dict[str, Callable[[Any], Any]] = {
    "insert": lambda cls: insert(cls).values(id=99),
    "insert many": lambda cls: insert(cls).from_select(["id"], select(FixtureRow.id)),
    "update": lambda cls: update(cls).values(restaurant_id=2),
    "update by key": lambda cls: update(cls).where(cls.id == 1).values(id=98),
    "delete": delete,
    "returning": lambda cls: update(cls).values(id=98).returning(cls),
    "from statement": lambda cls: select(cls).from_statement(update(cls).values(id=98).returning(cls)),
    "table": lambda cls: update(cls.__table__).values(id=98),
    "rows of a table": lambda cls: delete(cls.__table__),
    "into a table": lambda cls: insert(cls.__table__).values(id=99),
}


def everything(engine: Engine) -> list[Any]:
    with session_as(engine, "operator") as session:
        found = [session.execute(select(cls).order_by(cls.id)).all() for cls in (Change, MenuItem)]
        return [
            [repr(row[0].__dict__.keys()) + str(row[0].id) + row[0].name for row in rows] for rows in found
        ]


@pytest.mark.parametrize("touch", TOUCHES)
@pytest.mark.parametrize("who", ["operator", "ada", "olga"])
def test_nobody_touches_a_change(engine: Engine, who: str, touch: Callable[[Session], Any]) -> None:
    before = everything(engine)
    with session_as(engine, who) as session, pytest.raises((AppendOnly, Forbidden)) as caught:
        touch(session)
    if who == "operator":
        assert caught.type is AppendOnly

    assert everything(engine) == before


@pytest.mark.parametrize("shape", BULK)
@pytest.mark.parametrize("who", ["operator", "ada", "olga"])
def test_no_bulk_statement_writes_history(engine: Engine, who: str, shape: str) -> None:
    with session_as(engine, who) as session, pytest.raises((AppendOnly, Unjudged)) as caught:
        session.execute(BULK[shape](Change))
    if who == "operator":
        assert caught.type is AppendOnly


def test_not_even_by_hand(engine: Engine) -> None:
    with session_as(engine, "operator") as session, pytest.raises(AppendOnly):
        session.execute(insert(Change).values(CHANGE), execution_options=recording.BY_HAND)


@pytest.mark.parametrize("shape", BULK)
@pytest.mark.parametrize("cls", RECORDED.values())
def test_no_bulk_statement_goes_past_history(engine: Engine, cls: type[Any], shape: str) -> None:
    with session_as(engine, "operator") as session, pytest.raises(AppendOnly):
        session.execute(BULK[shape](cls))


def test_legacy_bulk_work_goes_past_no_history_either(engine: Engine) -> None:
    with session_as(engine, "operator") as session:
        for cls in (Restaurant, Menu, Section, MenuItem, Membership, Invitation, Change):
            with pytest.raises(AppendOnly):
                session.query(cls).delete()
            with pytest.raises(AppendOnly):
                session.query(cls).update({"id": 98})


def test_rows_without_a_history_are_changed_in_bulk(engine: Engine) -> None:
    with session_as(engine, "operator") as session:
        session.execute(update(FixtureRow).values(row_version=7))
        assert set(session.scalars(select(FixtureRow.row_version))) == {7}


def test_a_refused_act_leaves_nothing_of_itself(engine: Engine) -> None:
    with session_as(engine, "operator") as session:
        enter(session, AsActor(actor("vic")))
        session.get_one(MenuItem, 1).price = 1
        with pytest.raises(Forbidden):
            session.commit()
        session.rollback()
    with session_as(engine, "operator") as session:
        assert session.get_one(MenuItem, 1).price == 100
        assert not session.scalars(select(Change).where(Change.verb == "changed")).all()
