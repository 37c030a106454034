"""Olga invites somebody, who comes in by the link in another browser, and is out when she says so.

On SQLite alone; tests/admin and tests/services ask the same of both databases.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.needs import needs

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]

_ANNA = "anna@example.com"


def _invite(page: Page, role: str = "staff") -> str:
    page.goto("/admin/people/")
    page.get_by_role("link", name="New invitation").click()
    page.get_by_label("E-mail").fill(_ANNA)
    page.get_by_label("Role").select_option(role)
    page.get_by_label("Restaurant", exact=True).select_option(label="Urban Burger")
    page.get_by_role("button", name="Save the invitation").click()
    return page.locator("[data-invitation-url]").inner_text()


def _fits(page: Page) -> bool:
    """Tell whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_invited_in_removed_out(open_page, size):
    olga = open_page("olga", size=size)
    link = _invite(olga)
    assert _fits(olga)
    olga.goto("/admin/people/")
    expect(olga.locator("[data-invitation]")).to_contain_text(_ANNA)
    expect(olga.get_by_role("link", name="1 invitation waits")).to_be_visible()
    assert _fits(olga)

    anna = open_page(size=size)
    anna.goto(link)
    expect(anna.get_by_role("heading", level=1)).to_have_text("Join Urban Burger")
    expect(anna.locator("main")).to_contain_text("Olga Ruiz invites you to be staff of Urban Burger.")
    assert _fits(anna)
    anna.get_by_role("button", name=f"Continue as {_ANNA}").click()

    expect(anna).to_have_url(re.compile(r"/admin/$"))
    expect(anna.locator("body[data-role=staff][data-restaurant=urban-burger]")).to_be_visible()
    expect(anna.locator("#flash")).to_contain_text("You are staff of Urban Burger now.")
    anna.goto("/admin/items/?search=French")
    expect(anna.get_by_role("button", name=re.compile("^Price of French Fries"))).to_be_visible()
    expect(anna.get_by_role("link", name="New item")).to_have_count(0)

    olga.goto("/admin/people/?search=anna")
    expect(olga.locator("[data-invitation]")).to_have_count(0)
    expect(olga.locator('[data-field="provider"]')).to_have_text("Development")
    olga.get_by_role("link", name="Remove anna").click()
    olga.get_by_role("button", name="Remove").click()
    expect(olga.locator("#flash [data-level=success]")).to_be_visible()

    answer = anna.goto("/admin/items/")
    assert answer is not None
    assert answer.status == 403
    expect(anna.get_by_role("heading", level=1)).to_have_text("You belong to no restaurant here")


def test_sent_again_and_taken_back(open_page):
    olga, anna = open_page("olga"), open_page()
    first = _invite(olga)
    olga.goto("/admin/people/")
    olga.get_by_role("button", name="Send again").click()
    second = olga.locator("[data-invitation-url]").inner_text()

    for link, status in ((first, 404), (second, 200)):
        answer = anna.goto(link)
        assert answer is not None
        assert answer.status == status

    olga.get_by_role("link", name="Back to the list").click()
    olga.get_by_role("button", name="Take back").click()
    expect(olga.locator("#flash [data-level=success]")).to_contain_text("is taken back")
    expect(olga.locator("[data-invitation]")).to_have_count(0)
    answer = anna.goto(second)
    assert answer is not None
    assert answer.status == 404
