"""Finding who did what: by person, kind, field, deed, day, restaurant, words; together, page by page."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.models import Change
from tests.support.pages import Page
from tests.support.rows import OWN, SECOND, Rows
from tests.support.telling import HISTORY, cell, delete, newest, said, told

pytestmark = pytest.mark.slow

_PRICE = "changed the price of French Fries from $2.99 to $3.25"


@pytest.fixture
def olga(sign_in, rows: Rows):
    """Olga; Mia has changed a price, Sam has sold out a dish, she herself has renamed one elsewhere."""
    olga = sign_in("olga")
    cell(sign_in("mia"), rows.item(), price="3.25")
    cell(sign_in("sam"), rows.again(rows.item()), sold_out="1")
    cell(olga, rows.item(SECOND), name="Zest")
    return olga


def _filters(page: Page) -> dict[str, str]:
    """Return the names of the filters as the page sends them, by their last part."""
    return {
        attrs["name"].partition("_")[2]: attrs["name"]
        for attrs, _ in page.all("name")
        if attrs["name"].startswith("flt")
    }


def _found(client, **chosen) -> list[str]:
    names = _filters(Page(client.get(HISTORY)))
    return told(client, "&".join(f"{names[name]}={value}" for name, value in chosen.items()))


def test_by_person(olga, rows: Rows):
    assert _found(olga, person_is=rows.user("mia").id) == [_PRICE]
    assert _found(olga, person_is=rows.user("sam").id) == ["marked French Fries sold out"]
    assert "opened Urban Burger" in _found(olga, person_is=0)
    assert _PRICE not in _found(olga, person_is=0)
    options = Page(olga.get(HISTORY)).options(_filters(Page(olga.get(HISTORY)))["person_is"])
    assert list(options.values()) == ["Mia Chen", "Olga Ruiz", "Sam Okafor", "The command line"]


def test_by_field_kind_deed_and_restaurant(olga, sign_in, rows: Rows):
    assert _found(olga, field_is="price") == [_PRICE]
    assert _found(olga, field_is="sold_out") == ["marked French Fries sold out"]
    delete(sign_in("mia"), rows.item())
    [words] = _found(olga, done_is="deleted")
    assert words.startswith("deleted French Fries from ")
    assert {words.split()[0] for words in _found(olga, kind_is="restaurant")} == {"opened"}
    [words] = _found(olga, restaurant_is=rows.restaurant(SECOND).id, done_is="changed")
    assert words.endswith(" to Zest")


def test_filters_hold_together_and_each_is_taken_off_by_its_chip(olga, rows: Rows):
    names = _filters(Page(olga.get(HISTORY)))
    mia = rows.user("mia").id
    query = f"{names['person_is']}={mia}&{names['field_is']}=price"
    assert told(olga, query) == [_PRICE]
    assert told(olga, query.replace("price", "name")) == []

    chips = {
        attrs["data-filter"]: attrs["href"]
        for attrs, _ in Page(olga.get(f"{HISTORY}?{query}")).all("data-filter")
    }

    assert set(chips) == {names["person_is"], names["field_is"]}
    assert f"{names['field_is']}=price" not in chips[names["field_is"]]
    assert f"{names['person_is']}={mia}" in chips[names["field_is"]]


def test_nothing_found_says_what_to_do(olga):
    answer = olga.get(f"{HISTORY}?search=nothing-like-it")
    assert "Nothing matches." in answer.text
    assert HISTORY in [link.partition("?")[0] for link in Page(answer).links]


def test_by_words(olga):
    assert told(olga, "search=mia") == [_PRICE, "added Mia Chen as manager"]
    assert _PRICE in told(olga, "search=french fries")


_NONSENSE = ["person_is=x", "person_is=-1", f"person_is={'9' * 40}", "kind_is=user", "field_is=token_hash"]
_NONSENSE += ["done_is=undone", "day_from=yesterday", "day_from=0001-01-01", "day_to=9999-12-31"]
_NONSENSE += [
    "about_is=user-1",
    "about_is=menu_item-x",
    "about_is=menu_item",
    "about_is=menu_item-99999999999",
]


@pytest.mark.parametrize("pair", _NONSENSE)
def test_what_makes_no_sense_is_left_out(olga, pair):
    assert told(olga, f"flt0_{pair}") == told(olga)


_EDGES = [
    # New York is five hours behind UTC in winter: its day ends at 5:00 UTC of the next.
    ("2026-01-02", datetime(2026, 1, 2, 5, 0, tzinfo=UTC), True),
    ("2026-01-02", datetime(2026, 1, 2, 4, 59, 59, tzinfo=UTC), False),
    ("2026-01-02", datetime(2026, 1, 3, 4, 59, 59, tzinfo=UTC), True),
    ("2026-01-02", datetime(2026, 1, 3, 5, 0, tzinfo=UTC), False),
    # The clocks go forward at 2:00 on March 8: that day has 23 hours.
    ("2026-03-08", datetime(2026, 3, 8, 5, 0, tzinfo=UTC), True),
    ("2026-03-08", datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC), True),
    ("2026-03-08", datetime(2026, 3, 9, 4, 0, tzinfo=UTC), False),
]


def test_by_day_in_the_clock_of_the_restaurant(olga, rows: Rows, subtests):
    rows.restaurant().time_zone = "America/New_York"
    rows.session.commit()
    for day, moment, is_found in _EDGES:
        with subtests.test(moment=moment):
            rows.session.connection().execute(
                update(Change).where(Change.by_name == "Mia Chen").values(at=moment)
            )
            rows.session.commit()
            assert (_PRICE in _found(olga, day_from=day, day_to=day)) == is_found


def test_a_file_holds_what_the_list_shows(olga, rows: Rows):
    """The same filters, one line a change; told by nobody else's rows."""
    names = _filters(Page(olga.get(HISTORY)))
    query = f"{names['person_is']}={rows.user('mia').id}"
    [link] = [link for link in Page(olga.get(f"{HISTORY}?{query}")).links if "/export/csv/" in link]

    lines = list(csv.DictReader(io.StringIO(olga.get(link).text.removeprefix("\ufeff"))))

    assert [(line["Who"], line["As"], line["Restaurant"], line["Kind"], line["What"]) for line in lines] == [
        ("Mia Chen", "manager", OWN, "item", _PRICE)
    ]
    assert lines[0]["When"] == newest(rows, by_name="Mia Chen").at.isoformat()


def test_pages_follow_each_other_without_a_gap(olga, rows: Rows):
    for number in range(45):
        dish = rows.items()[number % 3]
        dish.price = number + 1000
        rows.session.commit()
    numbers = [number for page in range(2) for number in Page(olga.get(f"{HISTORY}?page={page}")).ids]
    assert len(numbers) == len(set(numbers)) > 45
    assert Page(olga.get(f"{HISTORY}?page=999")).ids
    [(attrs, words)] = Page(olga.get(HISTORY)).all("data-count")
    assert (attrs["data-count"], words) == (str(len(numbers)), f"{len(numbers)} entries")


def test_an_act_of_many_rows_is_one_entry_with_its_first_lines(olga, post, rows: Rows):
    sent = {"action": "sold_out", "rowid": [dish.id for dish in rows.items()]}
    assert post(olga, "/admin/items/action/", sent).status_code == 302
    count = len([dish for dish in rows.items() if newest(rows, dish).act == newest(rows).act])
    page = Page(olga.get(HISTORY))
    [entry, *_] = [text for _, text in page.all("data-act")]
    assert f"and {count - 5} more" in entry
    path = f"{HISTORY}acts/{newest(rows).act}/"
    assert len(said(olga.get(path))) == count
