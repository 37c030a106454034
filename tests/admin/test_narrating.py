"""History in words that a cook understands: one sentence for each kind of row, deed and field."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.admin import sentences
from app.domain.roles import Role
from app.models import Change, Invitation, Section
from app.models.history import RECORDED, Verb
from tests.support.pages import Page
from tests.support.rows import AT, SECOND, Rows
from tests.support.telling import HISTORY, cell, delete, edit, newest, said, told, undo

pytestmark = pytest.mark.slow


@pytest.fixture
def mia(sign_in):
    return sign_in("mia")


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _latest(client) -> list[str]:
    """Return the sentences of the newest act."""
    page = Page(client.get(HISTORY))
    entry = page.all("data-act")[0][1]
    return [words for words in dict.fromkeys(said(page)) if words in entry]


_CELLS = [
    ("price", "3.25", "changed the price of French Fries from $2.99 to $3.25"),
    ("price", "", "cleared the price of French Fries"),
    ("name", "Chips", "renamed French Fries to Chips"),
    ("sold_out", "1", "marked French Fries sold out"),
]


@pytest.mark.parametrize(("column", "typed", "words"), _CELLS)
def test_a_dish(mia, rows: Rows, column, typed, words):
    cell(mia, rows.item(), **{column: typed})
    assert _latest(mia) == [words]


def test_a_dish_that_comes_back_on_or_gets_its_first_price(mia, rows: Rows):
    rows.item().price = None
    rows.session.commit()
    cell(mia, rows.item(), price="3.25")
    assert _latest(mia) == ["set the price of French Fries to $3.25"]
    cell(mia, rows.again(rows.item()), sold_out="1")
    cell(mia, rows.again(rows.item()), sold_out="0")
    assert _latest(mia) == ["put French Fries back on"]


def test_a_dish_that_is_sold_out_until_a_moment_says_it_in_the_clock_of_the_restaurant(mia, rows: Rows):
    item = rows.item()
    rows.restaurant().time_zone = "Asia/Tokyo"
    item.sold_out_at, item.sold_out_until = AT, datetime(2026, 3, 1, 20, tzinfo=UTC)
    rows.session.commit()
    words = [each.replace("\u202f", " ") for each in told(mia)]
    assert "marked French Fries sold out until Mar 2, 2026, 5:00:00 AM" in words


def test_a_history_names_the_clock_that_it_goes_by(mia, rows: Rows):
    rows.restaurant().time_zone = "Asia/Tokyo"
    cell(mia, rows.item(), price="3.25")
    rows.session.connection().execute(update(Change).values(at=datetime(2026, 3, 1, 20, tzinfo=UTC)))
    rows.session.commit()

    [(_, moment), *_] = Page(mia.get(HISTORY)).all("datetime", "time")

    assert moment.replace("\u202f", " ").endswith("Mar 2, 2026, 5:00:00 AM +0900")


def test_what_comes_goes_and_comes_back(mia, post, rows: Rows):
    section, menu = rows.section(), rows.menu()
    form = {**Page(mia.get("/admin/items/new/")).fields(), "section": section.id, "name": "Soup"}
    post(mia, "/admin/items/new/", form)
    assert _latest(mia) == [f"added Soup to {section.name}"]
    delete(mia, rows.item(name="Soup"))
    assert _latest(mia) == [f"deleted Soup from {section.name}"]
    undo(mia, newest(rows).act)
    assert _latest(mia) == [f"restored Soup in {section.name}"]
    form = {**Page(mia.get("/admin/sections/new/")).fields(), "menu": menu.id, "name": "Sides"}
    post(mia, "/admin/sections/new/", form)
    assert _latest(mia) == [f"added the section Sides to {menu.name}"]
    form = {**Page(mia.get("/admin/menus/new/")).fields(), "restaurant": menu.restaurant_id, "name": "Late"}
    post(mia, "/admin/menus/new/", form)
    assert _latest(mia) == ["added the menu Late"]
    delete(mia, rows.session.get(type(menu), newest(rows, name="Late").row_id))
    assert _latest(mia) == ["deleted the menu Late"]


def test_a_deleted_section_is_told_before_its_dishes(mia, rows: Rows):
    section = rows.section()
    name, dish = section.name, section.items[0].name
    delete(mia, section)

    told_first = said(mia.get(HISTORY))

    assert told_first[0].startswith(f"deleted the section {name} from ")
    assert f"deleted {dish} from {name}" in told_first
    edits = told(mia, f"flt0_about_is=section-{newest(rows, kind='section').row_id}")
    assert edits[0] == told_first[0]


def test_a_moved_dish_says_from_where_to_where_also_of_a_section_that_is_gone(mia, rows: Rows):
    old = rows.section()
    new = Section(menu_id=old.menu_id, restaurant_id=old.restaurant_id, name="Specials")
    rows.session.add(new)
    rows.session.commit()
    dish, name, number = rows.item(), rows.item().section.name, rows.item().section_id
    edit(mia, dish, section=str(new.id))
    words = f"moved French Fries from {name} to Specials"
    assert words in _latest(mia)

    delete(mia, rows.session.get(Section, number))

    assert words in told(mia, f"flt0_about_is=menu_item-{dish.id}")


def test_people(olga, sign_in, app, post, rows: Rows):
    place = rows.restaurant()
    sent = {"email": "stan@example.com", "role": "staff", "restaurant": place.id}
    made = post(olga, "/admin/people/new/", sent)
    assert _latest(olga) == ["invited stan@example.com as staff"]
    number = rows.session.query(Invitation).one().id
    made = post(olga, f"/admin/people/invitations/{number}/renewal")
    assert _latest(olga) == ["made a new link for the invitation of stan@example.com"]
    [(_, link)] = Page(made).all("data-invitation-url")
    stan = sign_in("stan")
    assert post(stan, link.removeprefix("http://localhost")).status_code == 302
    assert _latest(olga) == ["joined as staff", "accepted the invitation of stan@example.com"]

    row = rows.membership("stan", place.name)
    path = f"/admin/people/edit/?id={row.id}"
    post(olga, path, {**Page(olga.get(path)).fields(), "role": "manager"})
    assert _latest(olga) == ["made Stan Novak manager, who was staff"]
    asked = Page(olga.get(f"/admin/people/deletion/?id={row.id}"))
    post(olga, "/admin/people/delete/", asked.fields())
    assert _latest(olga) == ["removed Stan Novak, who was manager"]
    undo(olga, newest(rows).act)
    assert _latest(olga) == ["added Stan Novak as manager"]


def test_a_namesake_is_somebody_else(olga, post, rows: Rows):
    """Who leaves is told by the person, not by the name."""
    sam = rows.user("sam")
    sam.name = "Olga Ruiz"
    rows.session.commit()
    membership = rows.membership("sam")
    asked = Page(olga.get(f"/admin/people/deletion/?id={membership.id}"))
    post(olga, "/admin/people/delete/", asked.fields())

    assert _latest(olga) == ["removed Olga Ruiz, who was staff"]


def test_a_restaurant(olga, post, rows: Rows):
    form = {**Page(olga.get("/admin/restaurants/new/")).fields(), "name": "Café Olga"}
    post(olga, "/admin/restaurants/new/", form)
    assert _latest(olga) == ["opened Café Olga", "joined as owner"]
    edit(olga, rows.restaurant("Café Olga"), phone="12", currency="EUR", time_zone="Europe/Vienna")
    assert sorted(_latest(olga)) == [
        "changed the currency of Café Olga from USD to EUR",
        "changed the time zone of Café Olga from America/New_York to Europe/Vienna",
        "set the phone of Café Olga to 12",
    ]


def test_a_price_reads_in_the_currency_of_its_time(olga, sign_in, rows: Rows):
    cell(sign_in("mia"), rows.item(), price="3.25")
    edit(olga, rows.restaurant(), currency="EUR")
    cell(sign_in("mia"), rows.again(rows.item()), price="4.00")

    told_all = told(olga)

    assert "changed the price of French Fries from $2.99 to $3.25" in told_all
    assert "changed the price of French Fries from €3.25 to €4.00" in told_all


def test_a_price_reads_as_the_reader_writes_money(mia, rows: Rows):
    cell(mia, rows.item(), price="3.25")
    page = mia.get(HISTORY, headers={"Accept-Language": "de-AT"})
    assert any("3,25" in words for words in said(page))


def test_a_price_of_a_restaurant_that_is_gone_reads_in_its_currency(olga, sign_in, rows: Rows):
    edit(olga, rows.restaurant(SECOND), currency="GBP")
    cell(olga, rows.item(SECOND), price="7.77")
    delete(olga, rows.restaurant(SECOND))

    assert any("£7.77" in words for words in told(sign_in("ada")))


@pytest.mark.parametrize(("zone", "clock"), [("Asia/Tokyo", "9:30"), ("America/New_York", "7:30")])
def test_the_moment_is_in_the_clock_of_the_restaurant(olga, rows: Rows, zone, clock):
    rows.restaurant().time_zone = zone
    rows.item().price = 325
    rows.session.commit()
    at = datetime(2026, 1, 2, 0, 30, tzinfo=UTC)
    rows.session.connection().execute(update(Change).values(at=at))
    rows.session.commit()

    [(attrs, words), *_] = Page(olga.get(HISTORY)).all("datetime", "time")

    assert clock in words
    assert attrs["datetime"].endswith("+00:00")


_NAMES = ["<script>alert(1)</script>", "{after} {0.__class__}", "Tom & “Jerry”", "%s %(name)s"]


@pytest.mark.parametrize("name", _NAMES)
def test_a_name_is_text_and_nothing_else(mia, rows: Rows, name):
    item = rows.item()
    cell(mia, item, name=name)
    cell(mia, rows.again(item), price="3.25")

    answer = mia.get(HISTORY)

    assert "<script>alert" not in answer.text
    assert said(answer)[0] == f"changed the price of {name} from $2.99 to $3.25"
    assert f"renamed French Fries to {name}" in said(answer)
    line = newest(rows)
    for path in (f"acts/{line.act}/", f"changes/{line.id}/restoration"):
        assert "<script>alert" not in mia.get(HISTORY + path).text


def test_a_name_cannot_turn_the_sentence_round(mia, rows: Rows):
    """An override without its end is left out; a name in Hebrew keeps to itself."""
    item = rows.item()
    for name in ("evil\u202etxt\u2069", "פלאפל"):
        cell(mia, rows.again(item), name=name)
    words = said(mia.get(HISTORY))
    assert words[0] == "renamed eviltxt to \u2068פלאפל\u2069"
    assert words[1] == "renamed French Fries to eviltxt"


def test_a_long_text_is_cut_where_it_differs(mia, rows: Rows):
    same = "A very long story about potatoes. " * 5
    edit(mia, rows.item(), description=f"{same}\n\nThe end.")
    edit(mia, rows.again(rows.item()), description=f"{same}\n\nNo end.")

    [words] = _latest(mia)

    assert len(words) < 200
    assert "The end." in words
    assert "No end." in words
    assert "\n" not in words


def test_every_field_that_one_can_look_for_has_words(olga):
    """None is told, or offered, by the name of its column: no underscore, no `id`, no `at`."""
    offered = Page(olga.get(HISTORY)).options("flt4_field_is")
    assert len(offered) > 12
    for fact, label in offered.items():
        line = Change(kind="menu_item", name="Soup", verb=Verb.CHANGED)
        words = sentences.changed(line, fact, "one", "two")
        assert "one" in words or "Soup" in words
        assert not re.search(r"_|\bid\b|\bat\b", f"{label}. {words}")


def test_every_deed_of_every_kind_has_words():
    for kind in RECORDED:
        for verb in set(Verb) - {Verb.CHANGED}:
            values = {"role": Role.STAFF, "user_id": 1}
            line = Change(kind=kind, name="Soup", verb=verb, before=values, after={}, by_id=2)
            assert "Soup" in sentences.whole(line, "")
            assert "_" not in sentences.whole(line, "")


def test_a_row_without_a_restaurant(sign_in, post):
    ada = sign_in("ada")
    assert (
        post(ada, "/admin/users/new/", {"email": "new@example.com", "role": "administrator"}).status_code
        == 200
    )
    assert _latest(ada) == ["invited new@example.com as administrator"]
