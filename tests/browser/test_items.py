"""A price changed in place, a dish sold out, a conflict: as staff do it, with mouse, finger and keyboard.

A browser is slow. The price in place and two people at one price run on both databases; the others on
SQLite alone, for what they ask of the database tests/admin asks of both: test_cells, test_batches,
test_removal, test_versions, test_relations.
"""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from app.models import Section
from tests.support.needs import needs
from tests.support.rows import Rows

pytestmark = needs("browser")
on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def _price(page: Page, dish: str):
    return page.locator("tr", has_text=dish).locator('[data-field="price"]')


def _type(page: Page, column: str, words: str) -> None:
    """Type into the only row of the list and press Enter."""
    page.locator(f'tr[data-id] [data-field="{column}"]').get_by_role("button").click()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def _served_price(served: str, dish: str) -> str:
    with urlopen(f"{served}/restaurant/1/menu/JSON") as answer:
        return next(item["price"] for item in json.load(answer)["MenuItems"] if item["name"] == dish)


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_olga_changes_a_price_in_place(open_page, served, size):
    page = open_page("olga", size=size)
    page.goto("/admin/items/?search=French")

    _price(page, "French Fries").get_by_role("button").click()
    page.keyboard.type("3.25")
    page.keyboard.press("Enter")

    expect(_price(page, "French Fries")).to_have_text("$3.25")
    expect(page.locator("#flash [data-level=success]")).to_be_visible()
    assert _served_price(served, "French Fries") == "$3.25"
    page.goto("/restaurant/1/")
    expect(page.locator("[data-item]", has_text="French Fries")).to_contain_text("$3.25")


@on_sqlite
def test_escape_leaves_the_price_alone(open_page, served):
    page = open_page("sam")
    page.goto("/admin/items/?search=French")

    _price(page, "French Fries").get_by_role("button").press("Enter")
    page.keyboard.type("9")
    page.keyboard.press("Escape")

    expect(_price(page, "French Fries")).to_have_text("$2.99")
    assert _served_price(served, "French Fries") == "$2.99"


@on_sqlite
def test_a_price_that_is_none_is_refused_beside_its_input_and_kept(open_page, served):
    page = open_page("sam")
    page.goto("/admin/items/?search=French")

    _price(page, "French Fries").get_by_role("button").click()
    page.keyboard.type("cheap")
    page.keyboard.press("Enter")

    expect(page.locator('[data-error-for="price"]')).to_contain_text("price")
    expect(_price(page, "French Fries").locator("input")).to_have_value("cheap")
    assert _served_price(served, "French Fries") == "$2.99"


@on_sqlite
def test_a_dish_is_sold_out_with_one_tap_and_back_with_another(open_page, served):
    page = open_page("sam", size="phone")
    page.goto("/admin/items/?search=French")
    switch = page.get_by_role("switch", name="Sold out: French Fries")

    switch.click()
    expect(switch).to_be_checked()
    expect(page.locator("tr[data-sold-out]")).to_have_count(1)
    # It turns before the server has heard of it.
    expect(page.locator("#flash")).to_contain_text("on.")
    guest = open_page()
    guest.goto("/restaurant/1/")
    expect(guest.locator("[data-item][data-sold-out]", has_text="French Fries")).to_be_visible()

    switch.click()
    expect(switch).not_to_be_checked()


def test_two_people_at_one_price_see_each_other(open_page, served):
    mia, sam = open_page("mia"), open_page("sam")
    for page in (mia, sam):
        page.goto("/admin/items/?search=French")
        _price(page, "French Fries").get_by_role("button").click()
    mia.keyboard.type("3.10")
    mia.keyboard.press("Enter")
    expect(_price(mia, "French Fries")).to_have_text("$3.10")

    sam.keyboard.type("3.50")
    sam.keyboard.press("Enter")

    conflict = sam.locator('[data-conflict-for="price"]')
    expect(conflict.locator("[data-base]")).to_have_text("2.99")
    expect(conflict.locator("[data-theirs]")).to_have_text("3.10")
    expect(conflict.locator("[data-mine]")).to_have_text("3.50")
    assert _served_price(served, "French Fries") == "$3.10"
    sam.keyboard.press("Enter")
    expect(_price(sam, "French Fries")).to_have_text("$3.50")


