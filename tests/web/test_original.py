"""The original app's JSON and its editing addresses."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Menu, MenuItem, Restaurant

JSON = "application/json"
_EDITING = ["edit", "delete", "menu/new", "menu/{item}/edit", "menu/{item}/delete"]


@pytest.fixture
def dish(session):
    """An item of Urban Burger."""
    return session.scalars(select(MenuItem).where(MenuItem.restaurant_id == 1).order_by(MenuItem.id)).first()


@pytest.fixture
def foreign(session):
    """An item of another restaurant."""
    return session.scalars(select(MenuItem).where(MenuItem.restaurant_id != 1).order_by(MenuItem.id)).first()


def test_the_restaurants(client, session):
    rows = session.execute(
        select(Restaurant.id, Restaurant.name).order_by(Restaurant.name, Restaurant.id)
    ).all()

    answer = client.get("/restaurant/JSON")

    assert answer.mimetype == JSON
    assert answer.json == {"restaurants": [{"id": row.id, "name": row.name} for row in rows]}


def test_a_menu_in_order_of_menu_section_position(client, session):
    urban = session.get(Restaurant, 1)
    session.add(Menu(restaurant=urban, name="Before", position=-1))
    expected = [
        (item.id, item.name, section.name)
        for menu in sorted(urban.menus, key=lambda menu: (menu.position, menu.id))
        for section in sorted(menu.sections, key=lambda section: (section.position, section.id))
        for item in sorted(section.items, key=lambda item: (item.position, item.id))
    ]

    items = client.get("/restaurant/1/menu/JSON").json["MenuItems"]

    assert [(item["id"], item["name"], item["course"]) for item in items] == expected
    assert set(items[0]) == {"id", "name", "description", "price", "course"}


def test_one_item(client, dish):
    answer = client.get(f"/restaurant/1/menu/{dish.id}/JSON")

    assert answer.json == {
        "Menu_Item": {
            "id": dish.id,
            "name": dish.name,
            "description": dish.description,
            "price": f"${dish.price // 100}.{dish.price % 100:02}",
            "course": dish.section.name,
        }
    }


@pytest.mark.parametrize(
    ("currency", "price", "words"),
    [
        ("USD", 299, "$2.99"),
        ("EUR", 300, "€3.00"),
        ("JPY", 300, "¥300"),
        ("USD", None, None),
        ("USD", 0, "$0.00"),
    ],
)
def test_a_price_by_its_currency_and_never_by_its_reader(client, session, dish, *, currency, price, words):
    session.get(Restaurant, 1).currency = currency
    dish.price = price

    answer = client.get(f"/restaurant/1/menu/{dish.id}/JSON", headers={"Accept-Language": "de"})

    assert answer.json["Menu_Item"]["price"] == words


def test_a_saved_change_is_there_at_once(client, session, dish):
    client.get("/restaurant/1/menu/JSON")
    dish.price = 325

    prices = {item["id"]: item["price"] for item in client.get("/restaurant/1/menu/JSON").json["MenuItems"]}

    assert prices[dish.id] == "$3.25"


def test_an_item_through_another_restaurant_is_not_found(client, foreign):
    assert client.get(f"/restaurant/1/menu/{foreign.id}/JSON").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "999999", "2147483648", "99999999999999999999"])
@pytest.mark.parametrize(
    "path", ["/restaurant/{}/menu/JSON", "/restaurant/1/menu/{}/JSON", "/restaurant/{}/menu/1/JSON"]
)
def test_an_unknown_number_is_a_problem_in_json(client, path, number):
    answer = client.get(path.format(number))

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == 404


def test_the_json_in_constant_queries(app, client, query_counter):
    with query_counter(app) as queries:
        client.get("/restaurant/1/menu/JSON")

    assert len(queries) == 2


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/restaurant/new", "/admin/restaurants/new/"),
        ("/restaurant/1/edit", "/admin/restaurants/edit/?id=1"),
        ("/restaurant/1/delete", "/admin/restaurants/deletion/?id=1"),
        ("/restaurant/1/menu/new", "/admin/items/new/"),
        ("/restaurant/1/menu/{item}/edit", "/admin/items/edit/?id={item}"),
        ("/restaurant/1/menu/{item}/delete", "/admin/items/deletion/?id={item}"),
    ],
)
def test_an_old_editing_address_leads_to_the_back_office(client, dish, old, new, slash):
    answer = client.get(old.format(item=dish.id) + slash)

    assert answer.status_code == 302
    assert answer.location == new.format(item=dish.id)


@pytest.mark.parametrize("path", _EDITING)
@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999"])
def test_the_old_address_of_nothing_is_not_found(client, dish, path, number):
    assert client.get(f"/restaurant/{number}/{path.format(item=dish.id)}").status_code == 404


@pytest.mark.parametrize("path", ["edit", "delete"])
def test_the_old_address_of_a_foreign_or_missing_item_is_not_found(client, foreign, path):
    for number in (foreign.id, 0, 999999):
        assert client.get(f"/restaurant/1/menu/{number}/{path}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_old_addresses_change_nothing(client, dish, method):
    for path in ("/restaurant/new", *(f"/restaurant/1/{path.format(item=dish.id)}" for path in _EDITING)):
        for address in (path, f"{path}/"):
            answer = getattr(client, method)(address)

            assert answer.status_code == 405, address
            assert "GET" in answer.headers["Allow"]
