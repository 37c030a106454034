"""Fixture files as they are read: exact values, and every fault with its file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import spreadsheets
from app.domain.documents import Faulty
from app.services.importing import Known, read
from tests.support.needs import ROOT

HEAD = "name: Soup Bar\ncurrency: USD\ntime_zone: America/New_York\n"


def faults(tmp_path: Path, text: str | bytes, name: str = "menu.yaml") -> list[tuple[int, str]]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Faulty) as caught:
        read([path])
    assert all(
        str(fault).startswith(f"{path}:{fault.line}: {fault.field}: ") for fault in caught.value.faults
    )
    return [(fault.line, fault.field) for fault in caught.value.faults]


def items(path: Path, text: str, known: tuple[Known, ...] = ()) -> list[tuple[str, str, str, object]]:
    path.write_bytes(text.encode())
    return [
        (document.slug, section.name, item.name, item.values.get("price"))
        for document in read([path], known).restaurants
        for menu in document.menus
        for section in menu.entries
        for item in section.entries
    ]


def test_the_samples_are_the_nine_restaurants_and_the_cast():
    samples = read([ROOT / "fixtures"])

    assert [document.slug for document in samples.restaurants][:3] == [
        "urban-burger",
        "super-stir-fry",
        "panda-garden",
    ]
    assert (len(samples.restaurants), sum(document.items for document in samples.restaurants)) == (9, 48)
    assert [person.key for person in samples.people] == ["olga", "mia", "sam", "vic", "stan", "ada"]
    assert [person.key for person in samples.people if person.administrator] == ["ada"]


def test_the_samples_keep_the_order_of_courses_and_a_name_at_two_prices():
    burger = read([ROOT / "fixtures"]).restaurants[0]

    assert [section.name for section in burger.menus[0].entries] == [
        "Appetizer",
        "Entree",
        "Dessert",
        "Beverage",
    ]
    entrees = [(item.name, item.values["price"]) for item in burger.menus[0].entries[1].entries]
    assert entrees == [
        ("Veggie Burger", 750),
        ("Chicken Burger", 550),
        ("Sirloin Burger", 799),
        ("Grilled Cheese Sandwich", 349),
        ("Veggie Burger", 599),
    ]
    assert all(item.values["description"] for section in burger.menus[0].entries for item in section.entries)


def test_every_scalar_is_the_text_that_stands_there(tmp_path):
    menu = (
        HEAD + "menus:\n- name: no\n  sections:\n  - name: 0x1F\n    items:\n    - {name: 1e3, price: 2.90}\n"
    )

    assert items(tmp_path / "menu.yaml", menu) == [("soup-bar", "0x1F", "1e3", 290)]
    assert read([tmp_path / "menu.yaml"]).restaurants[0].menus[0].name == "no"


def test_one_run_names_every_fault_of_every_file(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "name: ''\ncurrency: usd\ntime_zone: Mars\nlanguage: x1x\nwebsite: javascript:alert(1)\nslug: A B\n"
        "colour: red\nmenus:\n- name: M\n  sections:\n  - name: S\n    items:\n"
        "    - {name: Soup, price: 1.234}\n    - price: 1\n"
    )
    (tmp_path / "b.csv").write_text("restaurant,item,price\nX,Soup,cheap\n,Bread,1\n")

    with pytest.raises(Faulty) as caught:
        read([tmp_path])

    found = {(Path(fault.file).name, fault.line, fault.field) for fault in caught.value.faults}
    assert found == {
        ("a.yaml", 1, "name"),
        ("a.yaml", 2, "currency"),
        ("a.yaml", 3, "time_zone"),
        ("a.yaml", 4, "language"),
        ("a.yaml", 5, "website"),
        ("a.yaml", 6, "slug"),
        ("a.yaml", 7, "colour"),
        ("a.yaml", 14, "name"),
        ("b.csv", 2, "price"),
        ("b.csv", 3, "restaurant"),
    }


def test_a_price_too_fine_for_its_currency_is_named_with_its_line(tmp_path):
    menu = (
        HEAD
        + "menus:\n- name: M\n  sections:\n  - name: S\n    items:\n    - name: Soup\n      price: 1.234\n"
    )

    assert faults(tmp_path, menu) == [(10, "price")]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", (1, "file")),
        ("name: [\n", (2, "file")),
        ("- a\n- b\n", (1, "file")),
        (HEAD + "a: &x [1]\nmenus: *x\n", (4, "file")),
        (HEAD + "menus: Soup\n", (4, "menus")),
        (HEAD + "menus:\n- name: {a: b}\n", (5, "name")),
        (HEAD + "name: Again\n", (4, "name")),
        (HEAD + f"phone: '{'5' * 41}'\n", (4, "phone")),
        (HEAD + 'address: "a\\0b"\n', (4, "address")),
        (HEAD + "website: keep.example\n", (4, "website")),
        (HEAD + f"description: {'a' * 4_001}\n", (4, "description")),
        (b"name: ok\ncurrency: \xff\n", (2, "file")),
        ("people:\n- {key: olga, name: Olga}\n", (2, "email")),
        ("people:\n- key: a\n  name: A\n  email: a.example.com\n", (4, "email")),
        ("people:\n- key: a\n  name: A\n  email: a@b.c\n  memberships:\n    x: chef\n", (6, "x")),
        ("people:\n- key: a\n  name: A\n  email: a@b.c\n  administrator: maybe\n", (5, "administrator")),
        ("[" * 5_000, (2, "file")),
    ],
)
def test_a_broken_yaml_file_says_where(tmp_path, text, where):
    assert where in faults(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", (1, "file")),
        ("restaurant,price\nX,1\n", (1, "item")),
        ("restaurant,item,item\nX,1,2\n", (1, "item")),
        ("restaurant,item,colour\nX,Soup,red\n", (1, "colour")),
        ("restaurant,item\nX,Soup,3\n", (2, "row")),
        (f"restaurant,item\nX,{'a' * 161}\n", (2, "item")),
        ('restaurant,item,description\nX,Soup,"two\nlines"\nX,,x\n', (4, "item")),
        ('restaurant,item\nX,Soup\nX,"never closed\n', (3, "file")),
        ("restaurant,item,price\nX,Soup,-1\n", (2, "price")),
        (b"restaurant,item\nX,Cr\xe8me\n", (2, "file")),
        ("restaurant,item,currency\nX,Soup,usd\n", (2, "currency")),
        ("restaurant,item,currency\nX,Soup,\nX,Tea,EUR\n", (3, "currency")),
        ("restaurant,item,currency\nX,Soup,EUR\nX,Tea,USD\n", (3, "currency")),
        (f"restaurant,item,description\nX,Soup,{'a' * 4_001}\n", (2, "description")),
    ],
)
def test_a_broken_csv_says_where(tmp_path, text, where):
    assert where in faults(tmp_path, text, "menu.csv")


def test_what_two_files_describe_is_a_fault(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(HEAD)
    with pytest.raises(Faulty, match="describes this restaurant too"):
        read([tmp_path])


@pytest.mark.parametrize("name", ["missing.yaml", "menu.txt", "empty"])
def test_what_cannot_be_read_is_a_fault(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(Faulty) as caught:
        read([tmp_path / name])
    assert [fault.field for fault in caught.value.faults] == ["file"]


def test_a_spreadsheet_as_people_have_them(tmp_path):
    text = (
        "\ufeffRestaurant,Menu Item ,Course,Price\r\n".replace("Menu Item ", "Item_Name")
        + "Tony's ,Cake,Dessert,$.99\r\nTony's,Momo ,Entree,$25\r\n,,,\r\nTony's,Rice,,15\r\n"
        + "Tony's,Tea,Beverage,\r\nTony's,Momo,Entree,$1\r\n"
    )

    assert items(tmp_path / "menu.csv", text) == [
        ("tonys", "Entree", "Momo", 2500),
        ("tonys", "Entree", "Momo", 100),
        ("tonys", "Dessert", "Cake", 99),
        ("tonys", "Beverage", "Tea", None),
        ("tonys", "Other", "Rice", 1500),
    ]


def test_a_long_description_and_semicolons(tmp_path):
    path = tmp_path / "menu.csv"
    path.write_text(f"restaurant;item;description\nX;Soup;{'a' * 274}\n")

    soup = read([path]).restaurants[0].menus[0].entries[0].entries[0]

    assert soup.values == {"description": "a" * 274}


def test_prices_of_a_known_restaurant_are_in_its_currency(tmp_path):
    known = (Known(1, "sushi", "Sushi", "JPY"),)

    assert items(tmp_path / "menu.csv", "restaurant,item,price\nSushi,Roll,1200\n", known)[0][3] == 1200


def test_prices_of_a_known_restaurant_in_another_currency_are_refused(tmp_path):
    (tmp_path / "menu.csv").write_text("restaurant,item,price,currency\nSushi,Roll,12,USD\nSushi,Tea,9,JPY\n")

    with pytest.raises(Faulty, match=r"menu\.csv:2: currency: The prices of Sushi are in JPY") as caught:
        read([tmp_path / "menu.csv"], (Known(1, "sushi", "Sushi", "JPY"),))

    assert len(caught.value.faults) == 1


def test_a_new_restaurant_has_the_currency_of_its_rows(tmp_path):
    text = "Restaurant,Name,Price,Currency,Sold out\nSoup,Broth,1.250,KWD,Yes\nSoup,Tea,0.500,,No\n"

    assert [price for *_, price in items(tmp_path / "menu.csv", text)] == [1250, 500]
    assert read([tmp_path / "menu.csv"]).restaurants[0].currency == "KWD"


def test_names_in_another_script_stay_apart(tmp_path):
    text = "restaurant,item\n北京,Tea\n上海,Tea\n北京,Rice\nCafé Léon,Tea\nCAFE LEON,Rice\n"

    slugs = [slug for slug, *_ in items(tmp_path / "menu.csv", text)]

    assert slugs == ["restaurant", "restaurant", "restaurant-2", "cafe-leon", "cafe-leon"]


@given(st.text(alphabet="'=+-@\t\ra "))
def test_a_cell_made_neutral_reads_back_as_it_was(cell):
    neutral = spreadsheets.neutral(cell)

    assert not neutral.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert spreadsheets.plain(neutral) == cell
