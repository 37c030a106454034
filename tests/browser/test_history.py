"""History and undo as people use them: a mistake taken back with one click, a price looked into.

Getting a section back, and finding a price, run on both databases; the others on SQLite alone, for what
they ask of the database tests/admin asks of both: test_undo, test_undo_choices, test_history.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from app.models import Change, MenuItem, Section
from app.services import signatures
from tests.support.needs import needs
from tests.support.rows import Rows

pytestmark = needs("browser")
on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)

_FRIES = "/admin/items/?search=French"
_SIZES = pytest.mark.parametrize("size", ["phone", "laptop"])


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


def _cell(page: Page, column: str):
    return page.locator(f'tr[data-id] [data-field="{column}"]')


def _type(page: Page, column: str, words: str) -> None:
    _cell(page, column).get_by_role("button").click()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def _undo(page: Page):
    return page.locator("#flash").get_by_role("button", name="Undo")


def _flash(page: Page):
    return page.locator("#flash [data-level]")


def _dishes(rows: Rows) -> list[tuple[int, str, int | None, int, str]]:
    rows.session.rollback()
    return [
        (dish.id, dish.name, dish.price, dish.section_id, dish.section.name)
        for dish in rows.session.query(MenuItem).order_by(MenuItem.id)
    ]


@_SIZES
def test_mia_changes_five_things_deletes_a_section_and_gets_it_back_with_one_click(
    open_page, rows: Rows, size
):
    page = open_page("mia", size=size)
    page.goto(_FRIES)
    _type(page, "price", "3.25")
    expect(_cell(page, "price")).to_have_text("$3.25")
    page.get_by_role("switch").click()
    expect(_flash(page)).to_contain_text("on.")
    _type(page, "name", "Chips")
    expect(_cell(page, "name")).to_have_text("Chips")
    page.goto("/admin/items/?search=Chips")
    page.get_by_role("link", name="Edit Chips").click()
    page.get_by_label("Description").fill("Twice fried.")
    page.get_by_label("Position").fill("7")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(_flash(page)).to_contain_text("saved.")
    before = _dishes(rows)
    name, number = rows.item(name="Chips").section.name, rows.item(name="Chips").section_id
    rows.session.rollback()

    page.goto("/admin/sections/")
    page.locator(f'tr[data-id="{number}"]').get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(_flash(page)).to_contain_text(f"“{name}” deleted.")
    assert len(_dishes(rows)) < len(before)
    _undo(page).click()

    expect(_flash(page)).to_have_text("Undone. Undo")
    assert _dishes(rows) == before
    expect(page.locator(f'tr[data-id="{number}"]')).to_be_visible()
    assert "/admin/sections/" in page.url
    dish = rows.session.get(MenuItem, rows.item(name="Chips").id)
    assert (dish.price, dish.description, dish.position) == (325, "Twice fried.", 7)
    assert dish.sold_out_at is not None


@_SIZES
def test_olga_finds_who_changed_a_price_last_week(open_page, rows: Rows, size):
    """Three clicks: the dish is known, the person is not. The answer stands in the first entry."""
    mia = open_page("mia")
    mia.goto(_FRIES)
    _type(mia, "price", "3.25")
    expect(_cell(mia, "price")).to_have_text("$3.25")
    week = datetime.now(UTC) - timedelta(days=7)
    rows.session.connection().execute(update(Change).where(Change.by_name == "Mia Chen").values(at=week))
    rows.session.commit()
    for number, dish in enumerate(rows.items() * 3):
        dish.price = number
        rows.session.commit()

    page = open_page("olga", size=size)
    if size == "phone":
        page.get_by_role("button", name="More").click()
    page.locator("#places").get_by_role("link", name="History").click()
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Field").select_option(label="Price")
    page.get_by_label("Day to").fill((week + timedelta(days=1)).date().isoformat())
    page.get_by_role("button", name="Show").click()

    entry = page.locator(".entry").filter(has_text="changed the price of French Fries from $2.99 to $3.25")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("Mia Chen")
    expect(entry).to_be_in_viewport()
    expect(page.locator("[data-filter]")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@on_sqlite
def test_she_finds_it_on_the_dish_itself(open_page, rows: Rows):
    mia = open_page("mia")
    mia.goto(_FRIES)
    _type(mia, "price", "3.25")
    expect(_cell(mia, "price")).to_have_text("$3.25")

    page = open_page("olga")
    page.goto(_FRIES)
    page.get_by_role("link", name="View French Fries").click()

    expect(page.locator(".entry").first).to_contain_text(
        "changed the price of French Fries from $2.99 to $3.25"
    )


@on_sqlite
def test_the_undo_of_a_cell_stays_and_returns_to_the_same_list(open_page, rows: Rows):
    page = open_page("sam", size="phone")
    page.clock.install()
    page.goto(_FRIES)
    for column, words in (("price", "3.25"), ("name", "Chips")):
        _type(page, column, words)
        expect(_cell(page, column)).to_have_text("$3.25" if column == "price" else words)
    page.clock.fast_forward("10:00")
    expect(_undo(page)).to_be_visible()
    box = _undo(page).bounding_box()
    assert box["height"] >= 44
    assert box["width"] >= 44

    _undo(page).click()

    expect(_flash(page)).to_have_text("Undone. Undo")
    # The last of both, and nothing else.
    expect(_cell(page, "name")).to_have_text("French Fries")
    expect(_cell(page, "price")).to_have_text("$3.25")
    assert page.url.endswith(_FRIES)


@on_sqlite
def test_the_undo_of_a_switch_and_of_ticked_rows(open_page, rows: Rows):
    page = open_page("sam")
    page.goto(_FRIES)
    page.get_by_role("switch").click()
    expect(_undo(page)).to_be_visible()
    _undo(page).click()
    expect(_flash(page)).to_have_text("Undone. Undo")
    expect(page.get_by_role("switch")).not_to_be_checked()

    page.get_by_label("Tick French Fries").check()
    page.get_by_role("button", name="Mark sold out").click()
    expect(_flash(page)).to_contain_text("1 item sold out")
    _undo(page).click()
    expect(page.get_by_role("switch")).not_to_be_checked()


@on_sqlite
def test_a_double_click_on_undo_is_one_undo(open_page, rows: Rows):
    page = open_page("sam")
    page.goto(_FRIES)
    _type(page, "price", "3.25")
    expect(_cell(page, "price")).to_have_text("$3.25")
    before = rows.count(Change)
    rows.session.rollback()

    _undo(page).dblclick()

    expect(_flash(page)).to_have_text("Undone. Undo")
    expect(_cell(page, "price")).to_have_text("$2.99")
    assert rows.count(Change) == before + 1


@on_sqlite
def test_two_windows_undo_the_same_act(open_page, rows: Rows):
    """The one that is late hears that nothing is left to undo."""
    page = open_page("sam")
    page.goto(_FRIES)
    _type(page, "price", "3.25")
    expect(_undo(page)).to_be_visible()
    other = page.context.new_page()
    other.goto("/admin/history/")
    other.locator(".entry").first.get_by_role("button", name="Undo").click()
    expect(_flash(other)).to_have_text("Undone. Undo")

    _undo(page).click()

    expect(_flash(page)).to_have_text("There is nothing left to undo: everything is as it was before.")
    expect(_cell(page, "price")).to_have_text("$2.99")


@on_sqlite
@_SIZES
def test_what_was_changed_since_is_shown_beside_and_chosen(open_page, rows: Rows, size):
    page, sam = open_page("mia", size=size), open_page("sam")
    page.goto(_FRIES)
    _type(page, "price", "3.25")
    expect(_undo(page)).to_be_visible()
    sam.goto(_FRIES)
    _type(sam, "price", "4.00")
    expect(_cell(sam, "price")).to_have_text("$4.00")

    _undo(page).click()

    conflict = page.locator('[data-conflict-for="price"]')
    expect(conflict.locator("[data-theirs]")).to_have_text("$4.00")
    expect(conflict.locator("[data-mine]")).to_have_text("$2.99")
    for button in page.locator("main .form-actions .button").all():
        assert button.bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Undo all of it").click()
    expect(_cell(page, "price")).to_have_text("$2.99")
    assert page.url.endswith(_FRIES)


@on_sqlite
@_SIZES
def test_a_section_is_restored_from_history_and_a_dish_made_as_it_was(open_page, rows: Rows, size):
    page = open_page("mia", size=size)
    number = rows.section().id
    rows.session.delete(rows.section())
    rows.session.commit()
    item = rows.items()[0]
    name, row = item.name, item.id
    for price in (1, 2):
        # One act a second: those of one moment have no order.
        signatures.sign(rows.session, by=None, at=datetime.now(UTC) + timedelta(seconds=price))
        item.price = price
        rows.session.commit()

    page.goto("/admin/history/?flt0_done_is=deleted")
    page.get_by_role("button", name="Restore").first.click()
    expect(_flash(page)).to_have_text("Undone. Undo")
    assert rows.session.get(Section, number) is not None
    rows.session.rollback()

    page.goto(f"/admin/history/?flt0_about_is=menu_item-{row}")
    page.locator(".entry").nth(1).get_by_role("link", name="Details").click()
    page.get_by_role("link", name=f"{name} as it was then").click()
    expect(page.locator('[data-moment-of="price"] [data-then]')).to_have_text("$0.01")
    page.get_by_role("button", name="Make it so again").click()
    expect(_flash(page)).to_contain_text("as it was then.")
    rows.session.rollback()
    assert rows.again(item).price == 1


@on_sqlite
def test_without_scripts_it_all_works(browser, open_page, served, rows: Rows):
    signed_in = open_page("mia")
    context = browser.new_context(
        base_url=served, storage_state=signed_in.context.storage_state(), java_script_enabled=False
    )
    page = context.new_page()
    page.goto(_FRIES)
    page.get_by_role("link", name="Edit French Fries").click()
    page.get_by_label("Price").fill("3.25")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(_cell(page, "price")).to_have_text("$3.25")
    _undo(page).click()
    expect(_flash(page)).to_have_text("Undone. Undo")
    expect(_cell(page, "price")).to_have_text("$2.99")
    page.goto("/admin/history/")
    page.locator(".entry").first.get_by_role("link", name="Details").click()
    page.get_by_role("button", name="Set back to").first.click()
    expect(_flash(page)).to_have_text("Undone. Undo")
    assert rows.again(rows.item()).price == 325
    context.close()


@on_sqlite
@_SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_within_reach_of_a_thumb(open_page, rows: Rows, size, scheme):
    """Targets of 44 pixels, one heading of the first rank, none left out, names that tell buttons apart."""
    page = open_page("mia", size=size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(_FRIES)
    _type(page, "price", "3.25")
    expect(_undo(page)).to_be_visible()
    item = rows.item()
    rows.session.rollback()
    paths = ["/admin/history/?flt0_field_is=price", f"/admin/items/details/?id={item.id}"]
    page.goto(paths[0])
    link = page.locator(".entry").first.get_by_role("link", name="Details")
    paths.append(link.get_attribute("href"))
    page.goto(paths[-1])
    paths.append(page.get_by_role("link", name="as it was then").first.get_attribute("href"))
    for path in paths:
        page.goto(path)
        assert page.locator("h1").count() == 1
        levels = [
            int(tag[1])
            for tag in page.eval_on_selector_all("main :is(h1,h2,h3,h4)", "e => e.map(h => h.tagName)")
        ]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        small = page.eval_on_selector_all(
            "main :is(.button, summary, .badge[href])",
            "all => all.map(e => [e.innerText, e.clientHeight]).filter(([, high]) => high && high < 42)",
        )
        assert not small, (path, small)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        names = page.eval_on_selector_all(
            ".entry :is(button, a.button)", "all => all.map(e => e.textContent.replace(/\\s+/g, ' ').trim())"
        )
        assert len(set(names)) == len(names), (path, names)
        assert not page.locator("[style], [onclick]").count()
