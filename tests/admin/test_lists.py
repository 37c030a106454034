"""Lists: found, filtered, ordered, turned page by page, in a constant number of queries."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert

from app.admin.views import VIEWS
from app.domain.roles import Role
from app.models import Membership, Menu, MenuItem, Restaurant, Section, User
from tests.support.pages import Page
from tests.support.rows import AT, FOREIGN, SECOND, Rows

_LISTS = [endpoint for *_, endpoint in VIEWS]


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _names(page: Page) -> list[str]:
    return [text for attrs, text in page.all("data-field") if attrs["data-field"] == "name"]


def _stored(rows: Rows, *places: str) -> list[str]:
    numbers = [rows.restaurant(place).id for place in places]
    found = rows.session.query(MenuItem).filter(MenuItem.restaurant_id.in_(numbers))
    return [item.name for item in found.order_by(MenuItem.name, MenuItem.id)]


def test_a_list_has_the_readers_rows_only(sign_in, rows: Rows):
    mine = _stored(rows, "Urban Burger")
    assert sorted(_names(Page(sign_in("sam").get("/admin/items/?page_size=100")))) == sorted(mine)
    assert "Panda Garden" not in sign_in("olga").get("/admin/items/?page_size=100").text


def test_search_finds_words_in_any_case_and_order(olga, rows: Rows):
    rows.item().description = "Crème fraîche, 100%"

    for words in ("french", "FRIES fr", "crème", "CRÈME", "100%", "fries 100%"):
        assert _names(Page(olga.get("/admin/items/", query_string={"search": words}))) == ["French Fries"]


_ODD_WORDS = ["%", "_", "\\", "'", '"; DROP TABLE menu_item; --', "fri_s", "xyzzy"]


def test_search_takes_words_as_they_are(olga, subtests):
    for words in _ODD_WORDS:
        with subtests.test(words=words):
            assert _names(Page(olga.get("/admin/items/", query_string={"search": words}))) == []


def test_people_are_found_by_name_and_address(olga):
    for words in ("mia chen", "mia@example"):
        page = Page(olga.get("/admin/people/", query_string={"search": words}))
        assert [text for attrs, text in page.all("data-field") if attrs["data-field"] == "user.name"] == [
            "Mia Chen"
        ]


def test_filters_narrow(olga, rows: Rows):
    item, section = rows.item(), rows.section()
    in_section = [each.name for each in section.items]
    rows.item(SECOND).price = None
    dear = rows.item(SECOND, name=None)
    rows.session.flush()
    place = rows.restaurant(SECOND)

    def shown(**query):
        return sorted(_names(Page(olga.get("/admin/items/", query_string={**query, "page_size": 100}))))

    assert shown(flt0_restaurant_is=place.id) == sorted(_stored(rows, SECOND))
    assert shown(flt1_menu_is=section.menu_id) == sorted(_stored(rows, "Urban Burger"))
    assert shown(flt2_section_is=section.id) == sorted(in_section)
    assert shown(flt4_without_a_price_is="1") == [dear.name]
    assert dear.name not in shown(flt4_without_a_price_is="0", flt0_restaurant_is=place.id)
    low = f"{item.price / 100:.2f}"
    assert item.name in shown(flt0_price_at_least=low, flt1_price_at_most=low)
    assert item.name not in shown(flt0_price_at_least=f"{item.price / 100 + 0.01:.2f}")
    assert shown(flt3_sold_out_is="1") == []


def test_price_filters_know_currencies(olga, rows: Rows):
    """¥400 is 400 minor units, not 40,000."""
    rows.restaurant(SECOND).currency = "JPY"
    item = rows.item(SECOND)
    item.price = 400
    query = {"flt0_price_at_least": "400", "flt1_price_at_most": "400", "page_size": "100"}
    assert _names(Page(olga.get("/admin/items/", query_string=query))) == [item.name]


def test_amounts_are_read_as_prices_are(olga, rows: Rows):
    """With a sign, in the reader's own writing; one parser reads both."""
    rows.item().price = 4321
    for typed, language in (("$43.21", "en"), ("43,21", "de"), ("USD 43.21", "en")):
        page = Page(
            olga.get(
                "/admin/items/",
                query_string={"flt0_price_at_least": typed, "flt1_price_at_most": typed},
                headers={"Accept-Language": language},
            )
        )
        assert _names(page) == [rows.item().name]


