"""The restaurant one works in: chosen, shown on every page, and kept to by every list."""

from __future__ import annotations

import csv
import io
import re

import pytest

from app.domain.roles import Role
from app.models import Membership
from tests.support.browsing import post
from tests.support.pages import Page
from tests.support.rows import FOREIGN, MISSING, OWN, SECOND, Rows, row_id

_LISTS = ("items", "sections", "menus", "people", "history")
_ALL = "/admin/restaurants/all/visit"


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _visit(client, rows: Rows, place: str, url: str = ""):
    return post(client, f"/admin/restaurants/{rows.restaurant(place).id}/visit", {"url": url})


def _body(client, path: str = "/admin/") -> dict[str, str]:
    [(attrs, _)] = Page(client.get(path)).all("data-person", "body")
    return attrs


def _places(client, view: str) -> set[str]:
    """Return the restaurants that the rows of a list speak of."""
    page = client.get(f"/admin/{view}/?page_size=100").text
    shown = page[page.index("</h1>") :]
    shown = re.sub(r'(?s)<details class="filters".*?</details>', "", shown)
    # Not what says where one works.
    shown = re.sub(r'(?s)<form class="narrowed".*?</form>', "", shown)
    return {place for place in (OWN, SECOND, FOREIGN) if place in shown}


def _change_something_everywhere(rows: Rows) -> None:
    for place in (OWN, SECOND, FOREIGN):
        rows.item(place).price = 777
    rows.session.flush()


def test_one_begins_in_ones_first_restaurant_with_every_list_whole(olga, rows: Rows):
    _change_something_everywhere(rows)

    assert _body(olga)["data-restaurant"] == "urban-burger"
    for view in _LISTS:
        assert _places(olga, view) == {OWN, SECOND}, view
        assert not Page(olga.get(f"/admin/{view}/")).all("data-narrowed")


def test_every_list_shows_only_what_is_there(olga, rows: Rows):
    _change_something_everywhere(rows)

    for place, other in ((SECOND, OWN), (OWN, SECOND)):
        assert _visit(olga, rows, place).status_code == 302
        for view in _LISTS:
            assert _places(olga, view) == {place}, view
            [(attrs, words)] = Page(olga.get(f"/admin/{view}/")).all("data-narrowed")
            assert attrs["data-narrowed"] == str(rows.restaurant(place).id)
            assert words == f"Only {place} All my restaurants"
            assert other not in words

    post(olga, _ALL)

    assert [_places(olga, view) for view in _LISTS] == [{OWN, SECOND}] * len(_LISTS)
    assert _body(olga)["data-restaurant"] == "urban-burger"


def test_restaurants_and_users_are_never_narrowed(olga, sign_in, rows: Rows):
    _visit(olga, rows, SECOND)
    assert len(Page(olga.get("/admin/restaurants/")).ids) == 2

    ada = sign_in("ada")
    before = Page(ada.get("/admin/users/")).ids
    _visit(ada, rows, SECOND)
    assert Page(ada.get("/admin/users/")).ids == before
    assert not Page(ada.get("/admin/users/")).all("data-narrowed")


@pytest.mark.parametrize("view", ["items", "sections", "menus", "people", "history"])
def test_a_file_has_what_the_list_shows(olga, rows: Rows, view):
    _change_something_everywhere(rows)
    _visit(olga, rows, SECOND)

    with olga.get(f"/admin/{view}/export/csv/") as answer:
        header, *table = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))

    assert table
    assert {row[header.index("Restaurant")] for row in table} == {SECOND}


def test_home_counts_what_is_there(olga, rows: Rows):
    for place in (OWN, SECOND):
        rows.item(place).price = None
    rows.session.flush()

    def without_price():
        return Page(olga.get("/admin/")).texts("data-line")["Items without a price"]

    assert without_price().startswith("2 items ")
    _visit(olga, rows, SECOND)
    assert without_price().startswith("1 item ")
    assert OWN not in without_price()
    [(_, words)] = Page(olga.get("/admin/")).all("data-narrowed")
    assert words.startswith(f"Only {SECOND}")


def _switches(page: Page) -> list[str]:
    """Return the words of the buttons that offer to work elsewhere."""
    return [
        words for attrs, words in page.all("popovertarget", "button") if attrs["popovertarget"] == "switch"
    ]


