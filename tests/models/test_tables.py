from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.models import (
    Base,
    DefaultView,
    FixtureRow,
    Identity,
    Invitation,
    Membership,
    Menu,
    MenuItem,
    Restaurant,
    SavedView,
    Section,
    User,
    UserSession,
)
from tests.support.town import AT, BURGER, PANDA, invitation, restaurant, session_as, user


@pytest.fixture
def town(engine: Engine) -> Iterator[Session]:
    with session_as(engine, "operator") as session:
        yield session


WRONG_SQL = [
    "UPDATE menu_item SET price = -1 WHERE id = 1",
    "UPDATE menu_item SET price = 1000000000 WHERE id = 1",
    "UPDATE menu_item SET name = '' WHERE id = 1",
    "UPDATE menu_item SET sold_out_until = '2026-01-01 12:00:00' WHERE id = 1",
    "UPDATE menu_item SET sold_out_by_id = 999 WHERE id = 1",
    "UPDATE menu SET name = '' WHERE id = 1",
    "UPDATE section SET name = '' WHERE id = 1",
    "UPDATE restaurant SET name = '' WHERE id = 1",
    "UPDATE restaurant SET currency = 'usd' WHERE id = 1",
    "UPDATE restaurant SET currency = 'US' WHERE id = 1",
    "UPDATE restaurant SET slug = 'panda' WHERE id = 1",
    "UPDATE \"user\" SET name = '' WHERE id = 1",
    "UPDATE membership SET role = 'cook' WHERE id = 1",
    "UPDATE membership SET role = 'administrator' WHERE id = 1",
    "UPDATE membership SET user_id = 2 WHERE id = 1",
    "UPDATE invitation SET role = 'administrator' WHERE restaurant_id = 1",
    "UPDATE invitation SET restaurant_id = NULL WHERE restaurant_id = 1",
    "UPDATE invitation SET role = 'owner' WHERE restaurant_id IS NULL",
    "UPDATE invitation SET token_hash = 'same'",
    "UPDATE identity SET subject = 'olga'",
    "UPDATE user_session SET token_hash = 'olga'",
    "UPDATE saved_view SET restaurant_id = 1 WHERE user_id IS NOT NULL",
    "UPDATE saved_view SET restaurant_id = NULL",
    "UPDATE saved_view SET user_id = 2, folded_name = 'mia first' WHERE user_id = 6",
    "UPDATE saved_view SET name = ''",
    "UPDATE default_view SET user_id = NULL WHERE restaurant_id IS NULL",
    "UPDATE default_view SET user_id = NULL WHERE user_id = 3",
    "UPDATE default_view SET user_id = 2 WHERE user_id = 3",
    "UPDATE default_view SET list_name = 'menus'",
    "UPDATE default_view SET view_id = 999",
    "DELETE FROM saved_view",
    # A row of one restaurant under a parent of another.
    "UPDATE default_view SET restaurant_id = 2 WHERE restaurant_id = 1",
    "UPDATE saved_view SET restaurant_id = 2 WHERE restaurant_id = 1",
    "UPDATE menu_item SET section_id = 3 WHERE id = 1",
    "UPDATE menu_item SET restaurant_id = 2 WHERE id = 1",
    "UPDATE section SET menu_id = 2 WHERE id = 1",
    "UPDATE section SET restaurant_id = 2 WHERE id = 1",
    "UPDATE menu SET restaurant_id = 2 WHERE id = 1",
    "INSERT INTO menu_item (restaurant_id, section_id, name) VALUES (1, 3, 'x')",
    "INSERT INTO section (restaurant_id, menu_id, name) VALUES (1, 2, 'x')",
    # A parent whose children would be left behind, or go along unseen.
    "DELETE FROM restaurant WHERE id = 1",
    "DELETE FROM menu WHERE id = 1",
    "DELETE FROM section WHERE id = 1",
    'DELETE FROM "user" WHERE id = 1',
]


@pytest.mark.parametrize("sql", WRONG_SQL)
def test_the_database_itself_refuses(town: Session, sql: str) -> None:
    with pytest.raises(IntegrityError):
        town.execute(text(sql))


def test_the_database_takes_the_bounds(town: Session) -> None:
    for price in ("0", "999999999", "NULL"):
        town.execute(text(f"UPDATE menu_item SET price = {price} WHERE id = 1"))


REMOVALS: list[tuple[type[Base], dict[type[Base], int]]] = [
    (
        Restaurant,
        {Restaurant: 1, Menu: 1, Section: 2, MenuItem: 2, Membership: 2, Invitation: 2, FixtureRow: 1}
        | {SavedView: 3, DefaultView: 3},
    ),
    (Menu, {Restaurant: 2, Menu: 1, Section: 2, MenuItem: 2}),
    (Section, {Menu: 2, Section: 3, MenuItem: 3}),
    (MenuItem, {Section: 4, MenuItem: 3}),
]


