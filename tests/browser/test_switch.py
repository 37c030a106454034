"""Choosing the restaurant one works in, with a thumb and without a script.

On SQLite alone: what it asks of the database tests/admin/test_working.py asks of both.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.models import Membership, Restaurant
from tests.support.needs import needs
from tests.support.rows import Rows

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]


def _open_more(session: Session, count: int) -> None:
    """Give Olga more restaurants, with long names."""
    olga, now = Rows(session).user("olga"), datetime.now(UTC)
    for number in range(count):
        place = Restaurant(
            name=f"The {number}th Restaurant of a Family with a Rather Long Name",
            slug=f"place-{number}",
            currency="EUR",
            time_zone="UTC",
            language="en",
            created_at=now,
        )
        session.add(place)
        session.flush()
        session.add(Membership(user_id=olga.id, restaurant_id=place.id, role=Role.MANAGER, created_at=now))
    session.commit()


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_olga_chooses_where_she_works(open_page, size):
    page = open_page("olga", size=size)
    page.goto("/admin/items/")
    switch = page.get_by_role("button", name="Owner, Urban Burger")
    other = page.get_by_role("button", name="Super Stir Fry, owner")
    expect(other).to_be_hidden()

    switch.click()
    expect(other).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(other).to_be_hidden()
    switch.click()
    other.click()

    expect(page.locator("body")).to_have_attribute("data-restaurant", "super-stir-fry")
    expect(page.locator("[data-narrowed]")).to_contain_text("Only Super Stir Fry")
    expect(page.locator("tr[data-id]", has_text="Urban Burger")).to_have_count(0)
    page.locator("[data-narrowed]").get_by_role("button", name="All my restaurants").click()
    expect(page.locator("tr[data-id]", has_text="Urban Burger")).not_to_have_count(0)


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_thirty_restaurants_scroll_and_nothing_overflows(open_page, session, size):
    _open_more(session, 28)
    page = open_page("olga", size=size)
    page.goto("/admin/items/")

    page.get_by_role("button", name="Owner, Urban Burger").click()

    box, seen = page.locator("#switch").bounding_box(), page.viewport_size
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= seen["width"]
    assert box["y"] + box["height"] <= seen["height"]
    assert page.locator("#switch").evaluate("list => list.scrollWidth <= list.clientWidth")
    assert page.locator("#switch").evaluate("list => list.scrollHeight > list.clientHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#switch").get_by_role("button", name="All my restaurants")).to_be_in_viewport(
        ratio=1
    )
    heights = page.locator("#switch button").evaluate_all("all => all.map(one => one.offsetHeight)")
    assert len(heights) == 31
    assert min(heights) >= 44
    assert page.get_by_role("button", name="Owner, Urban Burger").bounding_box()["height"] >= 44
    last = page.get_by_role("button", name="The 27th Restaurant")
    last.click()
    expect(page.locator("body")).to_have_attribute("data-restaurant", "place-27")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
