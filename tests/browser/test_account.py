"""My account as people use it: from one's own name, through a sign-in that has become too old, and out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.aging import age_sessions
from tests.support.needs import needs

pytestmark = needs("browser")
on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_what_i_choose_is_at_work_at_once_and_nothing_is_cut_off(open_page, size):
    page = open_page("sam", size=size)
    page.get_by_role("link", name="Sam Okafor").click()
    page.get_by_label("Name").fill("Sammy Okafor")
    page.get_by_label("Language").select_option("de-AT")
    page.get_by_label("Time zone").select_option("Europe/Vienna")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#flash [data-level=success]")).to_have_text("Saved.")
    expect(page.get_by_role("link", name="Sammy Okafor")).to_be_visible()
    # From now on Carte speaks German to him.
    expect(page.get_by_text("Zeiten stehen in der Zone Europe/Vienna")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@on_sqlite
def test_a_restaurant_is_deleted_after_one_more_click(open_page, session):
    page = open_page("olga")
    page.goto("/admin/restaurants/")
    page.get_by_role("link", name="Super Stir Fry").first.click()
    age_sessions(session)
    page.get_by_role("link", name="Delete").click()

    expect(page.get_by_role("heading", name="Sign in again, Olga")).to_be_visible()
    page.get_by_role("button", name="Continue as Olga Ruiz").click()
    expect(page.get_by_role("heading", name="Delete “Super Stir Fry”?")).to_be_visible()

    age_sessions(session)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_role("button", name="Continue as Olga Ruiz").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#flash")).to_contain_text("“Super Stir Fry” deleted.")


@on_sqlite
def test_another_browser_is_signed_out_and_then_all(open_page):
    here, there = open_page("mia"), open_page("mia", size="phone")
    here.goto("/admin/account/")
    seats = here.locator("[data-session]")
    expect(seats).to_have_count(2)
    expect(seats.first).to_contain_text("this browser")

    seats.last.get_by_role("button", name="Sign out").click()
    expect(seats).to_have_count(1)
    there.goto("/admin/")
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()

    here.get_by_role("button", name="Sign out everywhere").click()
    expect(here.locator("#flash")).to_contain_text("You are signed out everywhere.")
    expect(here.get_by_role("heading", name="Sign in")).to_be_visible()
