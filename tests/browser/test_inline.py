"""Rows within the form of the row above them (`inline_models`): one more, and out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from app import admin
from app.admin import menu
from app.admin.views.menus import MenuView
from app.models import Menu, Section
from tests.support.rows import Rows


class _Inline(MenuView):
    inline_models = ((Section, {"form_columns": ("id", "name")}),)

    def _fit(self, form: Any, columns: Any, row: Any) -> None:
        """Every field, whoever reads."""


@pytest.fixture
def served(serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of Carte with a view of such rows, which Carte itself has not."""
    monkeypatch.setattr(admin, "VIEWS", (*admin.VIEWS, (Menu, _Inline, "Scratch", "scratch")))
    monkeypatch.setitem(menu._PLACES, "scratch", menu._PLACES["menus"])
    return serve()


def test_a_row_is_added_and_taken_out_by_keyboard(open_page, session):
    rows = Rows(session)
    count = len(rows.menu().sections)
    page = open_page("olga")
    page.goto(f"/admin/scratch/edit/?id={rows.menu().id}")
    inline = page.locator("[data-inline] [data-inline-rows] > [data-inline-row]")
    expect(inline).to_have_count(count)

    for number in (count, count + 1):
        page.locator("[data-inline-add]").press("Enter")
        name = page.locator(f'[name="sections-{number}-name"]')
        expect(name).to_be_focused()
    expect(inline).to_have_count(count + 2)
    expect(page.locator(f'label[for="sections-{count + 1}-name"]')).to_have_count(1)

    inline.last.locator("[data-inline-remove]").press("Enter")

    expect(inline).to_have_count(count + 1)
    expect(page.locator("[data-inline] [role=status]")).to_have_text("Taken out.")
    expect(page.locator("[data-inline-add]")).to_be_focused()
