"""CSV and spreadsheets of a list."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from app.admin.views import VIEWS
from tests.support.pages import Page
from tests.support.rows import FOREIGN, SECOND, Rows

_LISTS = [endpoint for *_, endpoint in VIEWS]


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _csv(client, url):
    with client.get(url) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/csv"
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def _xlsx(client, url):
    with client.get(url) as answer:
        assert answer.status_code == 200
        book = load_workbook(io.BytesIO(answer.data))
    return [["" if cell is None else cell for cell in row] for row in book.active.values]


def test_what_a_file_has(olga, rows: Rows):
    item = rows.item()
    item.description = "Crispy, “salted”"
    table = _csv(olga, "/admin/items/export/csv/?search=french")

    header, [row] = table[0], table[1:]
    found = dict(zip(header, row, strict=True))
    assert found["Name"] == "French Fries"
    assert found["Description"] == "Crispy, “salted”"
    assert (found["Price"], found["Currency"]) == (f"{item.price / 100:.2f}", "USD")
    assert (found["Restaurant"], found["Sold out"]) == ("Urban Burger", "No")


def test_a_zero_is_a_number_and_nothing_is_blank(olga, rows: Rows):
    rows.menu().position = 0
    header, row = _csv(olga, "/admin/menus/export/csv/?search=all&flt0_restaurant_is=1")
    assert dict(zip(header, row, strict=True))["Position"] == "0"

    rows.item().price = None
    header, row = _csv(olga, "/admin/items/export/csv/?search=french")
    assert dict(zip(header, row, strict=True))["Price"] == ""


def test_both_kinds_have_the_same_rows_in_the_lists_order(olga, rows: Rows):
    query = "?sort=1&desc=1"
    table = _csv(olga, f"/admin/items/export/csv/{query}")
    assert table == _xlsx(olga, f"/admin/items/export/xlsx/{query}")
    assert len(table) > 10
    assert {row[0] for row in table[1:]} == {"Urban Burger", SECOND}


@pytest.mark.parametrize("view", [view for view in _LISTS if view != "audit"])
def test_every_list(sign_in, view):
    ada = sign_in("ada")
    table = _csv(ada, f"/admin/{view}/export/csv/")
    assert len(table) > 1
    assert table == _xlsx(ada, f"/admin/{view}/export/xlsx/")


_FORMULAS = ["=1+1", '=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "'=1", "''=1", "＝1"]


def test_formulas_are_text(olga, rows: Rows, subtests):
    item = rows.item()
    for text in _FORMULAS:
        with subtests.test(text=text):
            rows.again(item).name = text
            for table in (_csv(olga, "/admin/items/export/csv/"), _xlsx(olga, "/admin/items/export/xlsx/")):
                names = [row[table[0].index("Name")] for row in table]
                assert "'" + text in names
                assert not [name for name in names if str(name).startswith(("=", "+", "-", "@"))]


def test_a_file_keeps_its_shape(olga, rows: Rows):
    rows.item().description = 'one\ntwo, "three"'
    rows.item().name = "ﬁsh 🐟 שלום"
    for table in (_csv(olga, "/admin/items/export/csv/"), _xlsx(olga, "/admin/items/export/xlsx/")):
        found = [row for row in table if row[table[0].index("Name")] == "ﬁsh 🐟 שלום"]
        assert [row[table[0].index("Description")] for row in found] == ['one\ntwo, "three"']


def test_filters_hold_for_the_file(olga, rows: Rows):
    place = rows.restaurant(SECOND).id
    table = _csv(olga, f"/admin/items/export/csv/?flt0_restaurant_is={place}")
    assert {row[0] for row in table[1:]} == {SECOND}
    stranger = rows.restaurant(FOREIGN).id
    assert len(_csv(olga, f"/admin/items/export/csv/?flt0_restaurant_is={stranger}")) == 1


def test_more_rows_than_are_read_at_once(olga, rows: Rows):
    rows.add_items(1200)
    assert len(_csv(olga, "/admin/items/export/csv/?search=dish")) == 1201


def test_how_it_is_sent(olga):
    with olga.get("/admin/items/export/xlsx/") as answer:
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="items-2')
    with olga.head("/admin/items/export/csv/") as answer:
        assert answer.status_code == 200
    for kind in ("pdf", "json", "html", "CSV", "..", "csv%00"):
        assert olga.get(f"/admin/items/export/{kind}/").status_code == 404


def test_the_lists_own_links_keep_its_order(olga, rows: Rows):
    """Price, the dearest first, of one restaurant: as on the page."""
    page = Page(
        olga.get(f"/admin/items/?sort=1&desc=1&page_size=100&flt0_restaurant_is={rows.restaurant().id}")
    )
    [link] = [link for link in page.links if "/export/csv/" in link]

    header, *table = _csv(olga, link)

    shown = [text for attrs, text in page.all("data-field") if attrs["data-field"] == "name"]
    assert [row[header.index("Name")] for row in table] == shown
