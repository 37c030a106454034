from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Action
from app.models import Base, Menu, MenuItem, Restaurant, Section
from app.policies import allows, may_open, reach
from app.policies.rules import restaurant_id_of
from tests.support.town import AT, BURGER, PANDA, PEOPLE, actor, engine_on, fill, restaurant, session_as

CLASSES = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda cls: cls.__name__)


@pytest.fixture
def town(bare_database_url: str) -> Iterator[Session]:
    with engine_on(bare_database_url) as engine, session_as(engine, "operator") as session:
        fill(session)
        yield session


def test_the_verdict_and_its_sql_agree(town: Session) -> None:
    """Every person of the town, every action, every row of every class."""
    for cls in CLASSES:
        rows = town.scalars(select(cls)).all()
        assert len(rows) >= 2
        for key in PEOPLE:
            for action in Action:
                person = actor(key)
                reached = set(town.scalars(select(cls.id).where(reach(person, action, cls))))
                allowed = {row.id for row in rows if allows(person, action, row)}
                assert reached == allowed, (cls.__name__, key, action)


def test_the_agreement_is_not_about_nothing(town: Session) -> None:
    def reached(key: str, action: Action) -> set[int]:
        return set(town.scalars(select(MenuItem.restaurant_id).where(reach(actor(key), action, MenuItem))))

    assert reached("mia", Action.READ) == {BURGER, PANDA}
    assert reached("mia", Action.ARRANGE) == {BURGER}
    assert reached("vic", Action.EDIT_ITEM) == set()
    assert reached("ada", Action.ADMINISTER) == {BURGER, PANDA}


@pytest.mark.parametrize(("key", "invited"), [("ada", True), ("olga", False), ("lou", False)])
def test_who_may_open_a_restaurant(key: str, invited: bool) -> None:
    assert may_open(actor(key), open_sign_up=True)
    assert may_open(actor(key), open_sign_up=False) is invited


def test_a_new_row_belongs_where_its_parents_do() -> None:
    place = Restaurant(id=7)
    menu = Menu(restaurant=place)
    item = MenuItem(section=Section(menu=menu))

    assert restaurant_id_of(item) == 7
    assert restaurant_id_of(MenuItem()) is None
    assert restaurant_id_of(Menu(restaurant=restaurant("New", created_at=AT))) is None
    assert restaurant_id_of(None) is None
