"""An address into another of one's restaurants leads there with a word; one into nobody's is a 404."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models import Change
from tests.support.browsing import post
from tests.support.pages import Page
from tests.support.rows import FOREIGN, OWN, SECOND, Rows, row_id

_WORD = [("info", "You are in Super Stir Fry now.")]
_VIEWS = ("items", "sections", "menus", "people", "restaurants")


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _visit(client, rows: Rows, place: str, url: str = ""):
    return post(client, f"/admin/restaurants/{row_id(rows.restaurant(place))}/visit", {"url": url})


def _page(client, path: str, status: int = 200) -> Page:
    answer = client.get(path)
    assert answer.status_code == status, path
    return Page(answer)


def _place(page: Page) -> str:
    [(attrs, _)] = page.all("data-person", "body")
    return attrs.get("data-restaurant", "")


def _narrowed(client) -> bool:
    return bool(_page(client, "/admin/items/").all("data-narrowed"))


def _change(rows: Rows, place: str) -> Change:
    item = rows.item(place)
    item.price = 777
    rows.session.commit()
    newest = select(Change).where(Change.row_id == row_id(item)).order_by(Change.id.desc())
    return rows.session.scalars(newest.limit(1)).one()


@pytest.mark.parametrize("narrowed", [True, False])
@pytest.mark.parametrize("view", _VIEWS)
def test_a_row_of_another_restaurant_leads_there_with_a_word(olga, rows: Rows, view, narrowed):
    number = row_id(rows.of(view, SECOND))
    for page in ("details", "edit", "deletion"):
        _visit(olga, rows, OWN)
        if not narrowed:
            post(olga, "/admin/restaurants/all/visit")
        _page(olga, "/admin/")

        shown = _page(olga, f"/admin/{view}/{page}/?id={number}")

        assert shown.flashes == _WORD, page
        assert _place(shown) == "super-stir-fry"
        assert _narrowed(olga) == narrowed
        # Said once; and who is there already is told nothing.
        assert _page(olga, f"/admin/{view}/{page}/?id={number}").flashes == []


def test_so_does_a_page_of_the_history(olga, rows: Rows):
    change = _change(rows, SECOND)
    for path in (
        f"/admin/history/acts/{change.act}/",
        f"/admin/history/details/?id={change.id}",
        f"/admin/history/changes/{change.id}/restoration",
    ):
        _visit(olga, rows, OWN)
        _page(olga, "/admin/")

        shown = _page(olga, path)

        assert shown.flashes == _WORD, path
        assert _place(shown) == "super-stir-fry"


def test_so_does_a_list_whose_address_names_it(olga, rows: Rows):
    section, item = rows.section(SECOND), _change(rows, SECOND).row_id
    for path in (
        f"/admin/items/?flt0_restaurant_is={section.restaurant_id}",
        f"/admin/items/?flt1_menu_is={section.menu_id}",
        f"/admin/items/?flt2_section_is={section.id}",
        f"/admin/people/?flt0_restaurant_is={section.restaurant_id}",
        f"/admin/history/?flt0_about_is=menu_item-{item}",
    ):
        _visit(olga, rows, OWN)
        _page(olga, "/admin/")

        shown = _page(olga, path)

        assert shown.flashes == _WORD, path
        assert shown.ids
        assert _place(shown) == "super-stir-fry"
        assert _narrowed(olga)


def test_a_file_whose_address_names_it_is_whole_and_moves_nobody(olga, rows: Rows):
    number = row_id(rows.restaurant(SECOND))
    _visit(olga, rows, OWN)

    with olga.get(f"/admin/items/export/csv/?flt0_restaurant_is={number}") as answer:
        assert SECOND in answer.text
    assert _place(_page(olga, "/admin/")) == "urban-burger"


@pytest.mark.parametrize("view", _VIEWS)
def test_another_tenants_row_stays_missing_and_moves_nobody(olga, rows: Rows, view):
    number = row_id(rows.of(view, FOREIGN))
    _visit(olga, rows, SECOND)
    _page(olga, "/admin/")

    for page in ("details", "edit", "deletion"):
        refused = _page(olga, f"/admin/{view}/{page}/?id={number}", 404)
        assert refused.flashes == []
        assert _place(refused) == "super-stir-fry"
    elsewhere = _page(olga, f"/admin/items/?flt0_restaurant_is={row_id(rows.restaurant(FOREIGN))}")
    assert (elsewhere.ids, elsewhere.flashes) == ([], [])
    assert _place(_page(olga, "/admin/")) == "super-stir-fry"


def test_a_page_that_is_refused_moves_nobody(sign_in, rows: Rows):
    """Mia only reads there: she may not edit, and stays where she is."""
    rows.join("mia", SECOND, Role.VIEWER)
    mia = sign_in("mia")

    for page in ("edit", "deletion"):
        refused = _page(mia, f"/admin/items/{page}/?id={row_id(rows.item(SECOND))}", 403)
        assert _place(refused) == "urban-burger"
    shown = _page(mia, f"/admin/items/details/?id={row_id(rows.item(SECOND))}")
    assert (shown.flashes, _place(shown)) == (_WORD, "super-stir-fry")


def test_only_a_page_that_is_read_moves_somebody(olga, rows: Rows):
    item = rows.item(SECOND)
    number, version = item.id, item.version
    requests = [
        ("HEAD", f"/admin/items/details/?id={number}", {}),
        ("HEAD", f"/admin/items/?flt0_restaurant_is={item.restaurant_id}", {}),
        ("POST", f"/admin/items/edit/?id={number}", {"row_version": version + 5, "name": "x"}),
        ("POST", f"/admin/items/edit/?id={number}", {"row_version": version, "name": ""}),
        ("POST", f"/admin/items/edit/?id={number}", {"row_version": version, "name": "Noodles"}),
        ("POST", "/admin/items/ajax/update/", {"list_form_pk": number, "row_version": 999, "name": "x"}),
        ("POST", "/admin/items/delete/", {"id": number, "row_version": 999}),
        ("POST", "/admin/items/action/", {"action": "sold_out", "rowid": number}),
    ]
    answers = []
    for method, path, form in requests:
        answer = olga.head(path) if method == "HEAD" else post(olga, path, form)
        answers.append(answer.status_code)
        assert _place(_page(olga, "/admin/")) == "urban-burger", path

    assert answers == [200, 200, 409, 422, 302, 409, 409, 302]


def test_guest_pages_move_nobody(olga, rows: Rows):
    page = _page(olga, f"/restaurant/{row_id(rows.restaurant(SECOND))}/")

    assert page.flashes == []
    assert _place(page) == "urban-burger"


def test_a_guest_page_leads_to_its_own_dishes(olga, rows: Rows):
    path = f"/restaurant/{row_id(rows.restaurant(SECOND))}/"
    _visit(olga, rows, OWN)

    [link] = [link for link in _page(olga, path).links if link.startswith("/admin/items/")]

    assert set(_page(olga, link).ids) == {item.id for item in rows.items(SECOND)}
    [link] = [link for link in _page(olga, path).links if link.startswith("/admin/items/")]
    assert link == "/admin/items/"


def test_an_administrator_is_moved_only_while_lists_are_narrowed(sign_in, rows: Rows):
    ada = sign_in("ada")
    path = f"/admin/items/details/?id={row_id(rows.item(SECOND))}"
    assert _page(ada, path).flashes == []
    assert not _narrowed(ada)

    _visit(ada, rows, FOREIGN)
    _page(ada, "/admin/")

    assert _page(ada, path).flashes == _WORD
    assert f"Administrator, {SECOND}" in ada.get("/").text
    [(attrs, _)] = _page(ada, "/admin/items/").all("data-narrowed")
    assert attrs["data-narrowed"] == str(row_id(rows.restaurant(SECOND)))


def test_two_tabs(olga, rows: Rows):
    """One tab's form of one restaurant is saved though the other tab has gone to another."""
    item = rows.item(OWN)
    form = _page(olga, f"/admin/items/edit/?id={item.id}").fields()
    _visit(olga, rows, SECOND)

    answer = post(olga, f"/admin/items/edit/?id={item.id}", {**form, "name": "Fries"})

    assert answer.status_code == 302
    assert rows.again(item).name == "Fries"
    listed = _page(olga, answer.location)
    assert _place(listed) == "super-stir-fry"
    assert item.id not in listed.ids


