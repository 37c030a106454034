"""The numbers behind the pictures, on both databases, within reach."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from app.domain import acts
from app.models import Change, Menu, MenuItem, Section
from app.services import charting
from app.tenancy import AsActor, scoped
from tests.support import town
from tests.support.town import BURGER, PANDA

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def session(engine):
    with town.session_as(engine, "operator") as opened:
        yield opened


def _item(session, price: int | None, number: int = 1) -> MenuItem:
    section = session.get(Section, number)
    item = MenuItem(name="Dish", section=section, restaurant_id=section.restaurant_id, price=price)
    session.add(item)
    session.flush()
    return item


def test_items_a_section_in_the_order_of_the_menu(session):
    _item(session, None)
    lunch = Menu(name="Lunch", restaurant_id=BURGER, position=-1)
    session.add(Section(name="Soup", menu=lunch, restaurant_id=BURGER))
    session.flush()

    assert charting.items_a_section(session, BURGER, most=5) == [
        ("Lunch", "Soup", 0),
        ("Burger dinner", "Burger Entree", 2),
        ("Burger dinner", "Burger Dessert", 1),
    ]
    assert len(charting.items_a_section(session, BURGER, most=1)) == 2


def test_the_fullest_restaurants_come_first(session):
    _item(session, None, 3)

    assert charting.items_a_restaurant(session, most=5) == [("Panda", 3), ("Burger", 2)]


def test_prices_fall_into_round_ranges(session):
    for price in (0, 199, 200, 999):
        _item(session, price)
    _item(session, None)

    spread = charting.price_spread(session, BURGER, most=6)

    assert spread.bins.edges == [(low, low + 200) for low in range(0, 1000, 200)]
    # Two of 100 are there already.
    assert (spread.counts, spread.priced) == ([4, 1, 0, 0, 1], 6)
    assert (spread.least, spread.greatest) == (0, 999)


def test_without_a_price_there_is_nothing_to_spread(session):
    for item in session.get(Section, 1).items + session.get(Section, 2).items:
        item.price = None
    session.flush()

    assert charting.price_spread(session, BURGER, most=6) is None


@pytest.mark.parametrize(
    ("zone", "counts"), [(NEW_YORK, [1, 2]), (UTC, [0, 3]), (ZoneInfo("Asia/Tokyo"), [2, 1])]
)
def test_days_are_those_of_the_restaurant(session, zone, counts):
    # The last minute before midnight in New York, midnight there, and noon.
    for hour, minute in ((4, 59), (5, 0), (17, 0)):
        _act(session, datetime(2026, 11, 20, hour, minute, tzinfo=UTC))

    at = datetime(2026, 11, 20, 18, tzinfo=UTC)
    found = charting.acts_a_day(session, BURGER, zone, at=at, days=2)

    assert [count for _, count in found] == counts
    assert found[-1][0] == at.astimezone(zone).date()


def test_an_act_counts_once_and_where_it_was(session):
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    _act(session, at, rows=3)

    assert charting.acts_a_day(session, BURGER, UTC, at=at, days=1) == [(date(2026, 11, 20), 1)]
    assert charting.acts_a_day(session, PANDA, UTC, at=at, days=1) == [(date(2026, 11, 20), 0)]
    assert charting.acts_a_day(session, None, UTC, at=at, days=1) == [(date(2026, 11, 20), 1)]


@pytest.mark.parametrize(("who", "count"), [("sam", 1), ("vic", 0), ("stan", 0), ("ada", 1)])
def test_only_what_the_reader_may_read_counts(engine, session, who, count):
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    _act(session, at)
    with scoped(session, AsActor(town.actor(who))):
        assert charting.acts_a_day(session, None, UTC, at=at, days=1)[0][1] == count


def _act(session, at: datetime, rows: int = 1) -> None:
    """Note that an act has changed so many items of Burger's, each in the name of the operator."""
    line = {"restaurant_id": BURGER, "kind": "menu_item", "row_id": 1, "version": 2, "verb": "changed"}
    line |= {"name": "Dish", "before": {}, "after": {}, "act": acts.new_number(at), "at": at}
    session.connection().execute(insert(Change), [line] * rows)
