"""Find anything: rows within reach, pages and beginnings that the reader may open, as a page and as JSON."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.support.pages import Page
from tests.support.rows import FOREIGN, Rows


def found(client: FlaskClient, words: str = "", **args: str) -> dict[str, list[dict[str, str]]]:
    answer = client.get(
        "/admin/find/", query_string={"q": words, **args}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200
    return {group["name"]: group["entries"] for group in answer.json["groups"]}


def labels(client: FlaskClient, words: str = "", **args: str) -> dict[str, list[str]]:
    groups = found(client, words, **args).items()
    return {name: [entry["label"] for entry in entries] for name, entries in groups}


@pytest.mark.parametrize("words", ["french fries", "FRENCH", "fries french", "  rench  "])
def test_a_dish_is_found_by_any_of_its_words(sign_in, words):
    assert "French Fries" in labels(sign_in("olga"), words)["Items"]


def test_what_begins_so_comes_first(sign_in, rows: Rows):
    client = sign_in("olga")
    assert labels(client, "fries")["Items"][0] == "French Fries"

    rows.section("Super Stir Fry").items[0].name = "Fries"
    rows.session.flush()

    assert labels(client, "fries")["Items"][:2] == ["Fries", "French Fries"]


def test_each_line_says_where_and_leads_there(sign_in, rows: Rows):
    client = sign_in("olga")

    (dish,) = [each for each in found(client, "french fries")["Items"] if "Urban Burger" in each["where"]]

    assert dish["where"] == "Appetizer · Urban Burger"
    assert client.get(dish["url"]).status_code == 200
    assert dish["key"].startswith("items:")


@pytest.mark.parametrize("person", ["olga", "mia", "sam", "vic", "stan", "ada"])
@pytest.mark.parametrize("words", ["", "a", "new", "urban"])
def test_no_line_leads_to_a_refusal(sign_in, person, words):
    client = sign_in(person)

    for entries in found(client, words).values():
        for entry in entries:
            assert client.get(entry["url"]).status_code == 200, entry


def test_nothing_of_another_tenant(sign_in):
    groups = labels(sign_in("sam"), FOREIGN)

    assert not {"Restaurants", "Menus", "Items", "People"} & set(groups)
    assert FOREIGN in labels(sign_in("stan"), FOREIGN)["Restaurants"]


@pytest.mark.parametrize(("person", "sees"), [("olga", True), ("mia", True), ("sam", False), ("vic", False)])
def test_people_are_found_by_who_reads_people(sign_in, person, sees):
    assert ("Sam Okafor" in labels(sign_in(person), "okafor").get("People", [])) == sees


def test_what_was_opened_last_within_reach(sign_in, rows: Rows):
    mine, foreign = rows.section("Urban Burger").items[0], rows.section(FOREIGN).items[0]
    keys = f"items:{foreign.id},items:{mine.id},items:999999,users:1,nonsense,items:x,items:{'9' * 40}"

    assert labels(sign_in("sam"), recent=keys)["Opened last"] == [mine.name]


@pytest.mark.parametrize("words", ["%", "_", "\0", "' OR 1=1 --", "x" * 10_000, "🍟", "“”"])
def test_odd_words_find_nothing_and_break_nothing(sign_in, words):
    assert "Items" not in labels(sign_in("olga"), words)


def test_the_page_says_the_same(sign_in):
    page = Page(sign_in("olga").get("/admin/find/?q=french"))

    assert any("French Fries" in text for _, text in page.all("href", "a"))


def test_a_page_for_nothing_found_leads_on(sign_in):
    answer = sign_in("olga").get("/admin/find/?q=zzzzz")

    assert "Nothing is called “zzzzz”" in answer.text
