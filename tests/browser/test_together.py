"""Two people at one list, two taps on one switch, a batch over rows that moved: nothing is lost unseen.

On SQLite alone; tests/admin/test_races.py asks the same of both databases.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app.models import MenuItem, UserSession
from tests.support.needs import needs
from tests.support.rows import AT, Rows

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]

_FRIES = "/admin/items/?search=French"


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


def _cell(page: Page, column: str):
    return page.locator(f'tr[data-id] [data-field="{column}"]')


def _type(page: Page, column: str, words: str) -> None:
    _cell(page, column).get_by_role("button").click()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def _open_both(open_page, path: str = _FRIES) -> tuple[Page, Page]:
    mia, sam = open_page("mia"), open_page("sam")
    for page in (mia, sam):
        page.goto(path)
    return mia, sam


def _let_go(page: Page, held: list[Route]) -> None:
    """Send on the request that was held back, once the browser has handed it over."""
    for _ in range(1_000):
        if held:
            break
        page.wait_for_timeout(10)
    held[0].continue_()


def _saved(rows: Rows) -> MenuItem:
    rows.session.rollback()
    item: MenuItem = rows.again(rows.item())
    return item


def test_a_dish_is_sold_out_with_one_tap_though_its_price_was_changed_meanwhile(open_page, rows: Rows):
    mia, sam = _open_both(open_page)
    _type(mia, "price", "3.10")
    expect(_cell(mia, "price")).to_have_text("$3.10")

    sam.get_by_role("switch").click()

    expect(sam.locator("#flash [data-level=success]")).to_be_visible()
    expect(sam.get_by_role("switch")).to_be_checked()
    # What else changed is shown at once.
    expect(_cell(sam, "price")).to_have_text("$3.10")
    expect(sam.get_by_role("button", name="Price of French Fries: $3.10. Edit")).to_be_visible()
    expect(sam.locator("[data-conflict-for]")).to_have_count(0)
    stored = _saved(rows)
    assert (stored.price, stored.sold_out_at is not None, stored.version) == (310, True, 3)


def test_quick_taps_end_where_the_last_one_meant(open_page, rows: Rows):
    page = open_page("sam", size="phone")
    page.goto(_FRIES)
    # Each answer is held back until all taps are made.
    held = []
    page.route("**/ajax/update/", lambda route: held.append(route) if not held else route.continue_())
    switch = page.get_by_role("switch")

    for taps, on in ((2, False), (3, True)):
        held.clear()
        before = rows.again(rows.item()).version
        rows.session.rollback()
        for _ in range(taps):
            switch.click()
        _let_go(page, held)
        expect(switch).not_to_have_attribute("aria-busy", "true")

        expect(page.locator("#flash [data-level=success]")).to_be_visible()
        assert (_saved(rows).sold_out_at is not None) == on
        assert _saved(rows).version > before
        assert switch.get_attribute("aria-checked") == ("true" if on else "false")


def test_nobody_is_in_conflict_with_their_own_next_cell(open_page, rows: Rows):
    """The switch is tapped while the price is still on its way."""
    page = open_page("sam")
    page.goto(_FRIES)
    held = []
    page.route("**/ajax/update/", lambda route: held.append(route) if not held else route.continue_())
    answers = []
    page.on("response", lambda answer: answers.append(answer.status) if "/ajax/" in answer.url else None)

    _type(page, "price", "3.50")
    page.get_by_role("switch").click()
    _let_go(page, held)

    expect(page.locator("#flash")).to_contain_text("on.")
    assert answers == [200, 200]
    stored = _saved(rows)
    assert (stored.price, stored.sold_out_at is not None) == (350, True)


def test_a_row_that_left_the_filter_is_shown_as_it_is_with_its_version(open_page, rows: Rows):
    """Its cells and its version come in one answer; nothing is saved over what was not seen."""
    rows.item().price = None
    rows.session.commit()
    mia, sam = _open_both(open_page, "/admin/items/?flt0_without_a_price_is=1")
    _type(mia, "price", "3.10")
    expect(_cell(mia, "price")).to_have_text("$3.10")
    _type(mia, "name", "Chips")
    expect(_cell(mia, "name")).to_have_text("Chips")

    _type(sam, "price", "3.50")
    expect(sam.locator('[data-conflict-for="price"] [data-theirs]')).to_have_text("3.10")
    expect(_cell(sam, "name")).to_have_text("Chips")
    sam.keyboard.press("Escape")

    expect(_cell(sam, "price")).to_have_text("$3.10")
    _type(sam, "price", "3.60")
    expect(_cell(sam, "price")).to_have_text("$3.60")
    assert (_saved_named(rows, "Chips").price) == 360


def _saved_named(rows: Rows, name: str) -> MenuItem:
    rows.session.rollback()
    return rows.item(name=name)


def test_an_editor_that_stayed_open_saves_nothing_unseen(open_page, rows: Rows):
    """Two editors of one row: the row moves on under the one that is still open."""
    mia, sam = _open_both(open_page)
    _cell(sam, "name").get_by_role("button").click()
    sam.keyboard.type("Sam's fries")
    _type(mia, "name", "Mia's fries")
    expect(_cell(mia, "name")).to_have_text("Mia's fries")
    _type(sam, "price", "3.50")
    expect(_cell(sam, "price")).to_have_text("$3.50")

    _cell(sam, "name").locator("input").press("Enter")

    conflict = sam.locator('[data-conflict-for="name"]')
    expect(conflict.locator("[data-theirs]")).to_have_text("Mia's fries")
    expect(conflict.locator("[data-mine]")).to_have_text("Sam's fries")
    assert _saved_named(rows, "Mia's fries").price == 350


def test_a_batch_over_a_row_that_moved_says_what_moved_and_goes_on_with_enter(open_page, rows: Rows):
    mia, sam = _open_both(open_page)
    _type(mia, "price", "3.10")
    expect(_cell(mia, "price")).to_have_text("$3.10")

    sam.get_by_label("Tick French Fries").check()
    sam.get_by_role("button", name="Mark sold out").click()

    moved = sam.locator('[data-outdated] [data-moved="price"]')
    expect(moved.locator("[data-base]")).to_have_text("$2.99")
    expect(moved.locator("[data-theirs]")).to_have_text("$3.10")
    expect(sam.locator("[data-moved]")).to_have_count(1)
    assert _saved(rows).sold_out_at is None
    sam.keyboard.press("Enter")
    expect(sam.locator("#flash")).to_contain_text("1 item sold out")
    assert _saved(rows).sold_out_at is not None


def test_a_batch_after_a_cell_of_the_same_page_is_not_in_conflict(open_page, rows: Rows):
    page = open_page("sam")
    page.goto(_FRIES)
    _type(page, "price", "3.50")
    expect(_cell(page, "price")).to_have_text("$3.50")

    page.get_by_label("Tick French Fries").check()
    page.get_by_role("button", name="Mark sold out").click()

    expect(page.locator("#flash")).to_contain_text("1 item sold out")


def _session_of(rows: Rows, key: str) -> UserSession:
    return rows.session.scalars(select(UserSession).where(UserSession.user_id == rows.user(key).id)).one()


def _open_form(page: Page) -> None:
    page.goto(_FRIES)
    page.get_by_role("link", name="Edit French Fries").click()


def _save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


_STORY = "A long story,\ntyped late in the evening."


def test_going_back_from_a_refusal_has_what_was_typed_and_the_version_it_was_typed_on(
    open_page, sign_in_on, rows: Rows
):
    """Without the browser's memory of whole pages, as here: the form is fetched anew, the words put back."""
    page = open_page("mia")
    _open_form(page)
    page.get_by_label("Description").fill(_STORY)
    page.get_by_label("Price").fill("3.50")
    _session_of(rows, "mia").expires_at = AT
    rows.item().price = 310
    rows.item().description = "Mia saw this later."
    rows.session.commit()
    _save(page)
    expect(page.locator("main")).to_contain_text("what you typed is still there")

    # In another tab, as the page says.
    other = page.context.new_page()
    sign_in_on(other, "mia")
    page.go_back()

    expect(page.get_by_label("Description")).to_have_value(_STORY)
    expect(page.get_by_label("Price")).to_have_value("3.50")
    _save(page)
    # Somebody else was first: the page says so, and still has it all.
    expect(page.locator('[data-conflict-for="price"] [data-theirs]')).to_have_text("3.10")
    expect(page.locator('[data-conflict-for="description"] [data-mine]')).to_have_text(_STORY)
    expect(page.get_by_label("Description")).to_have_value(_STORY)
    _save(page)
    expect(page.locator("#flash")).to_contain_text("saved.")
    stored = _saved(rows)
    assert (stored.price, stored.description) == (350, _STORY)


