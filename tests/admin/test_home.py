"""The first page behind the sign-in: what needs attention, within reach, most urgent first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.admin.attention import LINES
from app.domain.audit import Event
from app.models import Menu, Section
from app.services import auditing
from tests.support.pages import Page
from tests.support.rows import FOREIGN, OWN, SECOND, Rows

STAFF = ["Sold out now", "Items without a price"]
MANAGER = [
    *("Items without a price", "Empty sections", "Menus without sections"),
    *("Sold out now", "Items that came back"),
]
OWNER = [*MANAGER[:-1], "Invitations that wait", MANAGER[-1]]
ADMINISTRATOR = ["Restaurants without an owner", "Refused sign-ins", *OWNER]


def _lines(client):
    page = Page(client.get("/admin/"))
    return {attrs["data-line"]: int(attrs["data-count"]) for attrs, _ in page.all("data-line")}


def _trouble(rows: Rows, place: str) -> None:
    """Give each line of a restaurant one row more."""
    menu, now = rows.menu(place), datetime.now(UTC)
    unpriced, sold_out, back = rows.items(place)[:3]
    unpriced.price, sold_out.sold_out_at = None, now
    back.sold_out_at, back.sold_out_until = now - timedelta(hours=2), now - timedelta(hours=1)
    where = {"restaurant_id": menu.restaurant_id}
    rows.session.add_all([Section(menu=menu, name="Trouble", **where), Menu(name="Trouble", **where)])
    rows.session.flush()
    rows.invite(place)


@pytest.mark.parametrize(
    ("person", "lines"),
    [("sam", STAFF), ("mia", MANAGER), ("olga", OWNER), ("ada", ADMINISTRATOR), ("vic", [])],
)
def test_who_sees_which_lines_in_which_order(sign_in, rows: Rows, person, lines):
    for place in (OWN, SECOND, FOREIGN):
        _trouble(rows, place)

    auditing.note(rows.session, Event.SIGN_IN_REFUSED, by=None, at=datetime.now(UTC))

    found = _lines(sign_in(person))
    assert list(found) == lines
    assert all(found.values())


def test_counts_within_reach(sign_in, rows: Rows):
    people = ("sam", "olga", "stan")
    before = {person: _lines(sign_in(person)) for person in people}

    _trouble(rows, OWN)
    _trouble(rows, FOREIGN)

    for person in people:
        after = _lines(sign_in(person))
        assert {line: after[line] - count for line, count in before[person].items()} == dict.fromkeys(
            after, 1
        )


def test_what_one_may_do_nothing_about_is_not_counted(sign_in, rows: Rows):
    rows.join("sam", SECOND, "viewer")
    before = _lines(sign_in("sam"))

    _trouble(rows, SECOND)

    assert _lines(sign_in("sam")) == before


def test_narrowed_it_counts_what_is_there(sign_in, post, rows: Rows):
    _trouble(rows, OWN)
    for person in ("olga", "ada"):
        client = sign_in(person)
        post(client, f"/admin/restaurants/{rows.restaurant(SECOND).id}/visit")
        assert set(_lines(client).values()) == {0}, person
        # The sign-ins belong to no restaurant: nothing is said about them here.
        assert "Refused sign-ins" not in _lines(client)


def test_each_line_leads_to_its_rows(sign_in, rows: Rows):
    _trouble(rows, OWN)
    ada, session = sign_in("ada"), rows.session
    auditing.note(session, Event.SIGN_IN_REFUSED, by=None, at=datetime.now(UTC), reason="not verified")
    counts = _lines(ada)
    lists = [link for link in Page(ada.get("/admin/")).links if "_is=" in link]

    # The others lead to the people, where invitations have no number, to the restaurants, to the kitchen.
    assert len(lists) == len(LINES) - 3
    for link in lists:
        assert len(Page(ada.get(link)).ids) == counts[_NAMES[link.partition("?")[2].partition("_")[2]]], link


_NAMES = {
    "without_a_price_is=1": "Items without a price",
    "back_on_since_yesterday_is=1": "Items that came back",
    "empty_is=1": "Empty sections",
    "without_sections_is=1": "Menus without sections",
    "what_is=sign-in:refused": "Refused sign-ins",
    "what_is=sign-in%3Arefused": "Refused sign-ins",
}


@pytest.mark.parametrize("person", ["sam", "mia", "vic", "olga", "ada"])
def test_every_link_of_the_page_opens(sign_in, rows: Rows, person):
    _trouble(rows, OWN)
    client = sign_in(person)
    links = {link for link in Page(client.get("/admin/")).links if link.startswith("/")}

    assert len(links) > 8
    assert {link for link in links if client.get(link).status_code != 200} == set()


def test_what_is_in_order_takes_one_line(sign_in, rows: Rows):
    for item in rows.items():
        item.price = item.price or 100
    sam = sign_in("sam")

    page = Page(sam.get("/admin/"))
    assert [text for attrs, text in page.all("id", "h2") if attrs["id"] == "home-attention"] == [
        "All in order"
    ]
    assert page.texts("data-line") == {
        "Sold out now": "Nothing is sold out",
        "Items without a price": "Every item has a price",
    }


def test_a_line_names_some_rows_and_says_how_many_there_are(sign_in, rows: Rows):
    rows.add_items(1200)
    [words] = [text for name, text in _texts(sign_in("sam")).items() if name == "Items without a price"]

    assert words.startswith("1,200 items have no price Dish 0000 Dish 0001 Dish 0002 and 1,197 more")


def test_since_when_and_until_when_in_the_clock_of_the_restaurant(sign_in, rows: Rows):
    item = rows.item()
    rows.restaurant().time_zone = "Asia/Tokyo"
    item.sold_out_at = datetime(2026, 1, 2, 16, 30, tzinfo=UTC)
    item.sold_out_until = datetime(2996, 1, 2, 16, 30, tzinfo=UTC)

    words = _texts(sign_in("sam"))["Sold out now"].replace("\u202f", " ")

    assert words.startswith(f"1 item is sold out {item.name} since 1/3/26, 1:30 AM, until 1/3/96, 1:30 AM")


def test_an_invitation_says_whether_it_has_expired(sign_in, rows: Rows):
    rows.invite().expires_at = datetime(2026, 1, 1, tzinfo=UTC)

    assert "new@example.com Urban Burger has expired" in _texts(sign_in("olga"))["Invitations that wait"]


def test_a_refused_sign_in_is_news_for_a_day(sign_in, rows: Rows):
    ada, now = sign_in("ada"), datetime.now(UTC)
    for hours in (1, 23, 25):
        auditing.note(rows.session, Event.SIGN_IN_REFUSED, by=None, at=now - timedelta(hours=hours))

    assert _lines(ada)["Refused sign-ins"] == 2


def test_an_owner_who_cannot_sign_in_is_none(sign_in, rows: Rows):
    ada = sign_in("ada")
    before = _lines(ada)["Restaurants without an owner"]

    rows.user("stan").disabled_at = datetime.now(UTC)

    assert _lines(ada)["Restaurants without an owner"] == before + 1


def test_the_same_cost_however_much_is_wrong(app, sign_in, rows: Rows, query_counter):
    olga = sign_in("olga")
    _trouble(rows, OWN)
    _trouble(rows, SECOND)

    def cost():
        with query_counter(app) as queries:
            olga.get("/admin/")
        return len(queries)

    rows.session.commit()
    rows.add_items(1)
    first = cost()
    rows.add_items(200)
    assert cost() == first <= 26


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("vic", ["See items", "Export items"]),
        ("sam", ["Open the kitchen", "Edit items"]),
        ("mia", ["New item", "Edit items"]),
        ("ada", ["See restaurants", "Edit items"]),
    ],
)
def test_what_the_reader_most_likely_came_for(sign_in, person, words):
    buttons = Page(sign_in(person).get("/admin/")).all("class", "a")
    primary = [text for attrs, text in buttons if attrs["class"] == "button primary"]

    assert primary == words[:1]
    assert set(words) <= {text for attrs, text in buttons if attrs["class"].startswith("button")}


def _texts(client):
    return Page(client.get("/admin/")).texts("data-line")