def test_a_chip_takes_its_filter_off_and_leaves_the_others(olga, rows: Rows):
    place = rows.restaurant()
    query = {"flt0_restaurant_is": place.id, "flt5_price_at_least": "3", "search": "a", "sort": "1"}
    page = Page(olga.get("/admin/items/", query_string={**query, "flt3_sold_out_is": "nonsense"}))

    chips = {text: attrs["href"] for attrs, text in page.all("data-filter", "a")}

    assert list(chips) == [f"Restaurant: {place}", "Price: from $3.00"]
    assert page.all("data-search")[0][0]["aria-label"] == "Remove filter Search: “a”"
    left = Page(olga.get(chips[f"Restaurant: {place}"]))
    assert [attrs["data-filter"] for attrs, _ in left.all("data-filter")] == ["flt5_price_at_least"]
    [link] = [link for link in left.links if "/export/csv/" in link]
    assert "restaurant_is" not in link
    assert all(part in link for part in ("price_at_least=3", "search=a", "sort=1"))
    assert not Page(olga.get("/admin/items/")).all("data-filter")


_NONSENSE = [
    "flt0_restaurant_is=abc",
    "flt0_restaurant_is=99999999999999999999",
    "flt0_restaurant_is=",
    "flt3_sold_out_is=2",
    "flt3_sold_out_is=",
    "flt5_price_at_least=x",
    "flt5_price_at_least=-1",
    "flt5_price_at_least=1e99999",
    "flt0_nothing_is=1",
    "flt_x",
    "fltx_restaurant_is",
    "page=abc",
    "page=-1",
    "page=1e9",
    "sort=99",
    "sort=abc",
    "sort=-1",
    "sort=5",
    "desc=x",
    "page_size=100000",
    "page_size=-1",
    "page=" + "9" * 5000,
    "flt5_price_at_least=999999999999",
]


def test_what_a_list_does_not_understand_it_leaves_out(olga, subtests):
    for query in _NONSENSE:
        with subtests.test(query=query):
            plain = _names(Page(olga.get("/admin/items/")))
            answer = olga.get(f"/admin/items/?{query}")
            assert answer.status_code == 200
            assert _names(Page(answer)) == plain
            assert Page(answer).flashes == []


_AMOUNTS = ["999999999", "9999999", "0", "999999999.99"]


def test_amounts_up_to_the_dearest(olga, subtests):
    """A bound beyond the column's numbers finds nothing, or everything; it does not break."""
    for amount in _AMOUNTS:
        with subtests.test(amount=amount):
            for name in ("flt0_price_at_least", "flt0_price_at_most"):
                assert olga.get("/admin/items/", query_string={name: amount}).status_code == 200


def test_the_filter_form_remembers_on_every_page(olga, rows: Rows):
    rows.add_items(45)
    place = str(rows.restaurant().id)
    page = Page(olga.get(f"/admin/items/?flt0_restaurant_is={place}&flt9_sold_out_is=0&search=dish"))

    [following] = [attrs["href"] for attrs, _ in page.all("rel", "a") if attrs["rel"] == "next"]
    second = olga.get(following)

    assert f'value="{place}" selected' in second.text
    assert len(Page(second).ids) == 20  # of 45, after a first page of 25
    exports = [link for link in Page(second).links if "/export/" in link]
    assert all("restaurant_is=" in link and "search=dish" in link for link in exports)


def test_pages_never_overlap(olga, rows: Rows):
    """Equal names: the key decides, so that each row is on exactly one page."""
    rows.add_items(50)
    for item in rows.session.query(MenuItem).filter(MenuItem.name.like("Dish%")):
        item.name = "Same"
    seen = [
        number for page in range(4) for number in Page(olga.get(f"/admin/items/?page={page}&search=Same")).ids
    ]
    assert len(seen) >= 50
    last = Page(olga.get("/admin/items/?search=Same&page=2"))
    assert len(set(seen)) == 50
    assert set(last.ids) <= set(seen)


def test_every_order_ends_in_the_key(app, olga, query_counter):
    """Both engines happen to give few equal rows in one order; only the statement shows the rule."""
    with query_counter(app) as queries:
        olga.get("/admin/items/?sort=1&desc=1")

    assert [
        query for query in queries if re.search(r"ORDER BY menu_item\.price .*, menu_item\.id\s+LIMIT", query)
    ]


def test_a_page_beyond_the_last_is_the_last(olga, rows: Rows):
    rows.add_items(45)
    last = Page(olga.get("/admin/items/?search=dish&page=2")).ids
    for page in ("3", "999999", "9" * 20):
        assert Page(olga.get(f"/admin/items/?search=dish&page={page}")).ids == last


