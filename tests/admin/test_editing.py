"""Create, edit, details: what is saved, what is refused, and what a refusal keeps."""

from __future__ import annotations

import pytest

from app.domain.roles import Role
from app.models import Menu, MenuItem, Restaurant, Section, User
from tests.support.pages import Page
from tests.support.rows import FOREIGN, MISSING, SECOND, Rows


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def test_an_edit_is_saved_and_the_version_counted(olga, post, rows: Rows):
    item = rows.item()
    version = item.version
    sent = Page(olga.get(f"/admin/items/edit/?id={item.id}")).fields()

    answer = post(olga, f"/admin/items/edit/?id={item.id}", {**sent, "name": " Frîtes ", "price": "$3.25"})

    assert (answer.status_code, answer.location) == (302, "/admin/items/")
    stored = rows.again(item)
    assert (stored.name, stored.price, stored.version) == ("Frîtes", 325, version + 1)
    assert ("success", "“Frîtes” saved.") in Page(olga.get("/admin/items/")).flashes


def test_a_page_saved_untouched_changes_nothing(olga, post, rows: Rows):
    """Every field of every form survives its way through a browser."""
    for view in ("items", "sections", "menus", "restaurants"):
        row = rows.of(view)
        if view == "items":
            row.description = "Two lines\nof <text>, “quoted” & all"
            row.price = None
        before = _columns(row)
        sent = Page(olga.get(f"/admin/{view}/edit/?id={row.id}")).fields()
        sent = {name: value.replace("\n", "\r\n") for name, value in sent.items()}

        assert post(olga, f"/admin/{view}/edit/?id={row.id}", sent).status_code == 302

        assert _columns(rows.again(row)) == before


def _columns(row):
    return {
        column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "version"
    }


_WRONG = [
    ("items", "name", "", "cannot be empty"),
    ("items", "name", "   ", "cannot be empty"),
    ("items", "name", "x" * 161, "At most 160"),
    ("items", "name", "a\x00b", "cannot be stored"),
    ("items", "description", "x" * 4001, "At most 4,000"),
    ("items", "price", "abc", "is not a price"),
    ("items", "price", "-1", "zero or more"),
    ("items", "price", "1e5", "is not a price"),
    ("items", "price", "99999999", "too high"),
    ("items", "price", "3.255", "at most 2 decimal"),
    ("items", "position", "abc", "whole number"),
    ("items", "position", "-1", "whole number"),
    ("items", "position", "9" * 30, "whole number"),
    ("items", "sold_out", "maybe", "either on"),
    ("items", "section", "abc", "Choose one"),
    ("items", "section", str(MISSING), "Choose one"),
    ("sections", "name", "", "cannot be empty"),
    ("sections", "menu", "", "Choose one"),
    ("menus", "name", "x" * 121, "At most 120"),
    ("restaurants", "currency", "XXQ", "currency code"),
    ("restaurants", "time_zone", "Mars/Base", "time zone"),
    ("restaurants", "language", "not a language", "language tag"),
]


def test_a_wrong_value_is_422_and_what_was_typed_stays(olga, post, rows: Rows, subtests):
    for view, field, typed, words in _WRONG:
        with subtests.test(view=view, field=field, typed=typed, words=words):
            row = rows.of(view)
            before = _columns(row)
            sent = Page(olga.get(f"/admin/{view}/edit/?id={row.id}")).fields()
            other = "website" if view == "restaurants" else "name" if field != "name" else "position"

            answer = post(olga, f"/admin/{view}/edit/?id={row.id}", {**sent, other: "77", field: typed})

            page = Page(answer)
            assert answer.status_code == 422
            assert words in page.texts("data-error-for")[field]
            assert page.fields()[other] == "77"
            if field not in {"section", "menu", "sold_out"} and typed.isprintable():
                assert page.fields()[field].strip() == typed.strip()
            assert _columns(rows.again(row)) == before


def test_a_new_row_stands_at_the_end(olga, post, rows: Rows):
    section = rows.section()
    last = max(item.position for item in section.items)

    answer = post(olga, "/admin/items/new/", {"section": section.id, "name": "Soup", "price": ""})

    assert answer.status_code == 302
    stored = rows.item(name="Soup")
    assert (stored.section_id, stored.price, stored.position) == (section.id, None, last + 1)


def test_a_blank_position_is_the_end_on_an_edit_as_well(olga, post, rows: Rows):
    section = rows.section()
    first, last = section.items[0], max(item.position for item in section.items)
    url = f"/admin/items/edit/?id={first.id}"
    sent = Page(olga.get(url)).fields()

    assert post(olga, url, {**sent, "position": " "}).status_code == 302
    assert rows.again(first).position == last + 1
    # A field that was not on the page changes nothing.
    without = {name: value for name, value in Page(olga.get(url)).fields().items() if name != "position"}
    assert post(olga, url, without).status_code == 302
    assert rows.again(first).position == last + 1


