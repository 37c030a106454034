"""The first page behind the sign-in: what needs attention, within reach."""

from __future__ import annotations

import pytest

from app.models import Section
from tests.support.pages import Page
from tests.support.rows import AT, FOREIGN, Rows


def _lines(client):
    page = Page(client.get("/admin/"))
    return {attrs["data-line"]: int(attrs["data-count"]) for attrs, _ in page.all("data-line")}


def _trouble(rows: Rows, place: str, count: int) -> None:
    menu = rows.menu(place)
    section = Section(menu=menu, restaurant_id=menu.restaurant_id, name="Trouble")
    rows.session.add(section)
    for item in rows.section(place).items[:count]:
        item.price, item.sold_out_at = None, AT
    rows.session.flush()


def test_counts_within_reach(sign_in, rows: Rows):
    olga, stan = sign_in("olga"), sign_in("stan")
    before, stans = _lines(olga), _lines(stan)
    assert list(before) == ["Items without a price", "Sold out now", "Empty sections"]

    _trouble(rows, "Urban Burger", 1)
    _trouble(rows, FOREIGN, 1)

    after = _lines(olga)
    assert {line: after[line] - before[line] for line in before} == dict.fromkeys(before, 1)
    assert {line: count - stans[line] for line, count in _lines(stan).items()} == dict.fromkeys(before, 1)


def test_each_line_leads_to_its_rows(sign_in, rows: Rows):
    _trouble(rows, "Urban Burger", 1)
    olga = sign_in("olga")
    counts = _lines(olga)
    lists = [link for link in Page(olga.get("/admin/")).links if "_is=1" in link]
    assert len(lists) == 3
    for link, count in zip(lists, counts.values(), strict=True):
        assert len(Page(olga.get(link)).ids) == min(count, 20)


def test_the_same_cost_however_much_is_wrong(app, sign_in, rows: Rows, query_counter):
    olga = sign_in("olga")
    _trouble(rows, "Urban Burger", 1)

    def cost():
        with query_counter(app) as queries:
            olga.get("/admin/")
        return len(queries)

    first = cost()
    rows.add_items(200)
    assert cost() == first


@pytest.mark.parametrize(("person", "words"), [("vic", "See items"), ("sam", "Edit items")])
def test_what_the_reader_may_do_with_items(sign_in, person, words):
    page = Page(sign_in(person).get("/admin/"))
    assert [
        text for attrs, text in page.all("href", "a") if attrs["href"] == "/admin/items/" and "items" in text
    ] == [words]