def test_order(olga, rows: Rows):
    rows.item().price = None

    def prices(query):
        page = Page(olga.get(f"/admin/items/?page_size=100&{query}"))
        return [text for attrs, text in page.all("data-field") if attrs["data-field"] == "price"]

    upwards, downwards = prices("sort=1"), prices("sort=1&desc=1")
    assert upwards[-1] == downwards[-1] == "—"
    amounts = [float(text.removeprefix("$")) for text in upwards[:-1]]
    assert amounts == sorted(amounts)
    assert [float(text.removeprefix("$")) for text in downwards[:-1]] == sorted(amounts, reverse=True)
    names = _names(Page(olga.get("/admin/items/?page_size=100")))
    assert sorted(names) == sorted(_stored(rows, "Urban Burger", SECOND))


@pytest.mark.parametrize("view", [name for name in _LISTS if name != "history"])
def test_every_sortable_column_sorts(sign_in, view):
    ada = sign_in("ada")
    page = Page(ada.get(f"/admin/{view}/"))
    sorts = [link for link in page.links if "sort=" in link and f"/admin/{view}/?" in link]
    assert sorts
    for link in sorts:
        answer = ada.get(link)
        assert answer.status_code == 200
        assert len(Page(answer).ids) == len(page.ids)
        assert Page(answer).all("aria-sort")


@pytest.mark.parametrize("view", _LISTS)
@pytest.mark.parametrize("person", ["olga", "ada"])
def test_a_list_costs_the_same_however_long(app, sign_in, rows: Rows, query_counter, view, person):
    """The same number of queries for few rows and a full page, for a person of one restaurant and of many."""
    if (view, person) == ("users", "olga"):
        person = "ada"
    client = sign_in(person)

    def cost():
        url = f"/admin/{view}/?page_size=100"
        client.get(url)
        with query_counter(app) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    few = cost()
    _fill(rows, 150)
    assert cost() == few


def _fill(rows: Rows, count: int) -> None:
    rows.add_items(count)
    place, menu = rows.restaurant(), rows.menu()
    olga = rows.user("olga")
    users = [User(name=f"Person {n}", email=f"p{n}@example.com", created_at=AT) for n in range(count)]
    rows.session.add_all(users)
    rows.session.add_all(Section(menu=menu, restaurant_id=place.id, name=f"Course {n}") for n in range(count))
    rows.session.add_all(Menu(restaurant=place, name=f"Menu {n}") for n in range(count))
    rows.session.flush()
    rows.session.add_all(
        Membership(user_id=user.id, restaurant_id=place.id, role=Role.STAFF, created_at=AT) for user in users
    )
    for n in range(30):
        more = Restaurant(
            name=f"Place {n}",
            slug=f"place-{n}",
            currency="EUR",
            time_zone="UTC",
            language="en",
            created_at=AT,
        )
        rows.session.add(more)
        rows.session.flush()
        rows.session.add(Membership(user_id=olga.id, restaurant_id=more.id, role=Role.OWNER, created_at=AT))
    rows.session.flush()


def test_a_long_list_counts_to_ten_thousand(olga, rows: Rows):
    section = rows.section()
    dish = {"section_id": section.id, "restaurant_id": section.restaurant_id}
    dishes = [dish | {"name": f"Dish {number}"} for number in range(10_050)]
    rows.session.connection().execute(insert(MenuItem.__table__), dishes)
    page = olga.get("/admin/items/")
    assert "more than 10,000 items" in page.text
    assert olga.get("/admin/items/?page=501").status_code == 200


@pytest.mark.parametrize("person", ["olga", "mia", "sam", "vic", "ada"])
def test_no_link_leads_to_a_refusal(sign_in, person):
    """No page of the back office links its reader to a 403 or 404; one link of each address is followed."""
    client = sign_in(person)
    start = Page(client.get("/admin/")).links
    pages = [
        link for link in start if link.startswith("/admin/") and "?" not in link and "/export/" not in link
    ]
    found = [*start, *(link for page in pages for link in Page(client.get(page)).links)]

    for link in {urlsplit(link).path: link for link in found}.values():
        with client.get(link) as answer:
            assert answer.status_code not in {403, 404, 500}, link


def test_foreign_names_are_on_no_page(sign_in, rows: Rows):
    menu, section, item = rows.menu(FOREIGN), rows.section(FOREIGN), rows.item(FOREIGN)
    menu.name, section.name, item.name = "Xmenu", "Xsection", "Xitem"
    olga = sign_in("olga")
    for url in (
        "/admin/",
        *(f"/admin/{view}/{more}" for view in _LISTS for more in ("", "new/", "export/csv/")),
    ):
        with olga.get(url) as answer:
            for name in ("Xmenu", "Xsection", "Xitem", FOREIGN, "Stan Novak"):
                assert name not in answer.text, (url, name)