@pytest.mark.parametrize("kept_by", ["the browser", "the page"])
def test_going_back_has_what_was_typed_also_where_the_browser_forgets_it(
    open_page, sign_in_on, rows: Rows, kept_by
):
    """Some forget it together with a page that is not to be stored; here a form that is told to."""
    page = open_page("mia")
    _open_form(page)
    if kept_by == "the page":
        page.locator("#row").evaluate("form => { form.autocomplete = 'off'; }")
    page.get_by_label("Description").fill(_STORY)
    page.get_by_label("Sold out").check()
    page.get_by_label("Price").fill("3.50")
    _session_of(rows, "mia").expires_at = AT
    rows.session.commit()
    _save(page)
    expect(page.locator("main")).to_contain_text("what you typed is still there")
    sign_in_on(page.context.new_page(), "mia")

    page.go_back()

    expect(page.get_by_label("Description")).to_have_value(_STORY)
    expect(page.get_by_label("Price")).to_have_value("3.50")
    expect(page.get_by_label("Sold out")).to_be_checked()
    _save(page)
    expect(page.locator("#flash")).to_contain_text("saved.")
    stored = _saved(rows)
    assert (stored.price, stored.description, stored.sold_out_at is not None) == (350, _STORY, True)


def test_choosing_theirs_fills_the_field_and_typing_on_keeps_mine(open_page, rows: Rows):
    page = open_page("mia")
    _open_form(page)
    item = rows.item()
    item.price, item.name = 310, "Chips"
    rows.session.commit()
    page.get_by_label("Price").fill("3.50")
    page.get_by_label("Name", exact=True).fill("Fries")
    _save(page)

    price = page.locator('[data-conflict-for="price"]')
    price.get_by_label("Keep theirs").check()
    expect(page.get_by_label("Price")).to_have_value("3.10")
    name = page.locator('[data-conflict-for="name"]')
    name.get_by_label("Keep theirs").check()
    page.get_by_label("Name", exact=True).fill("Fries and dip")
    expect(name.get_by_label("Keep mine")).to_be_checked()
    _save(page)

    expect(page.locator("#flash")).to_contain_text("“Fries and dip” saved.")
    assert _saved_named(rows, "Fries and dip").price == 310