def test_a_new_dish_is_priced_in_the_currency_of_its_section(olga, post, rows: Rows):
    section = rows.section(SECOND)
    section.restaurant.currency = "JPY"
    empty = Page(olga.get("/admin/items/new/"))
    assert empty.all("data-shows-unit")[0][1] == ""
    # A script has it from what is chosen.
    assert (str(section.id), "JPY") in {
        (a["value"], a["data-unit"]) for a, _ in empty.all("data-unit", "option")
    }
    chosen = Page(olga.get(f"/admin/items/new/?section={section.id}"))
    assert chosen.all("data-shows-unit")[0][1] == "JPY"

    # Nobody knows yet in which currency: only the section is wrong, and what was typed stays.
    unknown = Page(post(olga, "/admin/items/new/", {"section": "", "name": "Soup", "price": "1200"}))
    assert list(unknown.texts("data-error-for")) == ["section"]
    assert unknown.fields()["price"] == "1200"
    refused = post(olga, "/admin/items/new/", {"section": section.id, "name": "Soup", "price": "3.25"})
    assert "JPY" in Page(refused).texts("data-error-for")["price"]
    post(olga, "/admin/items/new/", {"section": section.id, "name": "Soup", "price": "1200"})
    assert rows.item(SECOND, name="Soup").price == 1200


def test_new_menus_and_sections(olga, post, rows: Rows):
    place = rows.restaurant(SECOND)
    assert post(olga, "/admin/menus/new/", {"restaurant": place.id, "name": "Brunch"}).status_code == 302
    menu = rows.session.query(Menu).filter_by(name="Brunch").one()
    assert menu.restaurant_id == place.id

    answer = post(olga, "/admin/sections/new/", {"menu": menu.id, "name": "Eggs", "position": "4"})

    assert answer.status_code == 302
    section = rows.session.query(Section).filter_by(name="Eggs").one()
    assert (section.restaurant_id, section.menu_id, section.position) == (place.id, menu.id, 4)


def test_where_to_go_after_saving(olga, post, rows: Rows):
    section = rows.section().id
    form = {"section": section, "name": "Soup", "url": "/admin/items/?page=1"}

    plain = post(olga, "/admin/items/new/", form)
    another = post(olga, "/admin/items/new/", {**form, "_add_another": "1"})
    stay = post(olga, "/admin/items/new/", {**form, "_continue_editing": "1"})

    assert plain.location == "/admin/items/?page=1"
    assert another.location.startswith("/admin/items/new/?")
    assert stay.location.startswith("/admin/items/edit/?id=")


def test_the_new_form_has_chosen_what_its_link_named(olga, rows: Rows):
    own, foreign = rows.section().id, rows.section(FOREIGN).id

    assert Page(olga.get(f"/admin/items/new/?section={own}")).fields()["section"] == str(own)
    assert Page(olga.get(f"/admin/items/new/?section={foreign}")).fields()["section"] == ""


def test_fields_that_are_not_in_the_form_change_nothing(olga, post, rows: Rows):
    """What a form does not ask for cannot be sent along: no mass assignment."""
    item = rows.item()
    foreign = rows.restaurant(FOREIGN).id
    sent = Page(olga.get(f"/admin/items/edit/?id={item.id}")).fields()
    extra = {
        "id": "999",
        "version": "70",
        "restaurant_id": foreign,
        "restaurant": foreign,
        "section_id": rows.section(FOREIGN).id,
        "sold_out_by_id": "1",
        "sold_out_at": "2020-01-01",
        "created_at": "2020-01-01",
        "slug": "x",
    }
    before = _columns(item)

    assert post(olga, f"/admin/items/edit/?id={item.id}", {**sent, **extra}).status_code == 302

    assert _columns(rows.again(item)) == before


def test_staff_change_only_what_their_form_has(sign_in, post, rows: Rows):
    item, other = rows.item(), rows.section()
    sam = sign_in("sam")
    page = Page(sam.get(f"/admin/items/edit/?id={item.id}"))
    sent = page.fields()
    assert "section" not in sent
    assert "position" not in sent
    target = next(section for section in other.menu.sections if section.id != item.section_id)

    answer = post(
        sam,
        f"/admin/items/edit/?id={item.id}",
        {**sent, "section": target.id, "position": "88", "price": "4"},
    )

    assert answer.status_code == 302
    stored = rows.again(item)
    assert (stored.price, stored.section_id, stored.position) == (400, item.section_id, item.position)


