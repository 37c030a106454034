"""Saved views: kept under a name, opened, shared, changed, opened with, deleted."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from app.models import DefaultView, SavedView
from tests.support.pages import Page
from tests.support.rows import AT, OWN, SECOND, Rows

_CHEAP = "search=a&flt_sold_out_is=0&flt_price_at_most=5&sort=price&desc=1&page_size=50"


@pytest.fixture
def view(rows: Rows):
    """`view("mia")` makes one of Mia's own; `view("mia", OWN)` one of the restaurant's."""

    def make(key: str, place: str | None = None, *, query: str = "flt_sold_out_is=1", **values) -> SavedView:
        owner = {"restaurant_id": rows.restaurant(place).id} if place else {"user_id": rows.user(key).id}
        given = {"name": "Out today", "list_name": "items", "created_at": AT, **values}
        row = SavedView(
            **owner,
            **given,
            folded_name=given["name"].casefold(),
            query=query,
            created_by_id=rows.user(key).id,
        )
        rows.session.add(row)
        rows.session.commit()
        return row

    return make


def _stored(rows: Rows) -> list[SavedView]:
    rows.session.expire_all()
    return rows.session.query(SavedView).order_by(SavedView.id).all()


def _said(page: Page) -> list[str]:
    return [attrs["data-filter"] for attrs, _ in page.all("data-filter")]


def _current(page: Page) -> str | None:
    return next((attrs["data-view"] for attrs, _ in page.all("data-view")), None)


def test_what_a_list_shows_is_kept_and_shown_again(sign_in, post, rows: Rows):
    sam = sign_in("sam")
    address = (
        "/admin/items/?search=a&flt3_sold_out_is=0&flt6_price_at_most=%245.00&sort=1&desc=1&page_size=50"
    )
    shown = Page(sam.get(address))
    [form] = shown.forms("/admin/views/new/")

    answer = post(sam, "/admin/views/new/", {**{k: v[0] for k, v in form.items()}, "name": " Cheap  ones "})

    [row] = _stored(rows)
    assert (row.name, row.list_name, row.query, row.user_id) == (
        *("Cheap  ones", "items", _CHEAP),
        rows.user("sam").id,
    )
    assert (row.created_by_id, row.changed_at, row.version) == (row.user_id, None, 1)
    assert answer.location == f"/admin/items/?view={row.id}"
    again = Page(sam.get(answer.location))
    assert again.ids == shown.ids
    assert _current(again) == str(row.id)
    assert again.flashes == [("success", "View “Cheap ones” saved.")]
    # Asked for in full, it is the same view.
    assert _current(Page(sam.get(address))) == str(row.id)
    assert _current(Page(sam.get("/admin/items/?search=b"))) is None


def test_a_view_means_the_same_to_whoever_reads_it(sign_in, rows: Rows, view):
    row = view("sam", query="flt_price_at_most=1234.5&sort=price")
    page = Page(sign_in("sam").get(f"/admin/items/?view={row.id}", headers={"Accept-Language": "de"}))

    [chip] = [text for _, text in page.all("data-filter")]
    assert "1.234,50" in chip
    [sort] = [link for link in page.links if link.startswith("/admin/items/?sort=0")]
    assert dict(parse_qsl(urlsplit(sort).query))["flt6_price_at_most"] == "1234,5"


def test_what_a_list_does_not_know_is_left_out(sign_in, post, rows: Rows, view):
    row = view("sam", query="flt_gone_is=1&sort=gone&flt_sold_out_is=2&x=1&desc=1&page_size=7&search=fries")
    page = Page(sign_in("sam").get(f"/admin/items/?view={row.id}"))

    assert _said(page) == []
    assert page.ids == [rows.item().id]


def test_any_argument_wins_over_a_view(sign_in, rows: Rows, view):
    sam = sign_in("sam")
    row = view("sam")
    for more in ("page=0", "search=", "flt3_sold_out_is=0"):
        page = Page(sam.get(f"/admin/items/?view={row.id}&{more}"))
        assert "flt3_sold_out_is" not in _said(page) or more.startswith("flt3")
    assert _said(Page(sam.get("/admin/items/"))) == []


@pytest.mark.parametrize(
    "number", ["{foreign}", "{mias}", "2000000000", "0", "-1", "abc", "", "9" * 40, "1%00"]
)
def test_a_view_that_is_not_there_shows_the_whole_list(sign_in, rows: Rows, view, number):
    foreign, mias = view("stan", "Panda Garden", name="Secret"), view("mia", name="Secret")
    address = f"/admin/items/?view={number.format(foreign=foreign.id, mias=mias.id)}"

    answer = sign_in("sam").get(address)

    page = Page(answer)
    assert answer.status_code == 200
    assert "Secret" not in answer.text
    assert _said(page) == []
    assert ("info", "There is no such view any more. This is the whole list.") in page.flashes


def test_a_view_of_another_list_is_none_of_this(sign_in, view):
    row = view("mia", list_name="menus", query="search=dinner")
    page = Page(sign_in("mia").get(f"/admin/items/?view={row.id}"))

    assert page.flashes[0][0] == "info"


# What a list opens with


def _open_with(rows: Rows, row: SavedView, key: str | None = None) -> None:
    choice = DefaultView(
        restaurant_id=row.restaurant_id,
        user_id=rows.user(key).id if key else None,
        list_name=row.list_name,
        view_id=row.id,
        created_at=AT,
    )
    rows.session.add(choice)
    rows.session.commit()


def test_a_list_opens_whole_until_somebody_chooses(sign_in, rows: Rows, view):
    view("sam")
    view("mia", OWN)
    page = Page(sign_in("sam").get("/admin/items/"))

    assert _said(page) == []
    assert len(page.ids) > 1


def test_ones_own_choice_goes_before_the_restaurants(sign_in, rows: Rows, view):
    own, shared = view("sam", query="search=fries"), view("mia", OWN)
    sam, vic, stan = sign_in("sam"), sign_in("vic"), sign_in("stan")
    _open_with(rows, shared)

    assert [_current(Page(person.get("/admin/items/"))) for person in (sam, vic, stan)] == [
        *[str(shared.id)] * 2,
        None,
    ]
    _open_with(rows, own, "sam")
    assert _current(Page(sam.get("/admin/items/"))) == str(own.id)
    assert _current(Page(vic.get("/admin/items/"))) == str(shared.id)


def test_from_an_opened_list_all_of_it_is_one_click_away(sign_in, rows: Rows, view):
    row = view("sam", query="flt_sold_out_is=1")
    _open_with(rows, row, "sam")
    sam = sign_in("sam")

    page = Page(sam.get("/admin/items/"))

    assert _said(page) == ["flt3_sold_out_is"]
    # The chip that takes the last filter off, “Clear filters”, “Show all”: none leads back into the view.
    assert "/admin/items/?view=none" in page.links
    menu = Page(sam.get("/admin/roles/")).links.count("/admin/items/")
    assert page.links.count("/admin/items/") == menu
    whole = Page(sam.get("/admin/items/?view=none"))
    assert _said(whole) == []
    assert len(whole.ids) > 1
    assert Page(sam.get("/admin/items/?search=fries")).ids == [rows.item().id]


def test_a_file_has_what_its_address_says(sign_in, rows: Rows, view):
    _open_with(rows, view("sam", query="search=fries"), "sam")
    sam = sign_in("sam")

    assert sam.get("/admin/items/export/csv/").text.count("\n") > 5
    [link] = [link for link in Page(sam.get("/admin/items/")).links if "/export/csv/" in link]
    assert sam.get(link).text.count("\n") == 2


def test_a_restaurant_decides_for_no_list_of_several(sign_in, post, rows: Rows, view):
    shared = view("olga", OWN)
    _open_with(rows, shared)
    olga = sign_in("olga")
    assert _current(Page(olga.get("/admin/items/"))) is None

    post(olga, f"/admin/restaurants/{rows.restaurant(SECOND).id}/visit")
    assert _current(Page(olga.get("/admin/items/"))) is None
    post(olga, f"/admin/restaurants/{rows.restaurant(OWN).id}/visit")
    assert _current(Page(olga.get("/admin/items/"))) == str(shared.id)


def test_who_has_left_opens_with_nothing_of_the_restaurant(sign_in, post, rows: Rows, view):
    shared = view("mia", OWN)
    _open_with(rows, shared, "olga")
    olga = sign_in("olga")
    assert _current(Page(olga.get("/admin/items/"))) == str(shared.id)
    rows.session.delete(rows.membership("olga"))
    rows.session.commit()

    assert _current(Page(olga.get("/admin/items/"))) is None
    # They can still choose something else.
    own = view("olga", name="Mine")
    assert post(olga, f"/admin/views/{own.id}/default", {"whose": "mine"}).status_code == 302
    assert _current(Page(olga.get("/admin/items/"))) == str(own.id)


def test_choosing_and_letting_go(sign_in, post, rows: Rows, view):
    first, second = view("mia"), view("mia", OWN)
    mia = sign_in("mia")
    for row in (first, second):
        answer = post(
            mia, f"/admin/views/{row.id}/default", {"whose": "mine", "url": "/admin/items/?search=x"}
        )
        assert answer.location == "/admin/items/?search=x"
        assert rows.count(DefaultView) == 1
        assert _current(Page(mia.get("/admin/items/"))) == str(row.id)
    post(mia, f"/admin/views/{second.id}/default", {"whose": "all"})
    assert rows.count(DefaultView) == 2
    # To let go of what is not chosen changes nothing.
    post(mia, f"/admin/views/{first.id}/default/deletion", {"whose": "mine"})
    assert rows.count(DefaultView) == 2
    post(mia, f"/admin/views/{second.id}/default/deletion", {"whose": "mine"})
    assert _current(Page(sign_in("sam").get("/admin/items/"))) == str(second.id)
    post(mia, f"/admin/views/{second.id}/default/deletion", {"whose": "all"})
    assert rows.count(DefaultView) == 0


@pytest.mark.parametrize("whose", ["", "everybody", "all"])
def test_a_choice_says_for_whom(sign_in, post, rows: Rows, view, whose):
    row = view("mia")

    assert post(sign_in("mia"), f"/admin/views/{row.id}/default", {"whose": whose}).status_code == 400
    assert rows.count(DefaultView) == 0


# Whose they are

_ACTS = {
    "name": {"name": "Other", "row_version": "1"},
    "arguments": {"query": "search=x", "row_version": "1"},
    "deletion": {"row_version": "1"},
    "default": {"whose": "all"},
}


@pytest.mark.parametrize("act", _ACTS)
def test_a_restaurants_view_is_changed_by_who_arranges_there(sign_in, post, rows: Rows, view, act):
    for key, status in (("vic", 403), ("sam", 403), ("stan", 404), ("mia", 302), ("olga", 302), ("ada", 302)):
        row = view("mia", OWN, name=f"For {key}")
        before = row.name, row.query

        answer = post(sign_in(key), f"/admin/views/{row.id}/{act}", _ACTS[act])

        assert (key, answer.status_code) == (key, status)
        again = rows.again(row)
        if status != 302:
            assert (again.name, again.query) == before
        if again is not None:
            for choice in again.defaults:
                rows.session.delete(choice)
            rows.session.delete(again)
            rows.session.commit()


@pytest.mark.parametrize("act", [*_ACTS, "default/deletion", ""])
def test_ones_own_view_is_nobody_elses(sign_in, post, rows: Rows, view, act):
    """Not an administrator's either; and no different from one that is not there."""
    row = view("mia", name="Secret")
    for key in ("olga", "sam", "stan", "ada"):
        person = sign_in(key)
        for number in (row.id, 2_000_000_000):
            address = f"/admin/views/{number}/{act}"
            answer = (
                post(person, address, {**_ACTS.get(act, {}), "whose": "mine"}) if act else person.get(address)
            )
            assert (key, answer.status_code) == (key, 404)
    assert rows.again(row).name == "Secret"


