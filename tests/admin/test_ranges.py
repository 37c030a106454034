"""Ranges of prices and days: either side alone, both, what is no amount, every kind of currency."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.models import Change
from tests.support.pages import Page
from tests.support.rows import SECOND, Rows

_LOW, _HIGH = "flt5_price_at_least", "flt6_price_at_most"


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _chips(page: Page) -> list[str]:
    return [text for _, text in page.all("data-filter", "a")]


def _prices(page: Page) -> list[str]:
    return sorted(text for attrs, text in page.all("data-field", "td") if attrs["data-field"] == "price")


def _list(client, language="en", **query):
    query = {"page_size": 100, **query}
    return Page(client.get("/admin/items/", query_string=query, headers={"Accept-Language": language}))


def test_either_end_may_be_blank_and_both_count(olga, rows: Rows):
    place = rows.restaurant()
    for number, item in enumerate(rows.items()):
        item.price = 1000 + number
    rows.session.flush()
    query = {"flt0_restaurant_is": place.id}

    both = _list(olga, **query, **{_LOW: "10.01", _HIGH: "10.03"})

    assert _prices(both) == ["$10.01", "$10.02", "$10.03"]
    assert _chips(both)[1] == "Price: $10.01 to $10.03"
    assert _chips(_list(olga, **query, **{_LOW: "10.01", _HIGH: ""}))[1] == "Price: from $10.01"
    assert _chips(_list(olga, **query, **{_LOW: "", _HIGH: "10"}))[1] == "Price: up to $10.00"
    assert _prices(_list(olga, **query, **{_HIGH: "10"})) == ["$10.00"]
    assert _prices(_list(olga, **query, **{_LOW: "11", _HIGH: "10"})) == []


def test_one_chip_takes_both_ends_off(olga):
    page = _list(olga, search="burger", **{_LOW: "1", _HIGH: "9"})
    [chip] = [attrs for attrs, _ in page.all("data-filter", "a")]

    left = Page(olga.get(chip["href"]))

    assert chip["aria-label"] == "Remove filter Price: $1.00 to $9.00"
    assert _chips(left) == []
    assert [text for _, text in left.all("data-search")] == ["Search: “burger”"]


_CURRENCIES = [
    ("USD", "$2.50", "250", "2.50"),
    ("JPY", "¥400", "400", "400"),
    ("KWD", "KWD1.250", "1250", "1.250"),
]


def test_currencies_of_every_number_of_digits(olga, rows: Rows, subtests):
    place = rows.restaurant(SECOND)
    for currency, shown, units, typed in _CURRENCIES:
        with subtests.test(currency=currency):
            place.currency = currency
            rows.item(SECOND).price = int(units)
            rows.session.flush()

            page = _list(olga, flt0_restaurant_is=place.id, **{_LOW: typed, _HIGH: typed})

            assert [price.replace("\xa0", "").replace(" ", "") for price in _prices(page)] == [shown]
            chip = _chips(page)[1].replace("\xa0", "").replace(" ", "")
            assert chip == f"Price:{shown}to{shown}"


def test_where_currencies_differ_the_chip_names_none(olga, rows: Rows):
    rows.restaurant(SECOND).currency = "JPY"
    rows.session.flush()

    assert _chips(_list(olga, **{_LOW: "2.5"})) == ["Price: from 2.5"]
    assert _chips(_list(olga, "de", **{_LOW: "2,5"}))[0].endswith("2,5")


def test_what_is_no_amount_stays_in_its_field_with_a_word(olga, subtests):
    everything = _list(olga).ids
    for typed in ("x", "-1", "1e5", "5..", "NaN", "9" * 30):
        with subtests.test(typed=typed):
            page = _list(olga, **{_LOW: typed})

            assert page.ids == everything
            [field] = [attrs for attrs, _ in page.all("aria-invalid")]
            assert (field["name"], field["value"]) == (_LOW, typed)
            assert "3.25" in page.texts("data-error-for")[_LOW]
            assert _chips(page) == []


def test_days_are_inclusive_in_the_readers_clock(sign_in, rows: Rows):
    ada = sign_in("ada")
    rows.item().price = 311
    rows.session.flush()
    rows.session.connection().execute(update(Change).values(at=datetime(2026, 3, 5, 23, 30, tzinfo=UTC)))

    def found(low, high):
        query = {"flt6_day_from": low, "flt7_day_to": high}
        return Page(ada.get("/admin/history/", query_string=query))

    day = found("2026-03-05", "2026-03-05")
    assert day.all("data-count")[0][0]["data-count"] != "0"
    assert _chips(day) == ["Day: Mar 5, 2026 to Mar 5, 2026"]
    assert found("2026-03-06", "").all("data-count")[0][0]["data-count"] == "0"
    assert found("", "2026-03-04").all("data-count")[0][0]["data-count"] == "0"
    odd = found("2026-02-30", "0001-01-01")
    assert set(odd.texts("data-error-for")) == {"flt6_day_from", "flt7_day_to"}


def test_columns_are_chosen_in_the_address(olga, subtests):
    def shown(query):
        page = Page(olga.get(f"/admin/items/?{query}"))
        return [attrs["data-field"] for attrs, _ in page.all("data-field")][
            : len(page.all("data-field")) // len(page.ids)
        ]

    whole = shown("")
    for query, expected in {
        "columns=price,name": ["name", "price"],
        "columns=price&columns=restaurant.name": ["name", "price", "restaurant.name"],
        "columns=name": ["name"],
        "columns=price,__class__,password": ["name", "price"],
        "columns=nothing": whole,
        "columns=": whole,
        "columns=" + ",".join(whole): whole,
    }.items():
        with subtests.test(query=query):
            assert shown(query) == expected


def test_a_choice_of_columns_travels_with_every_link_of_the_list(olga, rows: Rows):
    rows.add_items(60)
    page = Page(olga.get("/admin/items/?columns=name,price&search=dish&sort=1"))

    links = [link for link in page.links if link.startswith("/admin/items/?")]

    assert len(links) >= 4
    assert all("columns=name,price" in link.replace("%2C", ",") for link in links)
    assert [attrs["aria-sort"] for attrs, _ in page.all("aria-sort")] == ["ascending"]