def test_the_way_back_after_choosing(olga, rows: Rows):
    item, section = row_id(rows.item(OWN)), row_id(rows.section(OWN))
    change = _change(rows, OWN)
    act, number, place = change.act, change.id, row_id(rows.restaurant(OWN))
    for url, back in {
        "/admin/items/?search=a&sort=1": "/admin/items/?search=a&sort=1",
        f"/admin/items/?search=a&flt0_restaurant_is={place}&flt3_sold_out_is=1": (
            "/admin/items/?search=a&flt3_sold_out_is=1"
        ),
        f"/admin/items/?flt2_section_is={section}": "/admin/items/",
        f"/admin/history/?flt0_about_is=menu_item-{item}": "/admin/history/",
        f"/admin/items/details/?id={item}": "/admin/items/",
        f"/admin/items/edit/?id={item}&url=/admin/items/": "/admin/items/",
        "/admin/items/details/?id=abc": "/admin/items/",
        f"/admin/history/acts/{act}/": "/admin/history/",
        f"/admin/history/details/?id={number}": "/admin/history/",
        f"/admin/history/changes/{number}/restoration": "/admin/history/",
        f"/admin/restaurants/details/?id={place}": "/admin/restaurants/",
        f"/admin/items/details/?id={item}&act=1&number=2": "/admin/items/",
        "/admin/items/new/": "/admin/items/new/",
        "/admin/items/new/?act=1": "/admin/items/new/?act=1",
        "/restaurant/1/": "/restaurant/1/",
        "/": "/",
        "": "/admin/",
        "/nowhere": "/admin/",
        "/logout": "/admin/",
        "//evil.example": "/admin/",
        "/\\evil.example": "/admin/",
        "https://evil.example/": "/admin/",
        "http:evil.example": "/admin/",
        "javascript:alert(1)": "/admin/",
        "/admin/../\tevil": "/admin/",
    }.items():
        answer = _visit(olga, rows, SECOND, url)
        assert (answer.status_code, answer.location) == (302, back), url
    details = f"/admin/items/details/?id={item}"
    assert _visit(olga, rows, OWN, details).location == details
    assert post(olga, "/admin/restaurants/all/visit", {"url": details}).location == details


def test_the_words_after_choosing(olga, rows: Rows):
    _visit(olga, rows, SECOND)
    words = "You work in Super Stir Fry now; lists show only what is there."
    assert _page(olga, "/admin/items/").flashes == [("success", words)]

    post(olga, "/admin/restaurants/all/visit")
    assert _page(olga, "/admin/items/").flashes == [("success", "Lists show all your restaurants again.")]


def test_a_refusal_is_no_page_to_come_back_to(olga):
    [form] = _page(olga, "/admin/items/details/?id=abc", 404).forms("/admin/restaurants/all/visit")
    assert form == {"url": [""]}
    [form] = _page(olga, "/admin/items/?search=a").forms("/admin/restaurants/all/visit")
    assert form == {"url": ["/admin/items/?search=a"]}