def test_a_view_for_a_restaurant(sign_in, post, rows: Rows):
    new = {"list": "items", "query": "search=x", "name": "Shared"}
    place, elsewhere = rows.restaurant().id, rows.restaurant("Panda Garden").id
    for key, status in (("vic", 403), ("sam", 403), ("stan", 404), ("mia", 302)):
        assert post(sign_in(key), "/admin/views/new/", {**new, "place": place}).status_code == status
    assert post(sign_in("mia"), "/admin/views/new/", {**new, "place": elsewhere}).status_code == 404
    assert post(sign_in("mia"), "/admin/views/new/", {**new, "place": "abc"}).status_code == 404

    [row] = _stored(rows)

    assert (row.restaurant_id, row.user_id) == (place, None)
    assert [
        f"/admin/views/{row.id}/" in sign_in(key).get("/admin/views/").text for key in ("sam", "stan")
    ] == [True, False]
    offered = [
        set(Page(sign_in(key).get("/admin/items/")).options("place").values()) for key in ("sam", "mia")
    ]
    assert offered == [set(), {"Everybody at Urban Burger"}]


def test_views_of_a_list_that_one_does_not_open(sign_in, post, rows: Rows, view):
    row = view("mia", OWN, list_name="people", query="")
    sam = sign_in("sam")

    assert sam.get(f"/admin/views/{row.id}/").status_code == 403
    assert f"/admin/views/{row.id}/" not in sam.get("/admin/views/").text
    assert post(sam, "/admin/views/new/", {"list": "people", "name": "x"}).status_code == 403
    assert post(sam, "/admin/views/new/", {"list": "nothing", "name": "x"}).status_code == 404
    assert post(sam, "/admin/views/new/", {"name": "x"}).status_code == 404


