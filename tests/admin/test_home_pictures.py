"""The pictures: the same numbers as a table, for the ear and for the eye, where one works."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app.models import Section
from tests.support.pages import Page
from tests.support.rows import OWN, SECOND, Rows


def _pictures(client) -> dict[str, Any]:
    """Return each picture: what is written in it, its table, its bars' lengths."""
    html = client.get("/admin/").text
    found = {}
    for figure in re.findall(r"<figure.*?</figure>", html, re.DOTALL):
        page = Page(figure)
        texts = [(attrs["class"], text) for attrs, text in page.all("class", "text")]
        cells = [text for tag, _, words in page.elements if tag == "td" and (text := "".join(words))]
        heads = [text for attrs, text in page.all("scope", "th") if attrs["scope"] == "row"]
        [(name, _)] = page.all("data-picture")
        found[name["data-picture"]] = {
            "table": dict(zip(heads, cells, strict=True)),
            "names": [text for kind, text in texts if kind == "chart-name"],
            "values": [text for kind, text in texts if kind == "chart-value"],
            "ticks": [text for kind, text in texts if kind == "chart-tick"],
            "bars": [
                attrs["width"] for attrs, _ in page.all("class", "rect") if attrs["class"] == "chart-bar"
            ],
            "page": page,
        }
    return found


@pytest.mark.parametrize(
    ("person", "names"),
    [
        ("vic", ["sections", "prices"]),
        ("sam", ["sections", "prices", "changes"]),
        ("olga", ["sections", "prices", "changes"]),
        ("ada", ["restaurants", "changes"]),
    ],
)
def test_who_sees_which_pictures(sign_in, person, names):
    assert list(_pictures(sign_in(person))) == names


def test_items_a_section(sign_in, rows: Rows):
    menu = rows.menu()
    rows.session.add(Section(menu=menu, restaurant_id=menu.restaurant_id, name="A" * 50, position=99))
    rows.add_items(2)

    found = _pictures(sign_in("vic"))["sections"]
    counts = {section.name: str(len(section.items)) for section in menu.sections}
    assert found["table"] == counts
    assert found["names"] == [*list(counts)[:-1], "A" * 33 + "…"]
    assert found["values"] == list(counts.values())
    # The fullest has all of the width, an empty one nothing.
    assert "100.0%" in found["bars"]
    assert len(found["bars"]) == len(counts) - 1


def test_what_items_cost_in_the_currency_of_the_restaurant(sign_in, rows: Rows):
    place = rows.restaurant()
    place.currency = "JPY"
    for item, price in zip(rows.items(), (0, 100, 450, 899), strict=False):
        item.price = price
    for item in rows.items()[4:]:
        item.price = None

    found = _pictures(sign_in("vic"))["prices"]
    assert found["table"]["¥0 to ¥199"] == "2"
    assert found["table"]["¥400 to ¥599"] == "1"
    assert list(found["table"])[-1] == "¥800 to ¥999"
    assert found["ticks"] == ["¥0", "¥400", "¥1,000"]
    # Where there is none, no number stands.
    assert found["values"] == ["2", "1", "1"]


def test_without_a_price_there_is_no_picture_of_prices(sign_in, rows: Rows):
    for item in rows.items():
        item.price = None

    assert list(_pictures(sign_in("vic"))) == ["sections"]


def test_changes_of_today_are_in_the_last_column(sign_in, rows: Rows):
    before = list(_pictures(sign_in("sam"))["changes"]["table"].values())
    rows.item().price = 777
    rows.session.commit()
    rows.item(SECOND).price = 777

    found = _pictures(sign_in("sam"))["changes"]
    assert len(found["table"]) == 14
    # Of the other restaurant's, Sam knows nothing.
    assert [int(each) for each in found["table"].values()] == [*map(int, before[:-1]), int(before[-1]) + 1]
    assert found["ticks"][-1] == "Today"


def test_pictures_are_of_where_one_works(sign_in, post, rows: Rows):
    olga, ada = sign_in("olga"), sign_in("ada")
    own = _pictures(olga)["sections"]["table"]
    for client in (olga, ada):
        post(client, f"/admin/restaurants/{rows.restaurant(SECOND).id}/visit")
        there = _pictures(client)["sections"]["table"]
        assert there == {section.name: str(len(section.items)) for section in rows.menu(SECOND).sections}
        assert there != own


def test_of_a_restaurant_that_is_gone_there_is_no_picture(sign_in, post, rows: Rows):
    ada = sign_in("ada")
    post(ada, f"/admin/restaurants/{rows.restaurant(OWN).id}/visit")
    rows.session.delete(rows.restaurant(OWN))

    assert ada.get("/admin/").status_code == 200


def test_each_picture_says_what_it_is_and_has_its_numbers_as_a_table(sign_in):
    for name, found in _pictures(sign_in("olga")).items():
        page = found["page"]
        [(svg, _)] = page.all("role", "svg")
        ids = {attrs["id"]: text for attrs, text in page.all("id")}
        assert svg["role"] == "img"
        assert all(ids[each] for each in svg["aria-labelledby"].split()), name
        assert [tag for tag, _, _ in page.elements].count("figcaption") == 1
        shown = [value for value in found["table"].values() if value != "0" or found["names"]]
        assert found["values"] == shown, name


def test_no_identifier_of_the_page_occurs_twice(sign_in):
    for person in ("olga", "ada", "vic"):
        ids = [attrs["id"] for attrs, _ in Page(sign_in(person).get("/admin/")).all("id")]
        assert len(ids) == len(set(ids))


def test_what_was_done_last_is_told_to_who_may_read_it(sign_in, rows: Rows):
    item = rows.item()
    item.name = "Chips"
    rows.session.commit()

    told = [text for _, text in Page(sign_in("sam").get("/admin/")).all("data-act")]
    assert told[0].startswith("The command line renamed French Fries to Chips")
    assert len(told) <= 5
    assert Page(sign_in("vic").get("/admin/")).all("data-act") == []
