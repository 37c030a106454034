"""A menu made by keyboard alone, a section found among many, and nothing typed that gets lost by mistake."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.models import Menu, MenuItem, Section
from tests.support.needs import needs
from tests.support.rows import Rows

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _to(page: Page, name: str, *, most: int = 30) -> None:
    """Go on with Tab until the focus is on the control of that name."""
    for _ in range(most):
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            return
        _press(page, "Tab")
    raise AssertionError(f"{name} was not reached by Tab")


def test_a_menu_with_a_section_and_two_items_by_keyboard(open_page, rows: Rows):
    page = open_page("mia")
    page.goto("/admin/menus/new/")
    page.keyboard.type("Brunch")
    _to(page, "Save and add a section")
    _press(page, "Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Eggs")
    _to(page, "Save and add an item")
    _press(page, "Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Benedict")
    _to(page, "Save and add another")
    _press(page, "Enter")
    expect(page.locator("#flash")).to_contain_text("Benedict")
    page.keyboard.type("Florentine")
    _press(page, "Control+Enter")

    expect(page).to_have_url(re.compile("/sections/details/"))
    expect(page.locator("[data-below]")).to_have_count(2)
    section = rows.session.query(Section).filter_by(name="Eggs").one()
    assert [item.name for item in section.items] == ["Benedict", "Florentine"]
    assert section.menu.name == "Brunch"


def test_a_section_among_many_is_found_and_nothing_is_left_unsaved(open_page, rows: Rows):
    menu: Menu = rows.menu()
    rows.session.add_all(
        Section(menu=menu, restaurant_id=menu.restaurant_id, name=f"S {n:03}") for n in range(60)
    )
    rows.session.commit()
    page = open_page("mia", size="phone")
    page.goto("/admin/items/new/")
    box = page.get_by_role("combobox", name="Section")
    expect(box).to_be_focused()

    page.keyboard.type("zzz")
    expect(page.locator(".combobox-popup")).to_contain_text("Nothing matches.")
    _press(page, "Escape")
    expect(box).to_have_value("")
    page.keyboard.type("s 05")
    expect(page.get_by_role("option")).to_have_count(11)
    expect(box).to_have_attribute("aria-expanded", "true")
    _press(page, "ArrowDown", "End", "ArrowUp", "Enter")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value(f"S 058 · {menu} · {menu.restaurant}")
    # Its currency is known once it is chosen, though the page did not have it.
    expect(page.locator("[data-shows-unit]")).to_have_text("USD")

    page.get_by_label("Price").fill("dear")
    page.get_by_role("link", name="Home").last.click()
    page.get_by_role("button", name="Stay").click()
    expect(page.get_by_label("Price")).to_have_value("dear")
    page.get_by_label("Price").press("Control+Enter")

    expect(page.get_by_label("Name")).to_be_focused()
    expect(box).to_have_value(f"S 058 · {menu} · {menu.restaurant}")
    page.get_by_role("link", name="Price:").click()
    expect(page.get_by_label("Price")).to_be_focused()
    expect(page.get_by_label("Price")).to_be_in_viewport(ratio=1)
    page.get_by_label("Price").fill("4")
    page.get_by_label("Name").fill("Soup")
    page.get_by_label("Name").press("Control+Enter")
    expect(page.locator("#flash")).to_contain_text("Soup")
    rows.session.rollback()
    assert rows.session.query(MenuItem).filter_by(name="Soup").one().section.name == "S 058"

    page.goto("/admin/items/new/")
    page.get_by_label("Name").fill("Forgotten")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Leave").click()
    expect(page).to_have_url(re.compile("/admin/items/$"))
