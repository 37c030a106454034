"""Delete: the question with its counts, the yes, the 409 without one."""

from __future__ import annotations

import pytest

from app.models import Invitation, Membership, Menu, MenuItem, Restaurant, Section
from tests.support.pages import Page
from tests.support.rows import AT, Rows

_PARENTS = ("sections", "menus", "restaurants")


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _counts(rows: Rows, view: str) -> list[str]:
    """Say what goes along with Urban Burger's row, as the page should."""
    row = rows.of(view)
    if view == "sections":
        return [_counted(len(row.items), "item")]
    if view == "menus":
        items = sum(len(section.items) for section in row.sections)
        return [_counted(len(row.sections), "section"), _counted(items, "item")]
    sections = [section for menu in row.menus for section in menu.sections]
    items = sum(len(section.items) for section in sections)
    return [
        _counted(len(row.menus), "menu"),
        _counted(len(sections), "section"),
        _counted(items, "item"),
        f"{len(row.memberships)} people",
    ]


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


@pytest.mark.parametrize("view", _PARENTS)
def test_the_page_says_what_goes_along(olga, rows: Rows, view):
    page = Page(olga.get(f"/admin/{view}/deletion/?id={rows.of(view).id}"))

    [(_, said)] = page.all("data-children")
    for words in _counts(rows, view):
        assert words in said


@pytest.mark.parametrize("view", _PARENTS)
def test_without_a_yes_it_is_409_with_the_count(olga, post, rows: Rows, view):
    row = rows.of(view)

    answer = post(
        olga, f"/admin/{view}/delete/", {"id": row.id, "row_version": row.version, "confirm": "yes"}
    )

    assert answer.status_code == 409
    [(_, said)] = Page(answer).all("data-children")
    for words in _counts(rows, view):
        assert words in said
    assert rows.again(row) is not None


def test_with_a_yes_everything_below_goes(olga, post, rows: Rows):
    place = rows.restaurant()
    number, name = place.id, place.name
    rows.session.add(
        Invitation(
            restaurant=place,
            email="x@example.com",
            role="staff",
            token_hash="x",
            created_at=AT,
            expires_at=AT,
        )
    )
    page = Page(olga.get(f"/admin/restaurants/deletion/?id={number}"))

    answer = post(olga, "/admin/restaurants/delete/", page.fields())

    assert answer.status_code == 302
    assert ("success", f"“{name}” deleted.") in Page(olga.get("/admin/restaurants/")).flashes
    rows.session.expire_all()
    for model in (Menu, Section, MenuItem, Membership, Invitation):
        assert rows.session.query(model).filter_by(restaurant_id=number).count() == 0
    assert rows.session.get(Restaurant, number) is None
    assert rows.count(Restaurant) > 1


@pytest.mark.parametrize(("view", "model"), [("sections", Section), ("menus", Menu), ("items", MenuItem)])
def test_a_manager_deletes(sign_in, post, rows: Rows, view, model):
    mia, row = sign_in("mia"), rows.of(view)
    before = rows.count(model)
    page = Page(mia.get(f"/admin/{view}/deletion/?id={row.id}"))

    assert post(mia, f"/admin/{view}/delete/", page.fields()).status_code == 302

    assert rows.count(model) == before - 1
    assert rows.again(row) is None


def test_a_stale_question_is_asked_again(olga, post, rows: Rows):
    item = rows.item()
    sent = Page(olga.get(f"/admin/items/deletion/?id={item.id}")).fields()
    item.name = "Chips"
    rows.session.flush()

    answer = post(olga, "/admin/items/delete/", sent)

    assert answer.status_code == 409
    assert "Chips" in answer.text
    assert rows.again(item) is not None
    assert post(olga, "/admin/items/delete/", {**sent, "row_version": "x"}).status_code == 400


def test_asking_deletes_nothing(olga, rows: Rows):
    item = rows.item()
    assert olga.get(f"/admin/items/deletion/?id={item.id}&confirm=1").status_code == 200
    assert olga.get(f"/admin/items/delete/?id={item.id}&confirm=1").status_code == 405
    assert rows.again(item) is not None


def test_an_id_in_the_address_is_not_the_one_in_the_form(olga, post, rows: Rows):
    item = rows.item()
    assert post(olga, f"/admin/items/delete/?id={item.id}", {}).status_code == 404
    assert rows.again(item) is not None


def test_the_question_says_what_changed_while_it_was_open(olga, post, rows: Rows):
    item = rows.item()
    sent = Page(olga.get(f"/admin/items/deletion/?id={item.id}")).fields()
    item.name, item.price = "Chips", 310
    rows.session.flush()

    page = Page(post(olga, "/admin/items/delete/", sent))

    moved = page.texts("data-moved")
    assert moved == {"name": "Name French Fries Chips", "price": "Price $2.99 $3.10"}
    assert post(olga, "/admin/items/delete/", page.fields()).status_code == 302
    assert rows.again(item) is None


def test_a_yes_is_to_what_was_counted(olga, post, rows: Rows):
    """A dish that came into the section since is not deleted unseen; a script's plain yes is one to all."""
    section = rows.section()
    number = section.id
    sent = Page(olga.get(f"/admin/sections/deletion/?id={number}")).fields()
    rows.session.add(MenuItem(section=section, restaurant_id=section.restaurant_id, name="New"))
    rows.session.flush()
    now = _counted(len(rows.section().items), "item")

    answer = post(olga, "/admin/sections/delete/", sent)

    assert answer.status_code == 409
    assert now in Page(answer).texts("data-children")[""]
    assert rows.again(section) is not None
    plain = {name: value for name, value in sent.items() if name in {"id", "confirm", "row_version"}}
    assert post(olga, "/admin/sections/delete/", plain).status_code == 302


def test_the_question_about_several_rows_carries_their_versions(olga, post, rows: Rows):
    sections = [section for menu in rows.restaurant().menus for section in menu.sections][:2]
    ids = [str(section.id) for section in sections]
    asked = Page(post(olga, "/admin/sections/action/", {"action": "delete", "rowid": ids}))
    [sent] = asked.forms("/admin/sections/action/")
    assert [sent[f"row_version-{number}"] for number in ids] == [[str(each.version)] for each in sections]
    sections[0].name = "Renamed"
    rows.session.flush()

    answer = post(olga, "/admin/sections/action/", sent)

    page = Page(answer)
    assert answer.status_code == 409
    assert list(page.texts("data-outdated")) == ids[:1]
    assert "Renamed" in page.texts("data-moved")["name"]
    [again] = page.forms("/admin/sections/action/")
    assert post(olga, "/admin/sections/action/", again).status_code == 302
    assert rows.again(sections[0]) is None


def test_who_deletes_twice_is_told_that_it_is_gone(olga, post, rows: Rows):
    item = rows.item()
    sent = Page(olga.get(f"/admin/items/deletion/?id={item.id}")).fields()
    assert post(olga, "/admin/items/delete/", sent).status_code == 302

    answer = post(olga, "/admin/items/delete/", sent)

    assert answer.status_code == 404
    # The first answer never showed, when a second click overtook it: its words are on this page.
    assert ("success", "“French Fries” deleted.") in Page(answer).flashes
