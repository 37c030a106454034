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


_FOCUSED = """(document.activeElement.ariaLabel ?? document.activeElement.textContent)
    .replace(/\\s+/g, " ").trim()"""


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _to(page: Page, name: str, *, most: int = 60) -> None:
    """Go on with Tab until the focus is on the control of that name."""
    for _ in range(most):
        if page.evaluate(_FOCUSED).startswith(name):
            return
        _press(page, "Tab")
    raise AssertionError(f"{name} was not reached by Tab")


def _find(page: Page, words: str) -> None:
    """Open what the palette finds first under these words."""
    page.wait_for_load_state()
    _press(page, "Control+k")
    page.keyboard.type(words)
    _press(page, "Enter")


def _items(page: Page, *names: str) -> None:
    """Type the items of a section, from its form on, one after the other."""
    _to(page, "Save and add an item")
    for name in names:
        _press(page, "Enter")
        expect(page.get_by_label("Name")).to_be_focused()
        expect(page.get_by_label("Name")).to_have_value("")
        page.keyboard.type(name)
        _to(page, "Save and add another")
    _press(page, "Control+Enter")
    expect(page.locator("[data-below]")).to_have_count(len(names))


def test_a_menu_is_made_sold_out_and_mended_by_keyboard(open_page, rows: Rows):
    page = open_page("mia")
    page.goto("/admin/menus/new/")
    page.keyboard.type("Brunch")
    _to(page, "Save and add a section")
    _press(page, "Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Eggs")
    _items(page, "Benedict", "Florentine", "Shakshuka")
    _to(page, "Brunch")
    _press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Brunch")
    _to(page, "Add a section")
    _press(page, "Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Hot drinks")
    _items(page, "Mint tea", "Flat white")

    _find(page, "kitchen")
    expect(page.get_by_role("switch", name="Mint tea")).to_be_visible()
    page.wait_for_load_state()
    _press(page, "/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("mint")
    expect(page.get_by_role("switch")).to_have_count(1)
    _to(page, "Sold out: Mint tea")
    _press(page, "Space")
    expect(page.locator("#flash")).to_contain_text("Mint tea is sold out")

    _find(page, "shakshuka")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Shakshuka")
    _to(page, "Delete")
    _press(page, "Enter")
    expect(page).to_have_url(re.compile("/deletion/"))
    _to(page, "Delete")
    _press(page, "Enter")
    expect(page.locator("#flash")).to_contain_text("Shakshuka")
    assert "Shakshuka" not in _names(rows)
    _to(page, "Undo")
    _press(page, "Enter")
    expect(page.locator("#flash")).to_contain_text("Undone.")
    assert _names(rows) == ["Benedict", "Flat white", "Florentine", "Mint tea", "Shakshuka"]


def _names(rows: Rows) -> list[str]:
    """Return what there is for brunch."""
    rows.session.rollback()
    menu = rows.session.query(Menu).filter_by(name="Brunch").one()
    return sorted(item.name for section in menu.sections for item in section.items)


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
