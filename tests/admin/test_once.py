"""“New” makes one row, though its form is sent twice; a script makes as many as it sends."""

from __future__ import annotations

import threading

import pytest

from app.models import Membership, Menu, MenuItem, Restaurant, Section
from tests.support.pages import Page
from tests.support.rows import Rows

_MODELS = {"items": MenuItem, "sections": Section, "menus": Menu, "restaurants": Restaurant}


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _filled(client, rows: Rows, view: str) -> dict[str, str]:
    """Return what the form “New” sends with a name and what a row needs."""
    parents = {
        "items": ("section", rows.section()),
        "sections": ("menu", rows.menu()),
        "menus": ("restaurant", rows.restaurant()),
    }
    sent = {**Page(client.get(f"/admin/{view}/new/")).fields(), "name": "Soup of the day"}
    if view in parents:
        name, parent = parents[view]
        sent[name] = str(parent.id)
    if view == "items":
        sent |= {"price": "4.5", "description": "Two\r\nlines", "sold_out": "1"}
    return sent


@pytest.mark.parametrize("view", _MODELS)
def test_a_form_that_comes_twice_counts_once(olga, post, rows: Rows, view):
    sent, before = _filled(olga, rows, view), rows.count(_MODELS[view])

    answers = [post(olga, f"/admin/{view}/new/", {**sent, "url": f"/admin/{view}/?page=0"}) for _ in range(3)]

    assert [(answer.status_code, answer.location) for answer in answers] == [
        (302, f"/admin/{view}/?page=0")
    ] * 3
    assert rows.count(_MODELS[view]) == before + 1
    said = [text for _, text in Page(olga.get(f"/admin/{view}/")).flashes]
    assert said[0] == "“Soup of the day” created."
    assert said[1:] == ["“Soup of the day” is there: this form came twice and was counted once."] * 2


@pytest.mark.parametrize("view", _MODELS)
def test_two_clicks_at_the_same_moment(app, sign_in, post, rows: Rows, view):
    """Neither answer has reached the browser: what is shared is the database alone."""
    first, second = sign_in("olga"), sign_in("olga")
    sent, before = _filled(first, rows, view), rows.count(_MODELS[view])
    rows.session.commit()
    ready, answers = threading.Barrier(2), []

    def save(client):
        ready.wait()
        answers.append(post(client, f"/admin/{view}/new/", sent).status_code)

    threads = [threading.Thread(target=save, args=(client,)) for client in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [302, 302]
    assert rows.count(_MODELS[view]) == before + 1
    if view == "restaurants":
        place = rows.restaurant("Soup of the day")
        assert rows.session.query(Membership).filter_by(restaurant_id=place.id).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Soup of the week"},
        {"price": "4.6"},
        {"description": ""},
        {"price": ""},
        {"sold_out": "0"},
        {"position": "3"},
    ],
)
def test_another_value_is_another_row(olga, post, rows: Rows, change):
    sent, before = _filled(olga, rows, "items"), rows.count(MenuItem)

    post(olga, "/admin/items/new/", sent)
    assert post(olga, "/admin/items/new/", {**sent, **change}).status_code == 302

    assert rows.count(MenuItem) == before + 2


def test_another_section_is_another_row(olga, post, rows: Rows):
    sent, before = _filled(olga, rows, "items"), rows.count(MenuItem)
    other = next(section for section in rows.menu().sections if section.id != int(sent["section"]))

    post(olga, "/admin/items/new/", sent)
    post(olga, "/admin/items/new/", {**sent, "section": str(other.id)})

    assert rows.count(MenuItem) == before + 2


def test_the_form_opened_anew_makes_another(olga, post, rows: Rows):
    before = rows.count(MenuItem)

    for _ in range(2):
        assert post(olga, "/admin/items/new/", _filled(olga, rows, "items")).status_code == 302

    assert rows.count(MenuItem) == before + 2


def test_a_script_that_says_nothing_makes_as_many_as_it_sends(olga, post, rows: Rows):
    sent, before = _filled(olga, rows, "items"), rows.count(MenuItem)
    del sent["made_after"]

    for _ in range(2):
        assert post(olga, "/admin/items/new/", sent).status_code == 302

    assert rows.count(MenuItem) == before + 2


def test_a_number_that_is_none_is_400(olga, post, rows: Rows):
    sent, before = _filled(olga, rows, "items"), rows.count(MenuItem)

    for number in ("", "x", "-1", "9" * 40):
        assert post(olga, "/admin/items/new/", {**sent, "made_after": number}).status_code == 400

    assert rows.count(MenuItem) == before


def test_a_refused_form_keeps_its_number(olga, post, rows: Rows):
    """Sent twice and refused twice, it still makes one row once it is mended."""
    sent = _filled(olga, rows, "items")
    rows.add_items(1)
    refused = Page(post(olga, "/admin/items/new/", {**sent, "price": "cheap"})).fields()

    assert refused["made_after"] == sent["made_after"]
