"""What stands against an undo is shown with both values, and the person chooses; a row as it was then."""

from __future__ import annotations

import pytest

from app.models import Change, Menu, MenuItem, Section
from tests.support.pages import Page
from tests.support.rows import SECOND, Rows, row_id
from tests.support.telling import HISTORY, cell, delete, edit, newest, said, undo, undo_path

pytestmark = pytest.mark.slow


@pytest.fixture
def mia(sign_in):
    return sign_in("mia")


@pytest.fixture
def sam(sign_in):
    return sign_in("sam")


@pytest.fixture
def overtaken(mia, sam, rows: Rows):
    """Mia has changed price and name in one act, then Sam the price; returns Mia's act."""
    assert edit(mia, rows.item(), price="3.25", name="Chips").status_code == 302
    act = newest(rows).act
    assert cell(sam, rows.item(name="Chips"), price="4.00").status_code == 200
    return act


def _values(page: Page) -> list[str]:
    return [page.all(mark)[0][1] for mark in ("data-base", "data-theirs", "data-mine")]


def _moments(page: Page) -> dict[str, tuple[str, str]]:
    """Return now and then of each field that a page shows."""
    now, then = ([text for _, text in page.all(mark)] for mark in ("data-now", "data-then"))
    return dict(zip(page.texts("data-moment-of"), zip(now, then, strict=True), strict=True))


def _stored(rows: Rows, number: int) -> tuple[str, int | None]:
    rows.session.rollback()
    row = rows.session.get(MenuItem, number)
    rows.session.refresh(row)
    return row.name, row.price


def test_what_was_changed_since_is_asked_about(mia, rows: Rows, overtaken):
    number, lines = rows.item(name="Chips").id, rows.count(Change)

    answer = undo(mia, overtaken, url="/admin/items/?search=Chips")

    page = Page(answer)
    assert answer.status_code == 409
    assert list(page.texts("data-conflict-for")) == ["price"]
    assert _values(page) == ["$3.25", "$4.00", "$2.99"]
    assert "Sam Okafor" in page.texts("data-conflict-for")["price"]
    assert "/admin/items/?search=Chips" in page.links
    assert (_stored(rows, number), rows.count(Change)) == (("Chips", 400), lines)


@pytest.mark.parametrize(
    ("choice", "left"), [("theirs", ("French Fries", 400)), ("mine", ("French Fries", 299))]
)
def test_one_chooses_what_becomes_of_it(mia, post, rows: Rows, overtaken, choice, left):
    number = rows.item(name="Chips").id
    page = Page(undo(mia, overtaken, url="/admin/items/?search=Chips"))
    assert {choice} <= {
        attrs["value"] for attrs, _ in page.all("name", "button") if attrs["name"] == "choice"
    }

    answer = post(mia, undo_path(overtaken), {**page.fields(), "choice": choice})

    assert answer.location == "/admin/items/?search=Chips"
    assert _stored(rows, number) == left
    # What undid it is an act of Mia's, and is undone as one.
    assert newest(rows).undoes == overtaken
    assert undo(mia, newest(rows).act).status_code == 302
    assert _stored(rows, number) == ("Chips", 400)


@pytest.mark.parametrize("choice", ["theirs", "mine"])
def test_a_choice_about_what_was_shown_does_not_count_for_what_came_later(
    mia, sam, post, rows: Rows, overtaken, choice
):
    item = rows.item(name="Chips")
    sent = Page(undo(mia, overtaken)).fields()
    cell(sam, item, price="5.00")

    again = post(mia, undo_path(overtaken), {**sent, "choice": choice})

    assert again.status_code == 409
    assert _values(Page(again)) == ["$3.25", "$5.00", "$2.99"]
    assert _stored(rows, item.id) == ("Chips", 500)
    sent = {**Page(again).fields(), "choice": choice}
    assert post(mia, undo_path(overtaken), sent).status_code == 302


def test_a_choice_without_the_page_that_asks_is_asked(mia, rows: Rows, overtaken):
    for sent in ({"choice": "mine"}, {"choice": "theirs", "seen": "1"}, {"confirm": "1"}):
        assert undo(mia, overtaken, **sent).status_code == 409
    assert undo(mia, overtaken, choice="both").status_code == 400
    assert _stored(rows, rows.item(name="Chips").id) == ("Chips", 400)