def test_lists_of_no_restaurant_have_ones_own_views_only(sign_in, post, rows: Rows):
    ada = sign_in("ada")
    new = {"list": "users", "name": "x", "query": "flt_disabled_is=1"}

    assert post(ada, "/admin/views/new/", {**new, "place": rows.restaurant().id}).status_code == 400
    answer = post(ada, "/admin/views/new/", new)
    assert _said(Page(ada.get(answer.location))) == ["flt1_disabled_is"]


@pytest.mark.parametrize(
    "name", ["items", "sections", "menus", "restaurants", "people", "users", "history", "audit"]
)
def test_every_list_has_views(sign_in, post, rows: Rows, name):
    ada = sign_in("ada")
    [form] = Page(ada.get(f"/admin/{name}/?search=e")).forms("/admin/views/new/")
    answer = post(ada, "/admin/views/new/", {**{k: v[0] for k, v in form.items()}, "name": "E", "opens": "1"})

    assert answer.location.startswith(f"/admin/{name}/?view=")
    [row] = _stored(rows)
    opened = Page(ada.get(f"/admin/{name}/"))
    assert _current(opened) == str(row.id)
    for link in [link for link in opened.links if "/admin/views/" in link]:
        assert ada.get(link).status_code == 200


# Names, bounds, versions


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", "OUT TODAY", " out  today", "a\nb"])
@pytest.mark.parametrize("new", [True, False])
def test_a_name_that_cannot_be_taken_is_kept_and_pointed_at(sign_in, post, rows: Rows, view, name, new):
    view("sam")
    other = view("sam", name="Other")
    address = "/admin/views/new/" if new else f"/admin/views/{other.id}/name"
    form = {"list": "items", "query": "search=abc", "name": name, "row_version": "1", "opens": "1"}

    answer = post(sign_in("sam"), address, form)

    page = Page(answer)
    assert answer.status_code == 422
    assert set(page.texts("data-error-for")) == {"name"}
    assert page.fields()["name"] == name.strip()
    if new:
        assert (page.fields()["query"], page.fields()["opens"]) == ("search=abc", "1")
    assert [row.name for row in _stored(rows)] == ["Out today", "Other"]
    assert rows.count(DefaultView) == 0