@on_sqlite
def test_escape_after_a_conflict_keeps_theirs_as_the_list_shows_it(open_page, served):
    mia, sam = open_page("mia"), open_page("sam")
    for page in (mia, sam):
        page.goto("/admin/items/?search=French")
    _type(mia, "price", "3.10")
    expect(_price(mia, "French Fries")).to_have_text("$3.10")
    _type(mia, "name", "French Fries, large")
    expect(mia.locator("#flash")).to_contain_text("large saved")

    _type(sam, "price", "3.50")
    expect(sam.locator('[data-conflict-for="price"] [data-theirs]')).to_have_text("3.10")
    sam.keyboard.press("Escape")

    expect(_price(sam, "French Fries")).to_have_text("$3.10")
    # The whole row is as it is now: nobody saves over a name that they have not seen.
    expect(sam.locator('tr[data-id] [data-field="name"]')).to_have_text("French Fries, large")
    _type(sam, "price", "3.60")
    expect(_price(sam, "French Fries")).to_have_text("$3.60")


@on_sqlite
def test_a_switch_that_somebody_else_turned_shows_how_it_stands(open_page):
    mia, sam = open_page("mia"), open_page("sam")
    for page in (mia, sam):
        page.goto("/admin/items/?search=French")
    mia.get_by_role("switch").click()
    expect(mia.get_by_role("switch")).to_be_checked()

    sam.get_by_role("switch").click()

    expect(sam.locator("#flash [data-level=error]")).to_be_visible()
    expect(sam.get_by_role("switch")).to_be_checked()
    expect(sam.locator("tr[data-sold-out]")).to_have_count(1)
    conflict = sam.locator('[data-conflict-for="sold_out"]')
    values = [conflict.locator(f"[data-{kind}]") for kind in ("base", "theirs", "mine")]
    for value, words in zip(values, ("No", "Yes", "Yes"), strict=True):
        expect(value).to_have_text(words)
    sam.get_by_role("switch").click()
    expect(sam.get_by_role("switch")).not_to_be_checked()
    expect(conflict).to_have_count(0)


@on_sqlite
def test_a_filter_finds_more_rows_than_it_shows_until_the_session_ends(open_page, session):
    rows = Rows(session)
    menu = rows.menu()
    session.add_all(
        Section(menu=menu, restaurant_id=menu.restaurant_id, name=f"S {number:03}") for number in range(60)
    )
    session.commit()
    page = open_page("vic")
    page.goto("/admin/items/")
    page.locator(".filters > summary").click()
    box = page.get_by_role("combobox", name="Section")
    box.press_sequentially("S 059")
    found = page.locator(".combobox [role=option]")
    expect(found).to_have_text([f"S 059 {menu.name} · {menu.restaurant.name}"])
    found.click()
    expect(box).to_have_value(f"S 059 · {menu.name} · {menu.restaurant.name}")

    page.context.clear_cookies()
    box.press_sequentially("1")
    expect(page.locator("#flash")).to_contain_text("signed out")


@on_sqlite
def test_a_form_that_went_stale_shows_both_values_and_keeps_what_was_typed(open_page, served):
    mia, sam = open_page("mia"), open_page("sam")
    for page in (mia, sam):
        page.goto("/admin/items/?search=French")
        page.get_by_role("link", name="Edit French Fries").click()
    mia.get_by_label("Price").fill("3.10")
    mia.get_by_role("button", name="Save", exact=True).click()
    expect(mia.locator("#flash")).to_contain_text("French Fries")

    sam.get_by_label("Price").fill("3.50")
    sam.get_by_label("Description").fill("Crisp, salted, gone in a minute.")
    sam.get_by_role("button", name="Save", exact=True).click()

    conflict = sam.locator('[data-conflict-for="price"]')
    expect(conflict.locator("[data-base]")).to_have_text("2.99")
    expect(conflict.locator("[data-theirs]")).to_have_text("3.10")
    expect(conflict.locator("[data-mine]")).to_have_text("3.50")
    expect(sam.get_by_label("Description")).to_have_value("Crisp, salted, gone in a minute.")
    sam.get_by_role("button", name="Save", exact=True).click()
    expect(sam.locator("#flash")).to_contain_text("saved.")
    assert _served_price(served, "French Fries") == "$3.50"


@on_sqlite
def test_ticked_rows_are_deleted_after_a_question_and_kept_on_second_thoughts(open_page):
    page = open_page("mia")
    page.goto("/admin/items/?search=French")
    page.get_by_label("Tick French Fries").check()

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    expect(page.locator("tr[data-id]")).to_have_count(1)

    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#flash")).to_contain_text("1 item deleted")
    expect(page.locator("tr[data-id]")).to_have_count(0)


@on_sqlite
def test_a_section_goes_with_its_items_only_when_their_number_was_seen(open_page):
    page = open_page("mia")
    page.goto("/admin/sections/?search=Appetizer")

    page.get_by_role("link", name="Delete Appetizer").click()
    expect(page.locator("[data-children]")).to_contain_text("item")
    page.get_by_role("button", name="Delete").click()

    expect(page.locator("#flash")).to_contain_text("deleted")
