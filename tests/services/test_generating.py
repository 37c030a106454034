"""Generated restaurants: the same for the same seed, never in each other's way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.models import MenuItem, Restaurant, Section
from app.services import exporting, generating

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def generate(session, seed, restaurants=3, items=50):
    slugs = generating.generate(session, restaurants=restaurants, items=items, seed=seed, at=AT)
    rows = session.scalars(select(Restaurant).where(Restaurant.slug.in_(slugs)).order_by(Restaurant.id)).all()
    return slugs, [exporting.dump(session, row) for row in rows]


def test_one_seed_makes_one_set_of_menus(bare_session):
    first = generate(bare_session, seed=7)
    bare_session.rollback()

    assert generate(bare_session, seed=7) == first
    bare_session.rollback()
    assert generate(bare_session, seed=8) != first


def test_the_same_seed_twice_makes_other_slugs(bare_session):
    first, _ = generate(bare_session, seed=7)
    second, _ = generate(bare_session, seed=7)

    assert len({*first, *second}) == 6


@pytest.mark.parametrize("items", [0, 2, 50, 6_000])
def test_items_are_the_total_and_spread_evenly(bare_session, items):
    done: list[int] = []
    generating.generate(bare_session, restaurants=3, items=items, seed=1, at=AT, progress=done.append)

    counts = bare_session.scalars(select(func.count(MenuItem.id)).group_by(MenuItem.restaurant_id)).all()
    assert sum(counts) == sum(done) == items
    assert not counts or max(counts) - min(counts) <= 1 or items == 2


def test_sections_and_prices_are_plausible(bare_session):
    generate(bare_session, seed=3)

    rows = bare_session.execute(select(Section.name, MenuItem.price).join(MenuItem.section)).all()
    assert {name for name, _ in rows} == {"Appetizer", "Entree", "Dessert", "Beverage"}
    assert all(200 <= price < 4_000 for _, price in rows)