def test_a_name_is_taken_by_its_owner_and_list_alone(sign_in, post, rows: Rows, view):
    view("mia")
    view("mia", OWN)
    view("mia", list_name="menus", query="")
    for name in ("Straße", "Cafe\u0301"):
        assert post(sign_in("sam"), "/admin/views/new/", {"list": "items", "name": name}).status_code == 302
    assert (
        post(sign_in("sam"), "/admin/views/new/", {"list": "items", "name": "Out today"}).status_code == 302
    )
    for twin in ("STRASSE", "CAFÉ"):
        assert post(sign_in("sam"), "/admin/views/new/", {"list": "items", "name": twin}).status_code == 422
    [row] = [row for row in _stored(rows) if row.name == "Straße"]
    # One's own name in another spelling is no other's.
    form = {"name": "STRASSE", "row_version": "1"}
    assert post(sign_in("sam"), f"/admin/views/{row.id}/name", form).status_code == 302
    again = rows.again(row)
    assert (again.name, again.version, again.changed_by_id) == ("STRASSE", 2, rows.user("sam").id)


def test_fifty_of_a_list_are_enough(sign_in, post, rows: Rows, view):
    for number in range(50):
        view("sam", name=f"View {number}")
    sam = sign_in("sam")

    answer = post(sam, "/admin/views/new/", {"list": "items", "name": "One more"})
    assert answer.status_code == 409
    assert "Delete one" in answer.text
    assert post(sam, "/admin/views/new/", {"list": "menus", "name": "One more"}).status_code == 302
    assert rows.count(SavedView) == 51