@pytest.mark.parametrize(("cls", "left"), REMOVALS)
def test_deleting_takes_the_children_one_by_one(
    town: Session, cls: type[Base], left: dict[type[Base], int]
) -> None:
    town.delete(town.get_one(cls, 1))
    town.flush()

    assert {kind: town.scalar(select(func.count()).select_from(kind)) for kind in left} == left


def test_a_person_goes_with_their_accounts_and_not_with_a_membership(town: Session) -> None:
    town.delete(town.get_one(User, 7))
    town.flush()
    assert town.scalar(select(func.count(Identity.id)).where(Identity.user_id == 7)) == 0
    assert town.scalar(select(func.count(UserSession.id)).where(UserSession.user_id == 7)) == 0

    views = town.scalars(select(SavedView).where(SavedView.user_id == 6)).all()
    assert [len(view.defaults) for view in views] == [1]
    town.delete(town.get_one(User, 6))
    town.flush()
    assert town.scalar(select(func.count(SavedView.id)).where(SavedView.user_id == 6)) == 0

    town.delete(town.get_one(User, 1))
    with pytest.raises(IntegrityError):
        town.flush()


VERSIONED = [Restaurant, Menu, Section, MenuItem, SavedView, User]


@pytest.mark.parametrize("cls", VERSIONED)
def test_each_change_adds_one_to_the_version(town: Session, cls: Any) -> None:
    row = town.get_one(cls, 1)
    for version in (2, 3):
        row.name = f"Other {version}"
        town.flush()
        assert row.version == version


@pytest.mark.parametrize("cls", VERSIONED)
def test_a_row_that_moved_on_is_not_written_over(town: Session, cls: Any) -> None:
    row = town.get_one(cls, 1)
    town.execute(text(f'UPDATE "{cls.__tablename__}" SET version = 9 WHERE id = 1'))
    row.name = "Other"
    with pytest.raises(StaleDataError):
        town.flush()


def test_a_row_that_moved_on_is_not_deleted(town: Session) -> None:
    row = town.get_one(MenuItem, 1)
    town.execute(text("UPDATE menu_item SET version = 9 WHERE id = 1"))
    town.delete(row)
    with pytest.raises(StaleDataError):
        town.flush()


def test_a_moment_comes_back_aware_and_in_utc(town: Session) -> None:
    moment = datetime(2026, 3, 29, 3, 15, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    row = town.get_one(MenuItem, 1)
    row.sold_out_at = moment
    town.flush()
    town.expire_all()

    assert row.sold_out_at == moment
    assert row.sold_out_at.tzinfo is UTC
    found = select(MenuItem.id).where(
        MenuItem.sold_out_at >= moment, MenuItem.sold_out_at < moment + timedelta(hours=1)
    )
    assert town.scalars(found).all() == [1]


def test_a_moment_without_a_zone_is_refused(town: Session) -> None:
    town.get_one(MenuItem, 1).sold_out_at = AT.replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"):
        town.flush()


def test_a_dish_knows_whether_it_is_sold_out(town: Session) -> None:
    row = town.get_one(MenuItem, 1)
    assert not row.is_sold_out(AT)
    row.sold_out_at, row.sold_out_until = AT, AT + timedelta(hours=1)
    town.flush()
    town.expire_all()
    assert row.is_sold_out(AT)
    assert not row.is_sold_out(AT + timedelta(hours=1))


NEW: list[Callable[[], Base]] = [
    lambda: restaurant("New"),
    lambda: user("New"),
    lambda: invitation(None, "administrator", "n"),
]


@pytest.mark.parametrize("new", NEW, ids=["restaurant", "user", "invitation"])
def test_a_number_is_never_given_twice(town: Session, new: Callable[[], Base]) -> None:
    first = new()
    town.add(first)
    town.flush()
    number = first.id
    town.delete(first)
    town.flush()
    second = new()
    town.add(second)
    town.flush()

    assert second.id > number


INDEXES: dict[str, list[tuple[str, ...]]] = {
    "restaurant": [("name", "id")],
    "menu": [("restaurant_id", "position", "id"), ("name", "id")],
    "section": [("menu_id", "position", "id"), ("restaurant_id", "name", "id"), ("name", "id")],
    "menu_item": [("restaurant_id", "name", "id"), ("section_id", "position", "id"), ("name", "id")],
    "membership": [("restaurant_id", "id")],
}


@pytest.mark.parametrize("table", INDEXES)
def test_the_indexes_of_long_lists(engine: Engine, table: str) -> None:
    found = {tuple(index["column_names"]) for index in inspect(engine).get_indexes(table)}

    assert set(INDEXES[table]) <= found


def test_children_are_restricted_everywhere() -> None:
    keys = [key for table in Base.metadata.tables.values() for key in table.foreign_key_constraints]

    assert len(keys) >= 10
    assert {key.ondelete for key in keys} == {"RESTRICT"}


def test_the_town_is_what_it_says(town: Session) -> None:
    assert town.scalars(select(Restaurant.name).order_by(Restaurant.id)).all() == ["Burger", "Panda"]
    assert town.scalars(select(Section.restaurant_id).order_by(Section.id)).all() == [
        BURGER,
        BURGER,
        PANDA,
        PANDA,
    ]
