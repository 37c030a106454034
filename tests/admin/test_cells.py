"""One cell of a list, edited in place."""

from __future__ import annotations

import pytest

from tests.support.pages import Page
from tests.support.rows import FOREIGN, MISSING, Rows

_URL = "/admin/items/ajax/update/"


def _cell(row, **column):
    return {"list_form_pk": row.id, "row_version": row.version, **column}


@pytest.fixture
def sam(sign_in):
    return sign_in("sam")


def test_a_price_is_saved_and_shown(sam, post, rows: Rows):
    item = rows.item()
    saved = {"id": item.id, "row_version": item.version + 1, "value": "$3.25", "typed": "3.25"}

    answer = post(sam, _URL, _cell(item, price="$3.25"))

    assert answer.status_code == 200
    said = dict(answer.json)
    assert said.pop("undo").startswith("/admin/history/acts/")
    assert said == saved
    assert rows.again(item).price == 325


def test_a_blank_price_is_none_yet(sam, post, rows: Rows):
    item = rows.item()
    assert post(sam, _URL, _cell(item, price="")).json["value"] == ""
    assert rows.again(item).price is None


def test_a_name_is_saved(sam, post, rows: Rows):
    item = rows.item()
    assert post(sam, _URL, _cell(item, name=" Chips ")).json["value"] == "Chips"


def test_sold_out_and_back(sam, post, rows: Rows):
    item = rows.item()

    off = post(sam, _URL, _cell(item, sold_out="1")).json
    assert off["value"] is True
    stored = rows.again(item)
    assert stored.sold_out_at is not None
    assert stored.sold_out_by_id == rows.user("sam").id
    [(marks, _)] = Page(sam.get("/admin/items/")).all("data-sold-out")
    assert marks["data-id"] == str(item.id)

    on = post(sam, _URL, _cell(rows.again(item), sold_out="0")).json
    assert on["value"] is False
    assert rows.again(item).sold_out_at is None


def test_the_switch_shows_what_is(sam, rows: Rows):
    item = rows.item()
    switches = Page(sam.get("/admin/items/")).all("data-switch")
    assert {attrs["aria-checked"] for attrs, _ in switches} == {"false"}
    assert any(item.name in attrs["aria-label"] for attrs, _ in switches)


_WRONG = [("price", "abc"), ("name", ""), ("name", "x" * 161), ("sold_out", "perhaps")]


def test_a_wrong_value_is_422_and_names_its_field(sam, post, rows: Rows, subtests):
    for column, typed in _WRONG:
        with subtests.test(column=column, typed=typed):
            answer = post(sam, _URL, _cell(rows.item(), **{column: typed}))

            assert answer.status_code == 422
            assert answer.content_type == "application/problem+json"
            assert list(answer.json["errors"]) == [column]


def test_exactly_one_column(sam, post, rows: Rows):
    item = rows.item()
    assert post(sam, _URL, _cell(item)).status_code == 400
    assert post(sam, _URL, _cell(item, name="a", price="1")).status_code == 400
    assert post(sam, _URL, _cell(item, position="1")).status_code == 400
    assert post(sam, _URL, _cell(item, restaurant_id="1")).status_code == 400
    assert rows.again(item).name == "French Fries"


def test_nobody_edits_by_cell_what_they_may_not_edit(sign_in, post, rows: Rows):
    """Flask-Admin's own never asks `can_edit`."""
    item, section = rows.item(), rows.section()
    before = (item.name, section.name)

    assert post(sign_in("vic"), _URL, _cell(item, name="x")).status_code == 403
    assert post(sign_in("sam"), "/admin/sections/ajax/update/", _cell(section, name="x")).status_code == 403
    assert post(sign_in("stan"), _URL, _cell(item, name="x")).status_code == 404

    assert (rows.again(item).name, rows.again(section).name) == before


def test_rows_that_are_not_there(sam, post, rows: Rows):
    foreign = rows.item(FOREIGN)
    answers = []
    for number in (foreign.id, MISSING, "abc"):
        answer = post(sam, _URL, {"list_form_pk": number, "row_version": "1", "name": "x"})
        assert answer.status_code == 404
        answers.append(answer.data)
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(("view", "person"), [("menus", "mia"), ("sections", "mia"), ("restaurants", "olga")])
def test_names_of_the_other_lists(sign_in, post, rows: Rows, view, person):
    row = rows.of(view)
    answer = post(sign_in(person), f"/admin/{view}/ajax/update/", _cell(row, name="Renamed"))

    assert (answer.status_code, rows.again(row).name) == (200, "Renamed")


def test_cells_that_the_reader_may_not_edit_are_text(sign_in, rows: Rows):
    olga, vic = Page(sign_in("olga").get("/admin/items/")), Page(sign_in("vic").get("/admin/items/"))
    assert olga.all("data-edit")
    assert not vic.all("data-edit")
    assert not vic.all("data-switch")
    assert not vic.all("data-typed")