@pytest.mark.parametrize("act", ["name", "arguments", "deletion"])
def test_a_view_that_moved_on_is_not_written_over(sign_in, post, rows: Rows, view, act):
    row = view("mia", OWN)
    row.query = "search=moved"
    rows.session.commit()
    form = {**_ACTS[act], "row_version": "1"}

    answer = post(sign_in("olga"), f"/admin/views/{row.id}/{act}", form)

    page = Page(answer)
    assert answer.status_code == 409
    assert page.all("data-outdated")
    assert rows.again(row).version == 2
    if act == "name":
        assert page.fields() | {"name": "Other", "row_version": "2"} == page.fields()
        del form["row_version"]
        assert post(sign_in("olga"), f"/admin/views/{row.id}/{act}", form).status_code == 400


def test_a_view_shows_something_else_from_now_on(sign_in, post, rows: Rows, view):
    row = view("sam")
    sam = sign_in("sam")
    [link] = [
        link for link in Page(sam.get("/admin/items/?search=fries")).links if f"/views/{row.id}/" in link
    ]
    [form] = Page(sam.get(link)).forms(f"/admin/views/{row.id}/arguments")

    answer = post(sam, f"/admin/views/{row.id}/arguments", {k: v[0] for k, v in form.items()})

    assert answer.location == f"/admin/items/?view={row.id}"
    assert rows.again(row).query == "search=fries"
    # Where the list shows just that, there is nothing to take over.
    assert not Page(sam.get(link)).forms(f"/admin/views/{row.id}/arguments")


