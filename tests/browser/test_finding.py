"""Find anything, by keyboard alone: the palette, the search of a page, the shortcuts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.needs import needs

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]


def test_a_dish_is_found_and_opened_without_the_mouse(open_page):
    page = open_page("olga")
    page.wait_for_load_state()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Find pages")
    expect(box).to_be_focused()
    page.keyboard.type("french")
    option = page.get_by_role("option", name="French Fries", exact=False).first
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("French Fries")

    # What was opened last comes first.
    page.wait_for_load_state()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette").get_by_role("option").first).to_contain_text("French Fries")
    page.keyboard.press("Escape")
    expect(box).not_to_be_visible()


def test_single_keys_search_and_tell_of_themselves(open_page):
    page = open_page("olga")
    page.goto("/admin/items/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    # Where one types, they are letters.
    page.keyboard.type("?/")
    expect(page.get_by_role("searchbox")).to_have_value("?/")

    page.goto("/admin/roles/")
    page.keyboard.press("?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_be_visible()
    shortcuts.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#palette")).not_to_be_visible()


def test_on_a_phone_it_fills_the_screen(open_page):
    page = open_page("sam", size="phone")
    page.wait_for_load_state()
    page.get_by_role("button", name="Find", exact=True).click()
    page.keyboard.type("zzzz")
    expect(page.get_by_text("Nothing is called “zzzz”")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#palette")).not_to_be_visible()