def test_every_page_says_where_one_works_and_offers_the_others(olga, rows: Rows):
    _visit(olga, rows, SECOND)

    for path in ("/admin/", "/admin/users/", "/", "/restaurant/1/", "/nowhere", "/admin/nowhere/"):
        page = Page(olga.get(path))
        [(body, _)] = page.all("data-person", "body")
        assert (body["data-restaurant"], body["data-role"]) == ("super-stir-fry", "owner"), path
        offered = {text: attrs for attrs, text in page.all("formaction", "button")}
        assert list(offered) == [f"{OWN}, Owner", f"{SECOND}, Owner"]
        assert "aria-current" in offered[f"{SECOND}, Owner"]
        assert "aria-current" not in offered[f"{OWN}, Owner"]
        assert _switches(page) == [f"Owner, {SECOND}"]
        assert f"Lists show only {SECOND}." in " ".join(text for _, text in page.all("popover"))


@pytest.mark.parametrize("person", ["mia", "sam", "vic", "stan", "ada"])
def test_who_has_no_choice_sees_no_switch(sign_in, person):
    client = sign_in(person)
    for path in ("/admin/", "/"):
        page = Page(client.get(path))
        assert not _switches(page)
        assert not page.all("formaction")


def test_a_role_is_that_of_where_one_works(sign_in, rows: Rows):
    rows.join("mia", SECOND, Role.VIEWER)
    mia = sign_in("mia")

    _visit(mia, rows, SECOND)

    body = _body(mia)
    assert (body["data-role"], body["data-restaurant"]) == ("viewer", "super-stir-fry")
    assert "Viewer, Super Stir Fry" in mia.get("/").text
    assert [held.role for held in rows.user("mia").memberships] == [Role.MANAGER, Role.VIEWER]


def test_another_tenants_restaurant_is_none_and_nothing_changes(olga, rows: Rows):
    _visit(olga, rows, SECOND)

    for number in (rows.restaurant(FOREIGN).id, MISSING, "abc", "-1", "1,2", "9" * 30, "0"):
        assert post(olga, f"/admin/restaurants/{number}/visit").status_code == 404
    assert _body(olga)["data-restaurant"] == "super-stir-fry"
    assert _places(olga, "items") == {SECOND}


@pytest.mark.parametrize(
    "chosen",
    [
        {"restaurant": FOREIGN, "narrowed": True},
        {"restaurant": "x"},
        {"restaurant": None},
        {"narrowed": True},
    ],
)
def test_a_cookie_that_names_none_of_ones_own_counts_for_nothing(olga, rows: Rows, chosen):
    if chosen.get("restaurant") == FOREIGN:
        chosen = {**chosen, "restaurant": rows.restaurant(FOREIGN).id}
    with olga.session_transaction() as cookie:
        cookie.update(chosen)

    assert _body(olga)["data-restaurant"] == "urban-burger"
    assert _places(olga, "items") == {OWN, SECOND}


def test_who_is_removed_while_lists_are_narrowed_works_where_they_began(sign_in, rows: Rows):
    rows.join("olga", FOREIGN, Role.VIEWER)
    olga = sign_in("olga")
    _visit(olga, rows, SECOND)

    rows.session.delete(rows.membership("olga", SECOND))

    assert olga.get("/admin/items/").status_code == 200
    assert _body(olga)["data-restaurant"] == "urban-burger"
    assert _places(olga, "items") == {OWN, FOREIGN}
    assert not Page(olga.get("/admin/items/")).all("data-narrowed")


def test_who_deletes_the_restaurant_they_work_in_works_where_they_began(olga, rows: Rows):
    place = rows.restaurant(SECOND)
    _visit(olga, rows, SECOND)

    answer = post(
        olga, "/admin/restaurants/delete/", {"id": place.id, "row_version": place.version, "confirm": 1}
    )

    assert answer.status_code == 302
    assert _body(olga)["data-restaurant"] == "urban-burger"
    assert not _switches(Page(olga.get("/admin/")))