def test_more_than_a_view_can_keep_is_pointed_at_and_still_there(sign_in, post, rows: Rows, view):
    row = view("sam")
    form = {"query": urlencode({"search": "ü" * 200}), "row_version": "1", "url": "/admin/items/?page=1"}

    answer = post(sign_in("sam"), f"/admin/views/{row.id}/arguments", form)

    page = Page(answer)
    assert answer.status_code == 422
    assert list(page.texts("data-error-for")) == ["query"]
    [kept] = page.forms(f"/admin/views/{row.id}/arguments")
    assert {name: kept[name] for name in form} == {name: [value] for name, value in form.items()}
    assert rows.again(row).query == "flt_sold_out_is=1"


def test_deleting_asks_first_and_takes_everybodys_choice_along(sign_in, post, rows: Rows, view):
    row = view("mia", OWN)
    _open_with(rows, row)
    _open_with(rows, row, "sam")
    mia, address = sign_in("mia"), f"/admin/views/{row.id}/deletion"

    [form] = Page(mia.get(address)).forms(address)
    assert rows.count(SavedView) == 1
    answer = post(mia, address, {k: v[0] for k, v in form.items()})

    assert answer.location == "/admin/items/?view=none"
    assert (rows.count(SavedView), rows.count(DefaultView)) == (0, 0)
    assert post(mia, address, {"row_version": "1"}).status_code == 404
    assert _said(Page(sign_in("sam").get("/admin/items/"))) == []


def test_a_restaurant_goes_with_its_views_which_do_not_come_back(sign_in, post, rows: Rows, view):
    row = view("olga", SECOND)
    _open_with(rows, row)
    _open_with(rows, row, "olga")
    place = rows.restaurant(SECOND).id
    olga = sign_in("olga")

    asked = olga.get(f"/admin/restaurants/deletion/?id={place}")
    assert "1 saved view" in Page(asked).all("data-children")[0][1]
    post(olga, "/admin/restaurants/delete/", {"id": place, "confirm": "1"})
    assert (rows.count(SavedView), rows.count(DefaultView)) == (0, 0)

    undo = Page(olga.get("/admin/restaurants/")).undo
    assert post(olga, undo).status_code == 302
    assert rows.restaurant(SECOND).id == place
    assert rows.count(SavedView) == 0


# What somebody sends

_HOSTILE = [
    "url=//evil.example",
    "page=100000000000000000000&page=2",
    "view=1",
    "search=" + "x" * 100_000,
    "search=%00",
    "flt_price_at_most=" + "9" * 5_000,
    "flt_price_at_most=1e99999",
    "flt_price_at_most=NaN",
    "flt_restaurant_is=99999999999999999999",
    "flt_sold_out_is=1%00",
    "sort=" + "9" * 5_000,
    "sort=__class__",
    "columns=nothing,__class__",
    "page_size=1000000",
    "&".join(["search=x"] * 500),
    "%ff%fe&=&==&;",
    "\x00\ud800",
    "{{ 7*7 }}",
]


@pytest.mark.parametrize("query", _HOSTILE)
def test_hostile_arguments_are_left_out(sign_in, post, rows: Rows, query):
    sam = sign_in("sam")
    form = {"list": "items", "name": "Odd", "query": query.encode("utf-8", "replace").decode()}
    assert sam.get("/admin/views/new/", query_string={**form}).status_code == 200

    answer = post(sam, "/admin/views/new/", form)

    assert answer.status_code == 302
    [row] = _stored(rows)
    # What the list understands of it, too.
    understood = {"search=x", "flt_restaurant_is=99999999999999999999", "flt_sold_out_is=1"}
    assert row.query in {"", *understood}
    page = sam.get(answer.location)
    assert page.status_code == 200
    assert "evil" not in page.text


def test_a_way_back_is_a_path_of_ours(sign_in, post, view):
    row = view("sam")
    for url in ("//evil.example", "https://evil.example/admin/", "/admin/../x"):
        answer = post(sign_in("sam"), f"/admin/views/{row.id}/default", {"whose": "mine", "url": url})
        assert answer.location == "/admin/items/?view=none"
