"""Every way in which people change something in the back office writes one change a row, in one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.models import Change, Invitation, Restaurant, Section
from app.models.history import RECORDED
from tests.support.history import History
from tests.support.pages import Page
from tests.support.rows import FOREIGN, Rows

_CELL = "/admin/items/ajax/update/"


@pytest.fixture
def history(session) -> History:
    return History(session)


@pytest.fixture
def signs(session) -> Callable[..., None]:
    """`signs(changes, "mia", "manager")` holds who, and that it was one act with each row once."""

    def check(changes: list[Change], key: str, role: str) -> None:
        person = Rows(session).user(key)
        assert {(change.by_id, change.by_name, change.by_role) for change in changes} == {
            (person.id, person.name, role)
        }
        assert len({(change.act, change.at) for change in changes}) == 1
        assert len({(change.kind, change.row_id) for change in changes}) == len(changes)

    return check


def _cell(row, **column):
    return {"list_form_pk": row.id, "row_version": row.version, **column}


def _form(client, url, **typed):
    return {**Page(client.get(url)).fields(), **typed}


def test_a_new_row(sign_in, post, rows: Rows, history, signs):
    section = rows.section()
    sent = {"section": section.id, "name": "Soup", "price": "0"}
    assert post(sign_in("mia"), "/admin/items/new/", sent).status_code == 302

    change = history.one()

    signs([change], "mia", "manager")
    item = rows.item(name="Soup")
    assert (change.verb, change.row_id, change.menu_id) == ("created", item.id, section.menu_id)
    assert (change.after["price"], change.after["section_id"]) == (0, section.id)


def test_a_form(sign_in, post, rows: Rows, history, signs):
    sam, item = sign_in("sam"), rows.item()
    url = f"/admin/items/edit/?id={item.id}"
    assert post(sam, url, _form(sam, url, price="3.25", name="Chips")).status_code == 302

    change = history.one()

    signs([change], "sam", "staff")
    assert change.before == {"name": "French Fries", "price": 299}
    assert change.after == {"name": "Chips", "price": 325}
    assert change.version == rows.again(item).version


@pytest.mark.parametrize("view", ["items", "sections", "menus", "restaurants"])
def test_a_form_that_is_saved_untouched_is_nothing(sign_in, post, rows: Rows, history, view):
    olga, row = sign_in("olga"), rows.of(view)
    url = f"/admin/{view}/edit/?id={row.id}"
    assert post(olga, url, _form(olga, url)).status_code == 302

    assert history.new() == []


def test_a_cell_and_a_switch(sign_in, post, rows: Rows, history, signs):
    sam, item = sign_in("sam"), rows.item()
    for column, fields in (("price", " price "), ("sold_out", " sold_out_at sold_out_by_id ")):
        value = {"price": "$3.25", "sold_out": "1"}[column]
        answer = post(sam, _CELL, _cell(rows.again(item), **{column: value}))

        change = history.one()

        signs([change], "sam", "staff")
        assert (change.fields, change.version) == (fields, answer.json["row_version"])


def test_a_batch_is_one_act(sign_in, post, rows: Rows, history, signs):
    sam = sign_in("sam")
    ids = [item.id for item in rows.section().items]
    post(sam, "/admin/items/action/", {"action": "sold_out", "rowid": ids})

    changes = history.new()

    signs(changes, "sam", "staff")
    assert sorted(change.row_id for change in changes) == sorted(ids)
    post(sam, "/admin/items/action/", {"action": "sold_out", "rowid": ids[:1]})
    assert [change.row_id for change in history.new()] in ([], ids[:1])


@pytest.mark.parametrize(("view", "key"), [("items", "mia"), ("menus", "mia"), ("restaurants", "olga")])
def test_a_deletion_children_first(sign_in, post, rows: Rows, history, signs, view, key):
    person, row = sign_in(key), rows.of(view)
    before = sum(rows.count(cls) for cls in RECORDED.values())
    url = f"/admin/{view}/deletion/?id={row.id}"
    assert post(person, f"/admin/{view}/delete/", _form(person, url)).status_code == 302

    changes = history.new()

    signs(changes, key, "owner" if key == "olga" else "manager")
    assert {change.verb for change in changes} == {"deleted"}
    assert len(changes) == before - sum(rows.count(cls) for cls in RECORDED.values())
    kinds = [change.kind for change in changes]
    assert kinds == sorted(kinds, key=list(RECORDED)[::-1].index)


def test_a_new_restaurant_with_its_owner(sign_in, post, rows: Rows, history, signs):
    stan = sign_in("stan")
    sent = _form(stan, "/admin/restaurants/new/", name="Café Nia")
    assert post(stan, "/admin/restaurants/new/", sent).status_code == 302

    changes = history.new()

    assert [(change.kind, change.verb, change.name) for change in changes] == [
        ("restaurant", "created", "Café Nia"),
        ("membership", "created", "Stan Novak"),
    ]
    signs(changes, "stan", "")
    assert {change.restaurant_id for change in changes} == {rows.restaurant("Café Nia").id}


def test_people_come_rise_and_go(sign_in, post, rows: Rows, history, signs):
    olga, place = sign_in("olga"), rows.restaurant()
    sent = {"email": "stan@example.com", "role": "staff", "restaurant": place.id}
    page = Page(post(olga, "/admin/people/new/", sent))
    asked = history.one()
    signs([asked], "olga", "owner")
    assert (asked.kind, asked.verb, asked.name) == ("invitation", "created", "stan@example.com")

    [(_, link)] = page.all("data-invitation-url")
    assert post(sign_in("stan"), urlsplit(link).path).status_code == 302
    used, joined = history.new()
    signs([joined, used], "stan", "")
    assert (joined.kind, joined.verb, joined.name) == ("membership", "created", "Stan Novak")
    assert used.fields == " accepted_at accepted_by_id "

    member = rows.membership("stan")
    url = f"/admin/people/edit/?id={member.id}"
    assert post(olga, url, _form(olga, url, role="manager")).status_code == 302
    risen = history.one()
    signs([risen], "olga", "owner")
    assert (risen.before, risen.after) == ({"role": "staff"}, {"role": "manager"})

    url = f"/admin/people/deletion/?id={member.id}"
    assert post(olga, "/admin/people/delete/", _form(olga, url)).status_code == 302
    gone = history.one()
    assert (gone.kind, gone.verb, gone.before["role"]) == ("membership", "deleted", "manager")


def test_an_administrator_in_somebody_elses_restaurant(sign_in, post, rows: Rows, history, signs):
    assert post(sign_in("ada"), _CELL, _cell(rows.item(FOREIGN), name="Rice")).status_code == 200

    signs([history.one()], "ada", "administrator")


def test_an_administrators_invitation_belongs_to_no_restaurant(sign_in, post, rows: Rows, history, signs):
    post(sign_in("ada"), "/admin/users/new/", {"email": "new@example.com", "role": "administrator"})

    change = history.one()

    signs([change], "ada", "administrator")
    assert (change.restaurant_id, change.after["role"]) == (None, "administrator")
    assert rows.count(Invitation) == 1


_REFUSED: list[tuple[str, int, dict[str, Any]]] = [
    ("vic", 403, {"price": "1"}),
    ("stan", 404, {"price": "1"}),
    ("sam", 422, {"price": "abc"}),
    ("sam", 409, {"price": "1", "row_version": "99"}),
    ("sam", 400, {"price": "1", "name": "x"}),
]


@pytest.mark.parametrize(("key", "status", "sent"), _REFUSED)
def test_what_is_refused_is_nothing(sign_in, post, rows: Rows, history, key, status, sent):
    item = rows.item()
    assert post(sign_in(key), _CELL, {**_cell(item), **sent}).status_code == status

    assert history.new() == []
    assert rows.again(item).price == 299


def test_a_batch_that_is_refused_as_a_whole_is_nothing(sign_in, post, rows: Rows, history):
    item = rows.item()
    sam = sign_in("sam")
    ids = [item.id, rows.item(FOREIGN).id]
    assert post(sam, "/admin/items/action/", {"action": "sold_out", "rowid": ids}).status_code == 404

    assert history.new() == []


def test_a_save_costs_two_statements_more(app, sign_in, post, rows: Rows, query_counter):
    sam, item = sign_in("sam"), rows.item()
    with query_counter(app) as queries:
        post(sam, _CELL, _cell(item, price="3.25"))

    of_history = [query for query in queries if "change" in query.split("(")[0].lower().split()]
    asked = [query for query in queries if query.startswith("SELECT section.id, section.menu_id")]
    assert (len(of_history), len(asked)) == (1, 1)


def test_no_restaurant_keeps_a_change_of_another(session, rows: Rows):
    for restaurant in session.scalars(select(Restaurant)):
        found = session.scalars(
            select(Change.menu_id).where(Change.restaurant_id == restaurant.id, Change.kind == "menu_item")
        )
        own = session.scalars(select(Section.menu_id).where(Section.restaurant_id == restaurant.id))
        assert set(found) == set(own)
