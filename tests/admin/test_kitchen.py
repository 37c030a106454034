"""The kitchen page: who opens it, what it shows, and that everything agrees on what is out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from app import current
from app.domain.roles import Role
from tests.support.browsing import post
from tests.support.pages import Page
from tests.support.rows import FOREIGN, SECOND, Rows

#: Noon in Los Angeles, where Urban Burger is.
NOON = datetime(2026, 7, 1, 19, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """`clock(hours=3)` moves the clock of the application on from noon in the restaurant."""
    moment = [NOON]
    monkeypatch.setattr(current, "clock", lambda: moment[0])

    def move(**by: float) -> datetime:
        moment[0] += timedelta(**by)
        return moment[0]

    return move


def _kitchen(client, **query) -> Page:
    answer = client.get("/admin/kitchen/", query_string=query)
    assert answer.status_code == 200
    return Page(answer)


def _listed(page: Page) -> list[tuple[dict[str, str], str]]:
    """Return what is listed as out now, without the empty line that scripts fill in."""
    return [(off, words) for off, words in page.all("data-off") if off["data-off"]]


def _states(client, rows: Rows, place: str = "Urban Burger", **headers: str):
    return client.get(f"/admin/kitchen/states/{rows.restaurant(place).id}", headers=headers)


def _off(rows: Rows, *, until: datetime | None = None) -> None:
    item = rows.item()
    item.sold_out_at, item.sold_out_until, item.sold_out_by_id = NOON, until, rows.user("mia").id
    rows.session.commit()


@pytest.mark.parametrize(
    ("person", "status"),
    [("olga", 200), ("mia", 200), ("sam", 200), ("vic", 403), ("stan", 200), ("ada", 200)],
)
def test_who_opens_it_has_it_in_the_menu(sign_in, person, status):
    client = sign_in(person)

    assert client.get("/admin/kitchen/").status_code == status
    assert ("/admin/kitchen/" in Page(client.get("/admin/roles/")).links) == (status == 200)


def test_every_dish_is_one_switch_that_is_named_with_it(sign_in, rows: Rows):
    page = _kitchen(sign_in("sam"))

    assert sorted(page.ids) == [item.id for item in rows.items()]
    names = {text for _, text in page.all("aria-checked")}
    assert names == {f"Sold out: {item.name}" for item in rows.items()}


def test_one_cooks_where_one_works(sign_in, rows: Rows):
    olga = sign_in("olga")
    assert rows.item().id in _kitchen(olga).ids

    second = rows.restaurant(SECOND)
    answer = post(olga, f"/admin/restaurants/{second.id}/visit", {"url": "/admin/kitchen/"})

    assert answer.location == "/admin/kitchen/"
    assert _kitchen(olga).ids == [item.id for item in rows.items(SECOND)]


def test_an_administrator_chooses_a_kitchen_first(sign_in, rows: Rows):
    ada = sign_in("ada")
    page, place = _kitchen(ada), rows.restaurant(FOREIGN)
    assert not page.ids
    assert page.forms(f"/admin/restaurants/{place.id}/visit") == [{"url": ["/admin/kitchen/"]}]

    post(ada, f"/admin/restaurants/{place.id}/visit")

    assert set(_kitchen(ada).ids) == {item.id for item in rows.items(FOREIGN)}


def test_who_only_reads_where_they_work_chooses_among_their_kitchens(sign_in, rows: Rows):
    rows.join("vic", SECOND, Role.STAFF)
    page = _kitchen(sign_in("vic"))

    assert not page.ids
    assert page.forms(f"/admin/restaurants/{rows.restaurant(SECOND).id}/visit")
    assert not page.forms(f"/admin/restaurants/{rows.restaurant().id}/visit")


def test_a_search_without_a_script_leaves_the_dishes_with_every_word(sign_in, rows: Rows):
    found = _kitchen(sign_in("sam"), search="BURGER veg").ids

    assert found == [item.id for item in rows.items() if item.name == "Veggie Burger"]
    assert not _kitchen(sign_in("sam"), search="nothing of that name").ids


def test_what_is_out_is_listed_with_since_when_by_whom_and_until_when(sign_in, rows: Rows, clock):
    clock(minutes=30)
    _off(rows, until=NOON + timedelta(hours=17))

    [(off, words)] = _listed(_kitchen(sign_in("sam")))

    assert off["data-off"] == str(rows.item().id)
    assert "French Fries until tomorrow 5:00 AM (Thu) since today 12:00 PM" in words.replace("\u202f", " ")


def test_staff_read_who_it_was_though_they_read_no_people(sign_in, rows: Rows):
    item = rows.item()
    post(sign_in("mia"), f"/admin/kitchen/{item.id}/sold-out", {"row_version": item.version})

    def by(person: str) -> str:
        [(off, _)] = _listed(_kitchen(sign_in(person)))
        return off["data-by"]

    assert (by("sam"), by("mia")) == ("Mia Chen", "you")


def test_everything_agrees_on_the_moment_at_which_a_dish_is_back(sign_in, client, rows: Rows, clock):
    until = NOON + timedelta(hours=3)
    _off(rows, until=until)
    sam, number = sign_in("sam"), str(rows.item().id)

    def out_on() -> set[str]:
        pages = {
            "guest": Page(client.get("/restaurant/1/")).all("data-sold-out"),
            "kitchen": _kitchen(sam).all("data-sold-out"),
            "items": Page(sam.get("/admin/items/?page_size=100")).all("data-sold-out"),
            "filter": Page(sam.get("/admin/items/?flt1_sold_out_is=1")).all("data-id"),
        }
        out = {
            name
            for name, marks in pages.items()
            if any(number in {attrs.get("data-id"), attrs.get("data-item")} for attrs, _ in marks)
        }
        return out | ({"states"} if _states(sam, rows).json["off"] else set())

    everywhere = {"guest", "kitchen", "items", "states"}
    clock(hours=3, microseconds=-1)
    assert everywhere <= out_on()
    clock(microseconds=1)
    assert not everywhere & out_on()


def test_states_tell_an_open_page_what_is_out_and_answer_nothing_new_with_nothing(sign_in, rows: Rows, clock):
    sam = sign_in("sam")
    _off(rows, until=NOON + timedelta(hours=3))

    first = _states(sam, rows)
    [off] = first.json["off"]
    assert (off["id"], off["until"]) == (rows.item().id, "2026-07-01T22:00:00+00:00")
    assert first.json["versions"][str(off["id"])] == rows.item().version
    tag = first.headers["ETag"]
    assert _states(sam, rows, **{"If-None-Match": tag}).status_code == 304

    clock(hours=3)
    assert _states(sam, rows, **{"If-None-Match": tag}).json["off"] == []


def test_states_say_when_the_page_itself_is_out_of_date(sign_in, rows: Rows):
    sam = sign_in("sam")
    shown = {attrs["data-digest"] for attrs, _ in _kitchen(sam).all("data-digest")}
    assert shown == {_states(sam, rows).json["dishes"]}
    _off(rows)
    assert shown == {_states(sam, rows).json["dishes"]}

    rows.item().name = "Chips"
    rows.session.commit()

    assert shown != {_states(sam, rows).json["dishes"]}


def test_a_big_kitchen_is_a_small_page(sign_in, rows: Rows, query_counter, app):
    rows.add_items(200)
    sam = sign_in("sam")
    with query_counter(app) as queries:
        answer = sam.get("/admin/kitchen/", headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 200
    assert len(answer.data) < 20_000
    assert len(queries) < 12


def test_a_restaurant_without_a_dish_says_what_to_do(sign_in, rows: Rows):
    for item in rows.items():
        rows.session.delete(item)
    rows.session.commit()

    page = _kitchen(sign_in("mia"))

    assert not page.ids
    assert "/admin/items/" in page.links


def test_the_json_of_the_original_lists_a_dish_also_while_it_is_out(client, rows: Rows):
    _off(rows)
    names = [item["name"] for item in json.loads(client.get("/restaurant/1/menu/JSON").data)["MenuItems"]]
    assert "French Fries" in names