def test_the_same_value_again_is_no_conflict(mia, sam, rows: Rows):
    """Somebody has put it back by hand already: nothing is left to ask about."""
    cell(mia, rows.item(), price="3.25")
    act = newest(rows).act
    cell(sam, rows.again(rows.item()), price="2.99")

    answer = undo(mia, act)

    assert answer.status_code == 302
    assert Page(mia.get(answer.location)).flashes[0][0] == "info"


def test_one_field_is_set_back_alone(mia, post, rows: Rows):
    edit(mia, rows.item(), price="3.25", name="Chips")
    line = newest(rows)
    page = mia.get(f"{HISTORY}acts/{line.act}/")
    assert "Set back to $2.99" in page.text
    assert "Set back to French Fries" in page.text

    answer = post(mia, f"{HISTORY}changes/{line.id}/reversal", {"fact": "price"})

    assert answer.status_code == 302
    assert _stored(rows, line.row_id) == ("Chips", 299)
    for fact in ("slug", "nothing", "x" * 5000, "section_id"):
        wrong = post(mia, f"{HISTORY}changes/{line.id}/reversal", {"fact": fact})
        assert wrong.status_code == 404


def test_setting_one_field_back_asks_in_the_same_way_and_knows_which(mia, post, rows: Rows, overtaken):
    line = newest(rows, act=overtaken)
    path = f"{HISTORY}changes/{line.id}/reversal"
    asked = post(mia, path, {"fact": "price"})
    assert asked.status_code == 409

    sent = Page(asked).fields()

    assert sent["fact"] == "price"
    assert post(mia, path, {**sent, "choice": "mine"}).status_code == 302
    assert _stored(rows, line.row_id) == ("Chips", 299)


def test_keeping_theirs_is_not_offered_where_nothing_else_would_be_done(mia, post, rows: Rows, overtaken):
    line = newest(rows, act=overtaken)
    page = Page(post(mia, f"{HISTORY}changes/{line.id}/reversal", {"fact": "price"}))

    offered = [attrs["value"] for attrs, _ in page.all("value", "button") if attrs["name"] == "choice"]

    assert offered == ["mine"]


def test_what_came_into_a_new_section_is_not_taken_out_unseen(mia, post, rows: Rows):
    form = {**Page(mia.get("/admin/sections/new/")).fields(), "menu": rows.menu().id, "name": "New"}
    post(mia, "/admin/sections/new/", form)
    line = newest(rows)
    section = rows.session.get(Section, line.row_id)
    rows.session.add(MenuItem(section=section, restaurant_id=section.restaurant_id, name="Dish"))
    rows.session.commit()

    asked = undo(mia, line.act)

    page = Page(asked)
    assert asked.status_code == 409
    assert "1 row was added below it since" in page.texts("data-conflict-for")["children"]
    assert post(mia, undo_path(line.act), {**page.fields(), "choice": "mine"}).status_code == 302
    assert rows.again(section) is None


def test_opening_a_restaurant_is_undone_after_a_question(sign_in, post, rows: Rows):
    olga = sign_in("olga")
    form = {**Page(olga.get("/admin/restaurants/new/")).fields(), "name": "Café Olga"}
    post(olga, "/admin/restaurants/new/", form)
    place = rows.restaurant("Café Olga")

    asked = undo(olga, newest(rows).act)

    assert asked.status_code == 409
    words = Page(asked).texts("data-children")[""]
    assert "1 restaurant" in words
    assert "1 person" in words
    assert rows.again(place) is not None
    assert undo(olga, newest(rows).act, **Page(asked).fields()).status_code == 302
    assert rows.again(place) is None


@pytest.mark.parametrize(("count", "asks"), [(20, False), (21, True)])
def test_what_would_take_out_many_rows_is_asked_about(mia, post, rows: Rows, count, asks):
    """More than twenty: a whole section that came back, and would go again."""
    section = rows.section()
    while len(section.items) < count - 1:
        rows.session.add(
            MenuItem(section=section, restaurant_id=section.restaurant_id, name=f"D{len(section.items)}")
        )
        rows.session.commit()
        rows.session.refresh(section)
    delete(mia, section)
    undo(mia, newest(rows).act)
    back = newest(rows).act

    answer = undo(mia, back)

    assert (answer.status_code == 409) == asks
    if asks:
        words = Page(answer).texts("data-children")[""]
        assert "1 section" in words
        assert "20 items" in words
        assert post(mia, undo_path(back), Page(answer).fields()).status_code == 302
    assert rows.again(section) is None


