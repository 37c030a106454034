"""Who reads which history: that of rows that they read, in restaurants of theirs; nobody writes it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.domain.roles import Role
from app.models import Change
from tests.support.pages import Page
from tests.support.rows import FOREIGN, SECOND, Rows
from tests.support.telling import HISTORY, cell, delete, edit, newest, said, told

_PRICE = "changed the price of French Fries from $2.99 to $3.25"


@pytest.fixture
def priced(sign_in, rows: Rows):
    """Mia has changed a price, Stan has renamed a dish of his own restaurant."""
    assert cell(sign_in("mia"), rows.item(), price="3.25").status_code == 200
    assert cell(sign_in("stan"), rows.item(FOREIGN), name="Zzz Secret").status_code == 200


@pytest.mark.parametrize("person", ["olga", "mia", "sam", "ada"])
def test_whoever_works_there_reads_who_changed_a_price(priced, sign_in, person):
    page = Page(sign_in(person).get(HISTORY))

    [(_, entry)] = [each for each in page.all("data-act") if _PRICE in each[1]]
    assert entry.startswith("Mia Chen")
    assert "Urban Burger" in entry
    assert [attrs["datetime"] for attrs, _ in page.all("datetime", "time")]


def test_a_viewer_reads_no_history(priced, sign_in, rows: Rows):
    vic = sign_in("vic")

    assert vic.get(HISTORY).status_code == 403
    assert HISTORY not in Page(vic.get("/admin/items/")).links
    details = vic.get(f"/admin/items/details/?id={rows.item().id}")
    assert details.status_code == 200
    assert not said(details)
    assert "History" not in details.text


_SECRETS = ("Zzz Secret", "Stan Novak", FOREIGN)


def test_a_stranger_reads_nothing_of_it(priced, sign_in, rows: Rows):
    """No name, no count, no choice in a filter, no line of a file."""
    mia, dish = sign_in("mia"), rows.item(FOREIGN, "Zzz Secret")
    before = Page(mia.get(HISTORY)).all("data-count")
    for query in (
        "",
        "search=Zzz",
        f"flt0_about_is=menu_item-{dish.id}",
        f"flt0_about_is=restaurant-{dish.restaurant_id}",
        f"flt0_person_is={rows.user('stan').id}",
        f"flt0_restaurant_is={dish.restaurant_id}",
    ):
        answer = mia.get(f"{HISTORY}?{query}")
        assert answer.status_code == 200
        assert not [word for word in _SECRETS if word in answer.text]
        file = mia.get(f"{HISTORY}export/csv/?{query}").text
        assert not [word for word in _SECRETS if word in file]
    assert cell(sign_in("stan"), rows.item(FOREIGN), price="9").status_code == 200
    assert Page(mia.get(HISTORY)).all("data-count") == before


def test_a_number_of_another_restaurant_is_a_missing_one(priced, sign_in, rows: Rows):
    mia, secret = sign_in("mia"), newest(rows, name="Zzz Secret")
    for path in (
        f"details/?id={secret.id}",
        f"acts/{secret.act}/",
        f"changes/{secret.id}/restoration",
        "details/?id=abc",
        "details/",
        "acts/00000000-0000-0000-0000-000000000000/",
        "acts/no-uuid/",
        f"acts/{secret.act}x/",
        "changes/2000000000/restoration",
        "changes/99999999999999999999/restoration",
        "changes/abc/restoration",
    ):
        assert mia.get(HISTORY + path).status_code == 404, path


def test_staff_read_of_menus_and_not_of_people(sign_in, post, rows: Rows):
    """They do not read people elsewhere either; a manager does, and an owner of invitations, too."""
    olga = sign_in("olga")
    person = rows.membership("vic")
    form = Page(olga.get(f"/admin/people/edit/?id={person.id}")).fields()
    assert post(olga, f"/admin/people/edit/?id={person.id}", {**form, "role": "staff"}).status_code == 302
    invitation = {"email": "new@example.com", "role": "staff", "restaurant": rows.restaurant().id}
    assert post(olga, "/admin/people/new/", invitation).status_code == 200

    read = {key: told(sign_in(key)) for key in ("sam", "mia", "olga")}

    made, invited = "made Vic Lindt staff, who was viewer", "invited new@example.com as staff"
    assert [made in read[key] for key in read] == [False, True, True]
    assert [invited in read[key] for key in read] == [False, False, True]
    for words in ("Vic Lindt", "new@example.com"):
        assert words not in sign_in("sam").get(f"{HISTORY}export/csv/").text
    assert not told(sign_in("mia"), "search=new@example.com")


def test_who_works_in_two_places_reads_each_as_they_may(priced, sign_in, rows: Rows):
    """Staff here and viewer there: of there they read no history."""
    rows.join("sam", FOREIGN, Role.VIEWER)

    answer = sign_in("sam").get(HISTORY)

    assert _PRICE in said(answer)
    assert not [word for word in ("Zzz Secret", "Stan Novak") if word in answer.text]


def test_the_history_of_a_restaurant_outlives_it(sign_in, rows: Rows):
    """For administrators, and for whoever deleted it themselves; not for who worked there."""
    olga, mia = sign_in("olga"), sign_in("mia")
    rows.join("mia", SECOND, Role.STAFF)
    cell(mia, rows.item(), price="3.25")
    place = rows.restaurant().id
    assert delete(olga, rows.restaurant()).status_code == 302

    assert _PRICE in told(sign_in("ada"))
    assert _PRICE in told(sign_in("ada"), f"flt0_about_is=restaurant-{place}")
    own = told(olga)
    assert "deleted Urban Burger" in own
    assert _PRICE not in own
    assert "Urban Burger" not in mia.get(HISTORY).text
    deed = newest(rows, kind="restaurant", verb="deleted")
    assert olga.get(f"{HISTORY}acts/{deed.act}/").status_code == 200
    assert mia.get(f"{HISTORY}acts/{deed.act}/").status_code == 404


def test_an_administrator_is_marked(sign_in, rows: Rows):
    cell(sign_in("ada"), rows.item(), price="3.25")

    [(_, entry)] = [each for each in Page(sign_in("mia").get(HISTORY)).all("data-act") if _PRICE in each[1]]

    assert entry.startswith("Ada Berg Administrator")


def test_nothing_writes_history(priced, sign_in, post, rows: Rows):
    """Not even for the administrator: no route creates, edits or deletes a line of it."""
    ada, line = sign_in("ada"), newest(rows, rows.item())
    count = select(func.count(Change.id))
    before = rows.session.scalar(count), line.after
    tries = [
        ("new/", {"name": "x"}, 403),
        (f"edit/?id={line.id}", {"row_version": 1, "name": "x"}, 403),
        ("delete/", {"id": line.id, "confirm": 1}, 403),
        ("ajax/update/", {"list_form_pk": line.id, "row_version": 1, "name": "x"}, 403),
        ("action/", {"action": "delete", "rowid": line.id}, 403),
        (f"details/?id={line.id}", {}, 405),
        ("", {}, 405),
    ]

    assert [post(ada, HISTORY + path, sent).status_code for path, sent, _ in tries] == [
        status for *_, status in tries
    ]

    rows.session.expire_all()
    assert (rows.session.scalar(count), newest(rows, rows.item()).after) == before
    page = Page(ada.get(HISTORY))
    assert not [link for link in page.links if "/edit/" in link or "/new/" in link or "/deletion/" in link]
    assert not page.all("rowid")
    assert not page.options("action")


@pytest.mark.parametrize("view", ["items", "menus", "restaurants"])
def test_a_row_tells_its_own_history(priced, sign_in, rows: Rows, view):
    """A menu and a restaurant that of all within; with a way to all of it, still narrowed to that row."""
    mia = sign_in("mia")
    cell(mia, rows.items()[-1], price="7.77")

    page = Page(mia.get(f"/admin/{view}/details/?id={rows.of(view).id}"))

    assert _PRICE in said(page)
    assert any("$7.77" in words for words in said(page)) == (view != "items")
    [link] = [link for link in page.links if "about_is" in link]
    assert said(mia.get(link)) == said(page)
    assert page.texts("data-filter") == {}
    [chip] = Page(mia.get(link)).texts("data-filter").values()
    assert rows.of(view).name in chip


def test_one_opens_what_an_act_did(priced, sign_in, rows: Rows):
    mia = sign_in("mia")
    [link] = [link for link in Page(mia.get(HISTORY)).links if str(newest(rows, rows.item()).act) in link]

    page = Page(mia.get(link))

    assert said(page)[0].startswith(_PRICE)
    # Back to the list that one came from.
    assert HISTORY in page.links


def test_the_list_needs_as_many_queries_for_fifty_acts_as_for_twenty(app, sign_in, query_counter, rows: Rows):
    mia = sign_in("mia")
    for number, dish in enumerate(rows.items() * 3):
        dish.price, dish.section.name = number, f"Course {number}"
        rows.session.commit()
    counts = []
    for size in (20, 50):
        with query_counter(app) as queries:
            page = Page(mia.get(f"{HISTORY}?page_size={size}"))
        counts.append((len(page.ids), len(queries)))
    (acts, few), (more_acts, more) = counts

    assert more_acts > acts
    assert few == more


def test_what_two_windows_do_to_each_other_is_said_with_names(sign_in, post, rows: Rows):
    """A conflict names who saved meanwhile: “You” for the reader's own other window, and the command line."""
    olga, item = sign_in("olga"), rows.item()
    path = f"/admin/items/edit/?id={item.id}"
    for who, key in (("Mia Chen", "mia"), ("You", "olga")):
        mine = {**Page(olga.get(path)).fields(), "price": "4.00"}
        edit(sign_in(key), item, price=f"{len(key)}.50")
        answer = post(olga, path, mine)
        assert answer.status_code == 409
        assert f"{who} saved" in " ".join(answer.text.split())
    mine = Page(olga.get(path)).fields()
    item = rows.again(item)
    item.price = 999
    rows.session.commit()
    answer = post(olga, path, {**mine, "price": "4.00"})
    assert "The command line saved" in " ".join(answer.text.split())
