"""What is grave asks for a recent sign-in: before its page, and where it is done."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from app.models import Restaurant
from tests.support.aging import age_sessions
from tests.support.pages import Page
from tests.support.rows import Rows, row_id


@pytest.fixture
def olga(sign_in, rows: Rows):
    """The browser of Olga, who signed in eleven minutes ago."""
    browser = sign_in("olga")
    age_sessions(rows.session)
    return browser


def again(path: str) -> str:
    return f"/login/again?next={quote(path, safe='')}"


def question(rows: Rows) -> str:
    return f"/admin/restaurants/deletion/?id={row_id(rows.restaurant())}"


def role_form(rows: Rows) -> str:
    return f"/admin/people/edit/?id={row_id(rows.membership('sam'))}"


@pytest.mark.parametrize("path_of", [question, role_form])
def test_a_page_that_begins_it_is_not_shown_before(olga, rows: Rows, path_of):
    path = path_of(rows)

    for method in (olga.get, olga.head):
        answer = method(path)
        assert (answer.status_code, answer.location) == (302, again(path))

    answer = olga.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")


@pytest.mark.parametrize("minutes", [0, 9.5])
def test_a_recent_sign_in_sees_them(sign_in, rows: Rows, minutes):
    browser = sign_in("olga")
    age_sessions(rows.session, minutes=minutes)

    assert browser.get(question(rows)).status_code == 200
    assert browser.get(role_form(rows)).status_code == 200


def test_nobody_is_asked_to_sign_in_for_what_they_may_not_do(sign_in, rows: Rows):
    mia = sign_in("mia")
    age_sessions(rows.session)

    assert mia.get(question(rows)).status_code == 403
    assert mia.get(role_form(rows)).status_code == 403
    stan = sign_in("stan")
    age_sessions(rows.session)
    assert stan.get(question(rows)).status_code == 404


def test_deleting_a_restaurant_is_refused_and_leads_back_to_its_question(olga, post, rows: Rows):
    place = rows.restaurant()
    number = row_id(place)
    form = {"id": number, "row_version": place.version, "confirm": "1", "url": "/admin/restaurants/"}

    answer = post(olga, "/admin/restaurants/delete/", form)

    assert answer.status_code == 403
    assert "Please sign in again" in answer.text
    assert again(f"/admin/restaurants/deletion/?id={number}") in Page(answer).links
    assert rows.again(place) is not None


def test_a_script_is_told_in_json(olga, post, rows: Rows):
    form = {"id": row_id(rows.restaurant()), "row_version": rows.restaurant().version, "confirm": "1"}

    answer = post(olga, "/admin/restaurants/delete/", form, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert "last ten minutes" in answer.json["detail"]


def test_deleting_several_restaurants_leads_back_to_the_list(olga, post, rows: Rows):
    before = rows.count(Restaurant)
    ids = [row_id(rows.restaurant()), row_id(rows.restaurant("Super Stir Fry"))]
    form = {"action": "delete", "rowid": ids, "confirm": "1", "url": "/admin/restaurants/?search=r"}

    answer = post(olga, "/admin/restaurants/action/", form)

    assert answer.status_code == 403
    assert again("/admin/restaurants/?search=r") in Page(answer).links
    assert rows.count(Restaurant) == before


def test_a_role_is_not_changed_and_what_was_chosen_is_shown(olga, post, rows: Rows):
    sam, path = rows.membership("sam"), role_form(rows)
    form = {"role": "manager", "base-role": "staff", "row_version": sam.version, "url": "/admin/people/"}

    answer = post(olga, path, form)

    assert answer.status_code == 403
    assert again(path) in Page(answer).links
    assert ">\nmanager</textarea>" in answer.text
    assert rows.again(sam).role == "staff"

    form["role"] = "staff"
    assert post(olga, path, form).status_code == 302, "to leave it as it is needs nothing"


def test_what_is_not_grave_goes_on(olga, post, rows: Rows):
    sam, item = rows.membership("sam"), rows.item()
    number = row_id(item)

    assert olga.get(f"/admin/items/deletion/?id={number}").status_code == 200
    answer = post(olga, "/admin/items/delete/", {"id": number, "row_version": item.version})
    assert answer.status_code == 302
    answer = post(olga, "/admin/people/delete/", {"id": row_id(sam), "row_version": sam.version})
    assert answer.status_code == 302
    assert rows.again(sam) is None


def test_no_page_leads_elsewhere(olga, post, rows: Rows):
    ids = [row_id(rows.restaurant()), row_id(rows.restaurant("Super Stir Fry"))]
    for place in ("//evil.example", "https://evil.example", "javascript:x"):
        form = {"action": "delete", "rowid": ids, "confirm": "1", "url": place}

        answer = post(olga, "/admin/restaurants/action/", form)

        assert again("/admin/") in Page(answer).links
        assert "evil" not in answer.text


def test_administrators_are_asked_too(sign_in, post, rows: Rows):
    ada = sign_in("ada")
    age_sessions(rows.session)
    sam, path = rows.membership("sam"), role_form(rows)

    assert ada.get(path).location == again(path)
    assert post(ada, path, {"role": "viewer", "row_version": sam.version}).status_code == 403
    assert rows.again(sam).role == "staff"
