"""A long list on a phone and a laptop: narrowed, typed into by the keyboard, acted on as a whole.

On SQLite alone; tests/admin asks the same of both databases: test_ranges, test_matching.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from app.models import MenuItem
from tests.support.needs import needs
from tests.support.rows import Rows

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_a_long_list_is_narrowed_and_sold_out_as_a_whole(open_page, session, size):
    Rows(session).add_items(60)
    for number, dish in enumerate(session.scalars(select(MenuItem).where(MenuItem.name.like("Dish%")))):
        dish.price = 1000 + number
    session.commit()
    page = open_page("olga", size=size)
    page.goto("/admin/items/")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Price from").fill("10.10")
    page.get_by_label("Price to").fill("10.49")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Column Restaurant").uncheck()
    page.get_by_role("button", name="Apply").click()

    expect(page.locator("[data-filter]")).to_have_text("Price: $10.10 to $10.49")
    expect(page.locator('[data-field="restaurant.name"]')).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    everything = page.get_by_label("Select all 40 items")
    expect(everything).to_be_hidden()
    page.get_by_label("Tick all on this page").check()
    everything.check()
    page.get_by_role("button", name="Mark sold out").click()

    expect(page.locator("#flash")).to_contain_text("40 items sold out.")
    session.rollback()
    assert session.scalar(select(func.count()).where(MenuItem.sold_out_at.is_not(None))) == 40


def test_a_row_is_typed_through_by_the_keyboard(open_page):
    page = open_page("sam")
    page.goto("/admin/items/?search=French")
    page.locator("[data-edit]").first.focus()

    for key in ("Enter", "Control+a", "C", "h", "i", "p", "s", "Tab", "Enter", "Control+a", "4", "Tab"):
        page.keyboard.press(key)
        if key == "Tab":
            expect(page.locator("[data-field] input")).to_have_count(0)
            expect(page.locator("#flash [data-level=success]").last).to_be_visible()

    expect(page.locator('th[data-field="name"]')).to_have_text("Chips")
    expect(page.locator('[data-field="price"]')).to_have_text("$4.00")
    expect(page.get_by_role("switch")).to_be_focused()
