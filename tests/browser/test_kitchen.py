"""A shift in the kitchen, on a phone: one tap, second thoughts, a cellar without a connection, two cooks.

What a tap may ask of the database, tests/admin/test_kitchen_taps.py asks of both.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.needs import needs

pytestmark = needs("browser")
on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def _switch(page: Page, dish: str) -> Locator:
    return page.get_by_role("switch", name=dish)


def _toast(page: Page) -> Locator:
    return page.locator("#flash [data-level]").last


def _out_for_guests(guest: Page, dish: str) -> Locator:
    guest.goto("/restaurant/1/")
    return guest.locator("[data-item][data-sold-out]", has_text=dish)


@on_sqlite
def test_a_shift_in_the_kitchen(open_page):
    sam, guest = open_page("sam", size="phone"), open_page()
    sam.goto("/admin/kitchen/")

    # One tap, and where it was tapped nothing moves; guests see it.
    row = sam.locator("[data-id]", has_text="Sirloin Burger")
    row.scroll_into_view_if_needed()
    before = row.bounding_box()
    _switch(sam, "Sirloin Burger").click()
    expect(_toast(sam)).to_contain_text("Sirloin Burger is sold out until to")
    expect(_switch(sam, "Sirloin Burger")).to_be_checked()
    assert row.bounding_box()["y"] == pytest.approx(before["y"], abs=2)
    expect(_out_for_guests(guest, "Sirloin Burger")).to_be_visible()

    # Another end, one tap away; then undone, step by step.
    _toast(sam).get_by_role("button", name="Until I say").click()
    expect(_toast(sam)).to_contain_text("until further notice")
    _toast(sam).get_by_role("button", name="Until a time").click()
    sam.get_by_role("dialog").locator("[name=when]").fill("2020-01-01T10:00")
    sam.get_by_role("dialog").get_by_role("button", name="Until this time").click()
    expect(sam.get_by_role("dialog").locator("[data-error-for=when]")).to_contain_text("over already")
    sam.get_by_role("dialog").get_by_role("button", name="Leave it as it is").click()
    sam.locator("[data-off]", has_text="Sirloin Burger").get_by_role("button", name="Back on").click()
    expect(_toast(sam)).to_contain_text("Sirloin Burger is back on.")
    _toast(sam).get_by_role("button", name="Undo").click()
    expect(_toast(sam)).to_contain_text("until further notice")
    _switch(sam, "Sirloin Burger").click()
    expect(_switch(sam, "Sirloin Burger")).not_to_be_checked()
    # A switch turns before the server has heard of it: guests are asked once it has said so.
    expect(_toast(sam)).to_contain_text("Sirloin Burger is back on.")
    expect(_out_for_guests(guest, "Sirloin Burger")).to_have_count(0)

    # By keyboard: `/` finds a dish, space turns it.
    sam.keyboard.press("/")
    sam.keyboard.type("iced")
    expect(sam.get_by_role("switch")).to_have_count(1)
    _switch(sam, "Iced Tea").press("Space")
    expect(_toast(sam)).to_contain_text("Iced Tea is sold out")


@on_sqlite
def test_taps_without_a_connection_wait_and_say_what_became_of_them(open_page):
    sam, mia = open_page("sam", size="phone"), open_page("mia", size="phone")
    for page in (sam, mia):
        page.goto("/admin/kitchen/")
        expect(_switch(page, "Root Beer")).to_be_visible()
    sam.context.set_offline(True)
    for dish in ("Root Beer", "Chocolate Cake"):
        _switch(sam, dish).click()
    expect(sam.locator("[data-kitchen-waiting]")).to_contain_text("2 taps are not sent yet")
    expect(sam.locator("[data-id]", has_text="Root Beer")).to_contain_text("Not sent yet")
    _switch(mia, "Chocolate Cake").click()
    expect(_toast(mia)).to_contain_text("sold out until to")
    _toast(mia).get_by_role("button", name="Until I say").click()
    expect(_toast(mia)).to_contain_text("until further notice")

    sam.context.set_offline(False)

    expect(sam.locator("#flash")).to_contain_text("Root Beer is sold out")
    conflict = sam.locator('#flash [data-conflict-for="sold_out"]')
    expect(conflict.locator("[data-theirs]")).to_have_text("sold out until further notice")
    expect(sam.locator("#flash")).to_contain_text("Mia Chen has marked Chocolate Cake")
    expect(sam.locator("[data-kitchen-waiting]")).to_be_hidden()
    expect(sam.locator("[data-off]", has_text="Chocolate Cake")).to_contain_text("until further notice")


@on_sqlite
def test_a_tap_of_somebody_signed_out_is_kept_for_them_alone(open_page, sign_in_on):
    page = open_page("sam", size="phone")
    page.goto("/admin/kitchen/")
    expect(_switch(page, "Root Beer")).to_be_visible()
    page.context.clear_cookies()

    _switch(page, "Root Beer").click()

    expect(page.locator("[data-kitchen-waiting]")).to_contain_text("Sign in to send 1 tap.")
    sign_in_on(page, "sam")
    page.goto("/admin/kitchen/")
    expect(_toast(page)).to_contain_text("Root Beer is sold out")

    page.context.clear_cookies()
    _switch(page, "Root Beer").click()
    expect(page.locator("[data-kitchen-waiting]")).to_contain_text("Sign in to send 1 tap.")
    sign_in_on(page, "mia")
    page.goto("/admin/kitchen/")
    expect(page.locator("[data-off]", has_text="Root Beer")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('carte.taps'))") == []
