"""Who reads which part of history; in the town of tests/support/town.py, whose making it tells."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, exists, func, select, union_all
from sqlalchemy.orm import Session, aliased

from app.domain.actors import Actor
from app.models import Change, MenuItem, Restaurant
from app.services import signatures
from app.tenancy import AsActor, AsGuest, Reason, Unscoped, enter
from tests.support.town import AT, BURGER, PANDA, actor, restaurant, session_as

MENUS = {"restaurant", "menu", "section", "menu_item"}
READ: dict[str, set[tuple[int | None, str]]] = {
    "guest": set(),
    "lou": set(),
    "vic": set(),
    "sam": {(BURGER, kind) for kind in MENUS},
    "mia": {(BURGER, kind) for kind in MENUS | {"membership"}},
    "olga": {(BURGER, kind) for kind in MENUS | {"membership", "invitation"}},
    "stan": {(PANDA, kind) for kind in MENUS | {"membership", "invitation"}},
    "ada": {
        (None, "invitation"),
        *((place, kind) for place in (BURGER, PANDA) for kind in MENUS | {"membership", "invitation"}),
    },
}
change = aliased(Change)
SHAPES: dict[str, Any] = {
    "rows": select(Change.restaurant_id, Change.kind),
    "alias": select(change.restaurant_id, change.kind),
    "subquery": select(select(Change.restaurant_id, Change.kind).subquery()),
    "joined": select(change.restaurant_id, change.kind)
    .select_from(Change)
    .join(change, change.row_id == Change.row_id),
    "union": union_all(select(Change.restaurant_id, Change.kind), select(change.restaurant_id, change.kind)),
}


@pytest.mark.parametrize("who", READ)
@pytest.mark.parametrize("shape", SHAPES)
def test_each_reads_what_their_role_there_reads(engine: Engine, who: str, shape: str) -> None:
    with session_as(engine, who) as session:
        assert {tuple(row) for row in session.execute(SHAPES[shape])} == READ[who]


@pytest.mark.parametrize("who", READ)
def test_counts_tell_no_more(engine: Engine, who: str) -> None:
    with session_as(engine, who) as session:
        listed = len(session.scalars(select(Change)).all())

        assert session.scalar(select(func.count()).select_from(Change)) == listed
        assert session.query(Change).count() == listed
        there = select(func.count(MenuItem.id)).where(exists().where(Change.restaurant_id == PANDA))
        assert bool(session.scalar(there)) is any(place == PANDA for place, _ in READ[who])


def test_a_change_is_not_got_by_its_number(engine: Engine) -> None:
    with session_as(engine, "operator") as session:
        foreign = session.scalars(select(Change.id).where(Change.restaurant_id == PANDA)).all()
    with session_as(engine, "olga") as session:
        assert [session.get(Change, number) for number in foreign] == [None] * len(foreign)


def test_a_restaurant_is_reached_through_its_history_by_those_who_read_it(engine: Engine) -> None:
    with session_as(engine, "olga") as session:
        names = session.scalars(select(Restaurant.name).select_from(Change).join(Change.restaurant))
        assert set(names) == {"Burger"}


def delete_burger(session: Session, who: str) -> list[int]:
    """Let the person delete Burger; return the numbers of the changes that make up the act."""
    known = session.scalar(select(func.max(Change.id))) or 0
    enter(session, AsActor(actor(who)))
    signatures.sign(session, by=actor(who), at=AT)
    session.delete(session.get_one(Restaurant, BURGER))
    session.flush()
    enter(session, Unscoped(Reason.COMMAND_LINE))
    return list(session.scalars(select(Change.id).where(Change.id > known).order_by(Change.id)))


def without_burger(key: str) -> AsActor:
    person = actor(key)
    held = tuple(each for each in person.held if each.restaurant_id != BURGER)
    return AsActor(Actor(person.id, key, person.name, person.email, held=held))


def seen(session: Session) -> list[int]:
    return list(session.scalars(select(Change.id).where(Change.restaurant_id == BURGER).order_by(Change.id)))


def test_who_deleted_their_restaurant_reads_that_act_and_nothing_else_of_it(engine: Engine) -> None:
    with session_as(engine, "operator") as session:
        act = delete_burger(session, "olga")

        enter(session, without_burger("olga"))
        assert seen(session) == act
        assert set(session.scalars(select(change.id))) == set(act)
        assert session.scalar(select(func.count(Change.id))) == len(act)
        for who in ("mia", "sam", "vic", "stan", "lou"):
            enter(session, without_burger(who))
            assert seen(session) == []
        enter(session, AsGuest())
        assert seen(session) == []


def test_history_outlives_its_restaurant_for_administrators(engine: Engine) -> None:
    with session_as(engine, "operator") as session:
        before = seen(session)
        act = delete_burger(session, "olga")
        enter(session, AsActor(actor("ada")))

        assert seen(session) == before + act
        assert session.get_one(Change, act[0]).restaurant is None


def test_what_an_administrator_deleted_is_not_theirs_to_read_later(engine: Engine) -> None:
    with session_as(engine, "operator") as session:
        delete_burger(session, "ada")
        enter(session, without_burger("ada"))

        assert session.scalars(select(Change)).all() == []


def test_a_new_restaurant_takes_nothing_over(engine: Engine) -> None:
    """Numbers are never given twice, so that history is nobody else's."""
    with session_as(engine, "operator") as session:
        delete_burger(session, "olga")
        session.add(fresh := restaurant("New"))
        session.flush()

        assert fresh.id > PANDA