def test_a_row_as_it_was_then(mia, sam, post, rows: Rows):
    """Now beside then, of each field that differs; made so again, it is an act of its own."""
    item = rows.item()
    cell(mia, item, price="3.25")
    then = newest(rows)
    cell(sam, rows.again(item), price="4.00")
    cell(sam, rows.again(item), name="Chips")
    cell(sam, rows.again(item), sold_out="1")
    path = f"{HISTORY}changes/{then.id}/restoration"

    page = Page(mia.get(path))

    assert _moments(page) == {
        "name": ("Chips", "French Fries"),
        "price": ("$4.00", "$3.25"),
        "sold_out": ("sold out", "available"),
    }
    assert post(mia, path, page.fields()).status_code == 302
    assert _stored(rows, then.row_id) == ("French Fries", 325)
    assert rows.again(item).sold_out_at is None
    assert (newest(rows).by_name, newest(rows).verb) == ("Mia Chen", "changed")
    again = mia.get(path)
    assert "It is like that now." in again.text


def test_a_row_as_it_was_then_is_not_put_over_what_was_not_seen(mia, sam, post, rows: Rows):
    item = rows.item()
    cell(mia, item, price="3.25")
    then = newest(rows)
    cell(sam, rows.again(item), price="4.00")
    path = f"{HISTORY}changes/{then.id}/restoration"
    sent = Page(mia.get(path)).fields()
    cell(sam, rows.again(item), price="5.00")

    answer = post(mia, path, sent)

    assert answer.status_code == 409
    assert _moments(Page(answer)) == {"price": ("$5.00", "$3.25")}
    assert _stored(rows, then.row_id)[1] == 500
    for version in ("", "x", "-1"):
        assert post(mia, path, {**sent, "row_version": version}).status_code == 400
    assert post(mia, path, Page(answer).fields()).status_code == 302
    assert _stored(rows, then.row_id)[1] == 325


def test_a_deleted_row_comes_back_as_it_was_then(mia, post, rows: Rows):
    item = rows.item()
    cell(mia, item, price="3.25")
    then = newest(rows)
    cell(mia, rows.again(item), price="4.00")
    delete(mia, rows.again(item))
    path = f"{HISTORY}changes/{then.id}/restoration"

    page = mia.get(path)

    assert "It is deleted now, and would come back." in page.text
    assert post(mia, path, Page(page).fields()).status_code == 302
    assert _stored(rows, then.row_id) == ("French Fries", 325)


def test_a_row_as_it_was_below_what_is_gone_says_what_to_restore_first(mia, rows: Rows):
    section, item = rows.section(), rows.section().items[0]
    name = section.name
    cell(mia, item, price="3.25")
    then = newest(rows)
    delete(mia, section)

    answer = mia.get(f"{HISTORY}changes/{then.id}/restoration")

    assert answer.status_code == 409
    assert f"the section “{name}”" in answer.text
    assert said(mia.get(f"{HISTORY}?flt0_about_is=section-{row_id(section)}"))


def test_an_undo_that_cannot_do_everything_says_what_it_left(mia, post, rows: Rows):
    """Of two dishes that were sold out together one has been deleted since."""
    first, second = rows.items()[:2]
    for dish in (first, second):
        cell(mia, dish, price="1.00")
    sent = {"action": "sold_out", "rowid": [first.id, second.id]}
    assert post(mia, "/admin/items/action/", sent).status_code == 302
    act, name = newest(rows).act, second.name
    delete(mia, rows.again(second))

    answer = undo(mia, act)

    assert answer.status_code == 302
    flashes = Page(mia.get(answer.location)).flashes
    assert ("warning", f"Left as it is, because it is gone or taken by now: {name}.") in flashes
    assert rows.again(first).sold_out_at is None


def test_a_menu_of_another_restaurant_is_not_touched(mia, sign_in, rows: Rows):
    """Olga's act in her second restaurant is a missing one to Mia."""
    cell(sign_in("olga"), rows.of("menus", SECOND), name="Supper")
    line = newest(rows)

    assert undo(mia, line.act).status_code == 404
    assert rows.session.get(Menu, line.row_id).name == "Supper"
