"""The shell on a phone and on a laptop: every place is reached, nothing is hidden, light or dark is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.needs import needs

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]

_HIDDEN = """() => {
    const bar = document.querySelector(".bar").getBoundingClientRect();
    const spot = document.activeElement.getBoundingClientRect();
    return spot.height > 0 && spot.bottom > bar.top && document.activeElement.closest(".bar") === null;
}"""


def test_on_a_phone_the_bar_leads_everywhere_and_hides_nothing(open_page):
    page = open_page("olga", size="phone")
    # Scrolling that takes its time would be measured on its way.
    page.emulate_media(reduced_motion="reduce")
    page.goto("/admin/items/")
    bar = page.get_by_role("navigation", name="Shortcuts")
    assert min(bar.locator("a, button").evaluate_all("all => all.map(one => one.offsetHeight)")) >= 44
    expect(bar.get_by_role("link", name="Items")).to_have_attribute("aria-current", "page")

    # Whatever has the focus stands above the bar (WCAG 2.4.11).
    page.locator("h1").click()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert not page.evaluate(_HIDDEN), page.evaluate("document.activeElement.outerHTML")

    bar.get_by_role("button", name="More").click()
    places = page.get_by_role("navigation", name="Back office")
    expect(places.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(places).to_be_hidden()
    bar.get_by_role("button", name="More").click()
    places.get_by_role("link", name="Roles").click()
    expect(page.locator("h1")).to_have_text("Roles")


def test_dark_is_chosen_at_once_and_stays(open_page):
    page = open_page("olga")
    page.get_by_role("button", name="Dark").click()
    paper = "getComputedStyle(document.body).backgroundColor"
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    dark = page.evaluate(paper)

    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Light").click()
    assert page.evaluate(paper) != dark
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Dark").click()
    page.goto("/restaurant/1/")
    assert page.evaluate(paper) == dark


def test_what_happened_is_put_away(open_page):
    page = open_page("olga", size="phone")
    page.goto("/admin/items/?search=French")
    page.get_by_role("switch").click()
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport(ratio=1)

    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#flash .notice")).to_have_count(0)