def test_a_sign_in_begins_anew(sign_in, rows: Rows, make_app):
    app = make_app(CARTE_DEV_LOGIN_TOKEN="sesame")
    olga = sign_in("olga", app)
    _visit(olga, rows, SECOND)

    post(olga, "/login/development", {"token": "sesame", "person": "olga"})

    assert _body(olga)["data-restaurant"] == "urban-burger"
    assert _places(olga, "items") == {OWN, SECOND}


def test_nobody_else_is_moved(olga, sign_in, rows: Rows):
    again = sign_in("olga")
    memberships = rows.count(Membership)

    _visit(olga, rows, SECOND)

    assert _body(again)["data-restaurant"] == "urban-burger"
    assert rows.count(Membership) == memberships


def test_an_administrator_works_in_any_restaurant_and_in_none(sign_in, rows: Rows):
    ada = sign_in("ada")
    assert _visit(ada, rows, FOREIGN).status_code == 302

    body = _body(ada)
    assert body["data-role"] == "administrator"
    assert "data-restaurant" not in body
    assert f"Administrator, {FOREIGN}" in ada.get("/").text
    assert _places(ada, "items") == {FOREIGN}

    rows.restaurant(FOREIGN).name = "Panda Palace"
    assert "Administrator, Panda Palace" in ada.get("/admin/").text

    post(ada, _ALL)
    assert {OWN, SECOND} <= _places(ada, "menus")
    assert not _switches(Page(ada.get("/admin/")))


def test_an_administrator_is_let_out_of_a_restaurant_that_is_gone(sign_in, rows: Rows):
    ada = sign_in("ada")
    _visit(ada, rows, FOREIGN)

    rows.session.delete(rows.restaurant(FOREIGN))

    assert {OWN, SECOND} <= _places(ada, "menus")
    assert not _switches(Page(ada.get("/admin/")))


def test_choices_are_of_where_one_works(olga, rows: Rows):
    def choices(name):
        return Page(olga.get("/admin/items/")).options(name).values()

    assert any(label.endswith(SECOND) for label in choices("flt2_section_is"))

    _visit(olga, rows, OWN)

    for name in ("flt1_menu_is", "flt2_section_is"):
        assert choices(name)
        assert all(label.endswith(OWN) for label in choices(name))
    assert set(choices("flt0_restaurant_is")) == {OWN, SECOND}


def test_a_new_row_begins_where_one_works(olga, rows: Rows):
    first, second = rows.restaurant(OWN), rows.restaurant(SECOND)
    for place in (second, first):
        _visit(olga, rows, place.name)
        for view in ("menus", "people"):
            assert Page(olga.get(f"/admin/{view}/new/")).fields()["restaurant"] == str(place.id)
        only = list(Page(olga.get("/admin/items/new/")).options("section").values())
        assert only
        assert [label for label in only if not label.endswith(place.name)] == []
        post(olga, _ALL)
        options = list(Page(olga.get("/admin/items/new/")).options("section").values())
        assert options[: len(only)] == only
        assert len(options) > len(only)
    named = Page(olga.get(f"/admin/menus/new/?restaurant={second.id}"))
    assert named.fields()["restaurant"] == str(second.id)


def test_a_row_of_another_of_ones_restaurants_is_saved_and_nobody_is_moved(olga, rows: Rows):
    _visit(olga, rows, OWN)
    section = row_id(rows.section(SECOND))

    answer = post(olga, "/admin/items/new/", {"section": section, "name": "Spring Roll"})

    assert answer.status_code == 302
    assert rows.item(SECOND, "Spring Roll")
    assert _body(olga)["data-restaurant"] == "urban-burger"


def test_restaurants_offer_to_work_there(olga, sign_in, rows: Rows):
    places = [row_id(rows.restaurant(place)) for place in (OWN, SECOND)]
    actions = [f"/admin/restaurants/{number}/visit" for number in places]

    page = Page(olga.get("/admin/restaurants/"))
    assert all(page.forms(action) == [{"url": ["/admin/restaurants/"]}] for action in actions)
    _visit(olga, rows, SECOND)
    page = Page(olga.get(f"/admin/restaurants/details/?id={places[1]}"))
    assert page.forms(actions[1]) == []
    assert Page(olga.get("/admin/restaurants/")).forms(actions[0])
    assert Page(sign_in("mia").get("/admin/restaurants/")).forms(actions[0]) == []
