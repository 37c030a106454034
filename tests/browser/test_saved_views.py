"""A saved view in a real browser, without a line of script of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _menu(page: Page):
    page.click("[popovertarget=views]")
    return page.locator("#views")


def test_a_view_is_saved_opened_made_the_first_and_deleted(open_page):
    page = open_page("mia", size="phone")
    page.goto("/admin/items/?flt4_without_a_price_is=0&search=burger")
    shown = page.locator("[data-id]").count()

    menu = _menu(page)
    menu.get_by_text("Save this view…").click()
    menu.get_by_label("Name").fill("Burgers")
    menu.get_by_role("button", name="Save view").click()
    expect(page.locator("#flash")).to_contain_text("View “Burgers” saved.")

    page.get_by_role("link", name="Show all").click()
    expect(page.locator("[data-view]")).to_have_count(0)
    expect(page.locator("[data-id]").nth(shown)).to_be_visible()
    menu = _menu(page)
    menu.get_by_role("link", name="Burgers", exact=True).press("Enter")
    expect(page.locator("[data-view]")).to_contain_text("View: Burgers")
    expect(page.locator("[data-id]")).to_have_count(shown)

    _menu(page).get_by_role("link", name="Options of Burgers").click()
    page.get_by_role("button", name="Open with it for me").click()
    page.goto("/admin/items/")
    expect(page.locator("[data-view]")).to_contain_text("View: Burgers")
    menu = _menu(page)
    expect(menu.get_by_role("link", name="Burgers opens first")).to_have_attribute("aria-current", "true")

    menu.get_by_role("link", name="Options of Burgers").click()
    page.get_by_role("link", name="Delete this view…").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#flash")).to_contain_text("“Burgers” deleted.")
    page.goto("/admin/items/")
    expect(page.locator("[data-view]")).to_have_count(0)
