"""The guests' pages: what they show, to whom, in how many queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import escape
from sqlalchemy import select

from app.models import Menu, MenuItem, Restaurant, Section
from app.web.public import PAGE_SIZE

pytestmark = pytest.mark.usefixtures("app")

_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def place(session, name="Blue Door", **columns):
    details = {
        "currency": "USD",
        "time_zone": "UTC",
        "language": "en",
        "slug": name.lower().replace(" ", "-"),
    }
    row = Restaurant(name=name, created_at=_NOON, **{**details, **columns})
    session.add(row)
    session.flush()
    return row


def menu_of(session, restaurant, sections, name="Dinner"):
    menu = Menu(restaurant=restaurant, name=name)
    session.add(menu)
    session.flush()
    for position, (course, items) in enumerate(sections.items()):
        section = Section(menu=menu, restaurant_id=restaurant.id, name=course, position=position)
        session.add(section)
        session.flush()
        for order, columns in enumerate(items):
            row = {"name": "Soup", "price": 450, "position": order, **columns}
            session.add(MenuItem(section=section, restaurant_id=restaurant.id, **row))
    session.flush()
    return menu


def shown(html, item):
    """Return the element of one dish."""
    found = re.search(rf'<li class="dish" data-item="{item.id}".*?</li>', html, re.DOTALL)
    assert found, f"item {item.id} is not on the page"
    return found.group()


def one(session, name):
    return session.scalars(select(MenuItem).where(MenuItem.name == name)).one()


@pytest.mark.parametrize("path", ["/", "/restaurant/"])
def test_the_restaurants_by_name(client, session, path):
    place(session, "Aardvark Arms")
    names = list(session.scalars(select(Restaurant.name).order_by(Restaurant.name)))

    page = client.get(path)

    assert page.status_code == 200
    at = [page.text.index(f">{escape(name)}</a>") for name in names]
    assert at == sorted(at)


def test_the_first_restaurant_is_urban_burger(client):
    assert "<h1>Urban Burger</h1>" in client.get("/restaurant/1/").text


@pytest.mark.parametrize("path", ["/restaurant/{}/", "/restaurant/{}/menu/"])
def test_a_menu_by_sections_in_their_order(client, session, path):
    row = place(session, "Blue Door")
    menu_of(
        session, row, {"Starters": [{"name": "Onion soup"}, {"name": "Bread"}], "Mains": [{"name": "Sole"}]}
    )

    html = client.get(path.format(row.id)).text

    found = re.findall(r"Starters</h3>|Mains</h3>|Onion soup|>Bread|>Sole", html)
    assert [re.sub(r"</h3>|>", "", words) for words in found] == [
        "Starters",
        "Onion soup",
        "Bread",
        "Mains",
        "Sole",
    ]


def test_an_empty_section_keeps_its_place(client, session):
    row = place(session)
    menu_of(session, row, {"Desserts": []})

    html = client.get(f"/restaurant/{row.id}/").text

    assert "Desserts</h3>" in html
    assert "Nothing here at the moment." in html


def test_a_restaurant_without_a_menu_says_so_to_guests(client, session):
    html = client.get(f"/restaurant/{place(session).id}/").text

    assert "No menu yet" in html
    assert "New menu" not in html


@pytest.mark.parametrize(
    ("person", "offered"), [("olga", True), ("mia", True), ("sam", False), ("stan", False)]
)
def test_who_is_offered_a_first_menu(sign_in, session, person, offered):
    urban = session.get(Restaurant, 1)
    for menu in list(urban.menus):
        session.delete(menu)
    session.flush()

    assert ("New menu" in sign_in(person).get("/restaurant/1/").text) is offered


def test_an_installation_without_restaurants_names_the_next_step(bare_app):
    page = bare_app.test_client().get("/")

    assert page.status_code == 200
    assert "No restaurants yet" in page.text
    assert 'href="/login"' in page.text


@pytest.mark.parametrize(
    ("currency", "language", "price", "words"),
    [
        ("USD", "en", 325, "$3.25"),
        ("USD", "en-GB", 325, "$3.25"),
        ("USD", "de-DE,en;q=0.5", 325, "3,25\N{NO-BREAK SPACE}$"),
        ("USD", "xx,,*;q=0.1", 325, "$3.25"),
        ("EUR", "en", 325, "€3.25"),
        ("JPY", "en", 1200, "¥1,200"),
        ("KWD", "en", 1250, "KWD1.250"),
    ],
)
def test_a_price_as_its_reader_expects_it(client, session, currency, *, language, price, words):
    row = place(session, currency=currency)
    menu_of(session, row, {"Mains": [{"name": "Sole", "price": price}]})

    page = client.get(f"/restaurant/{row.id}/", headers={"Accept-Language": language})

    assert f">{words}</span>" in shown(page.text, one(session, "Sole"))
    assert "Accept-Language" in page.headers["Vary"]


def test_no_price_yet_is_worded_for_guests(client, session):
    row = place(session)
    menu_of(session, row, {"Mains": [{"name": "Sole", "price": None}, {"name": "Tap water", "price": 0}]})

    html = client.get(f"/restaurant/{row.id}/").text

    assert "Please ask for the price" in shown(html, one(session, "Sole"))
    assert "$0.00" in shown(html, one(session, "Tap water"))


@pytest.mark.parametrize(
    ("since", "until", "out"),
    [(-60, None, True), (-60, 60, True), (-60, -30, False), (None, None, False)],
)
def test_sold_out_is_listed_and_marked_while_it_lasts(client, session, since, until, out):
    now = datetime.now(UTC)
    moment = {
        "sold_out_at": None if since is None else now + timedelta(minutes=since),
        "sold_out_until": None if until is None else now + timedelta(minutes=until),
    }
    row = place(session)
    menu_of(session, row, {"Mains": [{"name": "Sole", **moment}]})

    dish = shown(client.get(f"/restaurant/{row.id}/").text, one(session, "Sole"))

    assert ("data-sold-out" in dish) is out
    assert ("Sold out" in dish) is out


def test_what_people_type_is_text(client, session):
    evil = "<script>alert(1)</script>"
    row = place(session, "Blue Door", description=evil, website="javascript:alert(1)", phone='"><b>')
    menu_of(session, row, {evil: [{"name": evil, "description": evil}]}, name=evil)

    html = client.get(f"/restaurant/{row.id}/").text

    assert evil not in html
    assert html.count("&lt;script&gt;alert(1)") >= 5
    assert "javascript:" not in html
    assert '"><b>' not in html


def test_a_menu_in_another_language_says_which(client, session):
    row = place(session, language="de")
    menu_of(session, row, {"Suppen": []})

    assert 'lang="de"' in client.get(f"/restaurant/{row.id}/").text


@pytest.mark.parametrize(
    "number", ["0", "-1", "999999", "2147483648", "99999999999999999999", "1x", "1,2", "%00", "%D9%A1"]
)
@pytest.mark.parametrize("path", ["/restaurant/{}/", "/restaurant/{}/menu/"])
def test_an_unknown_number_is_not_found(client, path, number):
    assert client.get(path.format(number)).status_code == 404


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("olga", "signed in as owner of Urban Burger"),
        ("sam", "signed in as staff of Urban Burger"),
        ("vic", "signed in as viewer of Urban Burger"),
        ("ada", "signed in as an administrator"),
    ],
)
def test_who_works_there_is_led_to_the_back_office(sign_in, person, words):
    html = sign_in(person).get("/restaurant/1/").text

    assert words in html
    assert 'href="/admin/items/"' in html


def test_strangers_and_guests_are_shown_no_way_in(sign_in, client):
    assert 'href="/admin/items/"' not in sign_in("stan").get("/restaurant/1/").text
    assert 'href="/admin/items/"' not in client.get("/restaurant/1/").text


def test_a_stranger_reads_what_guests_read(sign_in, client):
    theirs, guests = sign_in("stan").get("/restaurant/1/"), client.get("/restaurant/1/")

    assert theirs.status_code == 200
    assert re.findall(r'data-item="\d+"', theirs.text) == re.findall(r'data-item="\d+"', guests.text)


def test_a_guest_who_only_reads_gets_no_cookie(client):
    assert "Set-Cookie" not in client.get("/restaurant/1/").headers


def test_a_constant_number_of_queries(app, client, session, query_counter):
    small, large = place(session, "Small"), place(session, "Large")
    menu_of(session, small, {"Mains": [{}]})
    for number in range(4):
        menu_of(session, large, {f"Course {course}": [{}] * 20 for course in range(5)}, name=f"Menu {number}")

    counts = []
    for row in (small.id, large.id):
        with query_counter(app) as queries:
            assert client.get(f"/restaurant/{row}/").status_code == 200
        counts.append(len(queries))

    assert counts == [4, 4]


def test_many_restaurants_come_in_pages(client, session):
    for number in range(PAGE_SIZE):
        place(session, f"Zebra {number:03}")

    first, second = client.get("/").text, client.get("/?page=2").text

    assert 'rel="next"' in first
    assert "Zebra 099" not in first
    assert "Zebra 099" in second
    assert 'rel="prev"' in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1e3", "²", "99999999999999999999", "\x00"])
def test_a_page_number_that_is_none_shows_the_first(client, page):
    answer = client.get("/restaurant/", query_string={"page": page})

    assert answer.status_code == 200
    assert "Urban Burger" in answer.text


def test_a_page_beyond_the_last_leads_back(client):
    answer = client.get("/?page=999999")

    assert answer.status_code == 200
    assert "Back to the first page" in answer.text