@pytest.mark.parametrize("view", ["items", "sections"])
def test_a_row_cannot_move_to_another_restaurant(olga, post, rows: Rows, view):
    """A forged parent is a wrong field, a stranger's as well as one's own elsewhere; nothing is stored."""
    row = rows.of(view)
    field = {"items": "section", "sections": "menu"}[view]
    before = _columns(row)
    sent = Page(olga.get(f"/admin/{view}/edit/?id={row.id}")).fields()

    for place in (FOREIGN, SECOND):
        parent = getattr(rows, field)(place)
        answer = post(olga, f"/admin/{view}/edit/?id={row.id}", {**sent, field: parent.id})

        assert answer.status_code == 422
        assert field in Page(answer).texts("data-error-for")
        assert _columns(rows.again(row)) == before


@pytest.mark.parametrize(
    ("view", "field"), [("items", "section"), ("sections", "menu"), ("menus", "restaurant")]
)
def test_a_row_cannot_be_made_elsewhere(olga, post, rows: Rows, view, field):
    model = {"items": MenuItem, "sections": Section, "menus": Menu}[view]
    before = rows.count(model)

    answer = post(olga, f"/admin/{view}/new/", {"name": "Forged", field: getattr(rows, field)(FOREIGN).id})

    assert answer.status_code == 422
    assert field in Page(answer).texts("data-error-for")
    assert rows.count(model) == before


def test_no_menu_moves_with_its_restaurant_field(olga, post, rows: Rows):
    menu = rows.menu()
    sent = Page(olga.get(f"/admin/menus/edit/?id={menu.id}")).fields()
    assert "restaurant" not in sent

    post(olga, f"/admin/menus/edit/?id={menu.id}", {**sent, "restaurant": rows.restaurant(SECOND).id})

    assert rows.again(menu).restaurant_id == rows.restaurant().id


def test_a_role_counts_where_it_is_held(sign_in, post, rows: Rows):
    """Mia manages Urban Burger and views Panda Garden: there she sees, and changes nothing."""
    rows.join("mia", FOREIGN, Role.VIEWER)
    item, section = rows.item(FOREIGN), rows.section(FOREIGN)
    item_id, version, section_id = item.id, item.version, section.id
    mia = sign_in("mia")

    assert mia.get(f"/admin/items/details/?id={item_id}").status_code == 200
    assert mia.get(f"/admin/items/edit/?id={item_id}").status_code == 403
    assert mia.get(f"/admin/items/deletion/?id={item_id}").status_code == 403
    form = {"row_version": version, "name": "x"}
    assert post(mia, f"/admin/items/edit/?id={item_id}", form).status_code == 403
    assert post(mia, "/admin/items/ajax/update/", {**form, "list_form_pk": item_id}).status_code == 403
    assert post(mia, "/admin/items/delete/", {"id": item_id}).status_code == 403
    assert post(mia, "/admin/items/action/", {"action": "delete", "rowid": item_id}).status_code == 403
    assert post(mia, "/admin/items/new/", {"section": section_id, "name": "x"}).status_code == 422
    page = Page(mia.get("/admin/items/?search=French"))
    assert any("/edit/" in link for link in page.links)
    shown = Page(mia.get("/admin/items/"))
    assert f"/admin/items/edit/?id={item_id}" not in " ".join(shown.links)


def test_details_show_everything_and_offer_what_the_reader_may(sign_in, rows: Rows):
    item = rows.item()
    item.description = "With <b>salt</b>"
    olga, vic = sign_in("olga"), sign_in("vic")

    page = olga.get(f"/admin/items/details/?id={item.id}")

    assert "With &lt;b&gt;salt&lt;/b&gt;" in page.text
    assert Page(page).texts("data-field")["price"] == f"${item.price / 100:.2f}"
    assert any("/edit/" in link for link in Page(page).links)
    assert not any("/edit/" in link for link in Page(vic.get(f"/admin/items/details/?id={item.id}")).links)


def test_prices_in_the_readers_own_way(olga, post, rows: Rows):
    item = rows.item()
    german = {"Accept-Language": "de-DE"}
    page = olga.get(f"/admin/items/edit/?id={item.id}", headers=german)
    sent = Page(page).fields()
    assert "," in sent["price"]

    post(olga, f"/admin/items/edit/?id={item.id}", {**sent, "price": "4,75"}, headers=german)

    assert rows.again(item).price == 475


def test_users_are_edited_by_administrators(sign_in, post, rows: Rows):
    user = rows.user("vic")
    ada = sign_in("ada")
    sent = Page(ada.get(f"/admin/users/edit/?id={user.id}")).fields()
    extra = {"administrator_since": "2020-01-01", "is_admin": "1"}

    assert (
        post(ada, f"/admin/users/edit/?id={user.id}", {**sent, "name": "Vic L.", **extra}).status_code == 302
    )

    stored = rows.again(user)
    assert (stored.name, stored.administrator_since) == ("Vic L.", None)
    assert rows.count(User) > 5
    assert rows.count(Restaurant) > 2
