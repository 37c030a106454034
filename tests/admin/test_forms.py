"""Forms as pages show them: in groups, with choices, with what is wrong beside its field."""

from __future__ import annotations

import pytest

from app.models import Menu, Restaurant, Section
from tests.support.pages import Page
from tests.support.rows import Rows


def _legends(answer) -> list[str]:
    return [" ".join(text.split()) for tag, _attrs, text in Page(answer)._form() if tag == "legend"]


def test_a_group_that_has_no_field_for_its_reader_is_left_out(sign_in, rows: Rows):
    url = f"/admin/items/edit/?id={rows.item().id}"

    assert _legends(sign_in("mia").get(url)) == [
        "What guests read",
        "Price and availability",
        "Where it stands",
    ]
    assert _legends(sign_in("sam").get(url)) == ["What guests read", "Price and availability"]


def test_a_form_without_groups_is_one_by_its_heading(sign_in, rows: Rows):
    assert _legends(sign_in("mia").get("/admin/sections/new/")) == ["New section"]


@pytest.mark.parametrize("view", ["items", "restaurants"])
def test_every_field_stands_in_a_group_that_has_a_name(app, sign_in, view):
    """A field that is added to a form, but to no group of it, would stand alone below them."""
    [admin] = app.extensions["admin"]
    [declared] = [each for each in admin._views if each.endpoint == view]
    assert {*declared._form_create_rules.visible_fields} == {*declared.form_columns}
    assert "New" not in " ".join(_legends(sign_in("olga").get(f"/admin/{view}/new/")))


def test_what_is_wrong_is_tied_to_its_field_and_linked_from_above(sign_in, post, rows: Rows):
    form = {"section": rows.section().id, "name": "", "price": "dear", "description": "Hot"}

    page = Page(post(sign_in("mia"), "/admin/items/new/", form))

    fields = {attrs["name"]: attrs for attrs, _ in page.all("name") if "id" in attrs}
    for name in ("name", "price"):
        assert fields[name]["aria-invalid"] == "true"
        assert f"{name}-error" in fields[name]["aria-describedby"].split()
        assert page.texts("id")[f"{name}-error"] == page.texts("data-error-for")[name]
        assert f"#{name}" in page.links
    assert "aria-invalid" not in fields["description"]
    assert {"#section", "#description"} & {*page.links} == set()
    assert {**page.fields(), **form, "section": str(form["section"])} == page.fields()
    # Leaving such a page loses what was typed.
    assert page.texts("data-unsaved").keys() == {"already"}


def test_typing_begins_where_the_first_blank_is(sign_in, rows: Rows):
    mia, section = sign_in("mia"), rows.section()

    def begins(url: str) -> list[str]:
        return [attrs["name"] for attrs, _ in Page(mia.get(url)).all("autofocus")]

    assert begins("/admin/items/new/") == ["section"]
    assert begins(f"/admin/items/new/?section={section.id}") == ["name"]
    assert begins(f"/admin/items/edit/?id={section.items[0].id}") == []


def test_currency_clock_and_language_are_choices(sign_in, rows: Rows):
    page = Page(sign_in("olga").get("/admin/restaurants/new/"))

    assert page.options("currency")["EUR"] == "EUR · Euro"
    assert "DEM" not in page.options("currency")
    assert page.options("time_zone")["America/New_York"] == "New York"
    assert page.options("language")["de"] == "Deutsch"
    assert {"currency", "time_zone"} == page.texts("data-combobox").keys()
    assert (page.fields()["currency"], page.fields()["time_zone"]) == ("USD", "America/New_York")


def test_a_currency_in_the_readers_own_language(sign_in):
    german = {"Accept-Language": "de"}
    page = Page(sign_in("olga").get("/admin/restaurants/new/", headers=german))

    assert page.options("currency")["CHF"] == "CHF · Schweizer Franken"


def test_a_clock_in_the_readers_own_language(sign_in):
    page = Page(sign_in("olga").get("/admin/restaurants/new/", headers={"Accept-Language": "de"}))

    zones = page.options("time_zone")
    assert (zones["Europe/Vienna"], zones["America/New_York"]) == ("Wien", "New York")
    # One city under its old names as well: each is found, and none looks like another.
    assert (zones["Europe/Kiev"], zones["Europe/Kyiv"]) == ("Kiev", "Kyiv")


def test_what_is_stored_stays_chosen_though_it_is_not_on_offer(sign_in, post, rows: Rows):
    place: Restaurant = rows.restaurant()
    place.time_zone, place.language = "Etc/GMT+5", "en-ZA"
    olga, url = sign_in("olga"), f"/admin/restaurants/edit/?id={place.id}"
    sent = Page(olga.get(url)).fields()

    assert (sent["time_zone"], sent["language"]) == ("Etc/GMT+5", "en-ZA")
    assert post(olga, url, {**sent, "name": "Urban"}).status_code == 302
    assert (rows.again(place).time_zone, rows.again(place).name) == ("Etc/GMT+5", "Urban")


def test_another_one_goes_where_the_last_went(sign_in, post, rows: Rows):
    mia, section = sign_in("mia"), rows.section()
    answer = post(mia, "/admin/items/new/", {"section": section.id, "name": "Soup", "_add_another": "1"})

    assert Page(mia.get(answer.location)).fields()["section"] == str(section.id)


def test_a_menu_grows_downwards_and_comes_back_to_itself(sign_in, post, rows: Rows):
    """New menu, its section, the section's items: each form knows where the last one was."""
    mia = sign_in("mia")
    form = {"restaurant": rows.restaurant().id, "name": "Brunch", "_add_below": "1"}
    to_section = post(mia, "/admin/menus/new/", form)
    menu = rows.session.query(Menu).filter_by(name="Brunch").one()
    page = Page(mia.get(to_section.location))
    assert page.fields()["menu"] == str(menu.id)

    to_item = post(mia, to_section.location, {**page.fields(), "name": "Eggs", "_add_below": "1"})
    section = rows.session.query(Section).filter_by(name="Eggs").one()
    page = Page(mia.get(to_item.location))
    assert page.fields()["section"] == str(section.id)
    saved = post(mia, to_item.location, {**page.fields(), "name": "Benedict"})

    assert saved.location.startswith(f"/admin/sections/details/?id={section.id}")
    shown = Page(mia.get(f"/admin/menus/details/?id={menu.id}"))
    assert [text for _, text in shown.all("data-below")] == [
        "Eggs Benedict — Add an item: Eggs",
        "Benedict —",
    ]
    item = section.items[0]
    assert f"/admin/sections/details/?id={section.id}" in shown.links
    assert f"/admin/items/details/?id={item.id}" in shown.links


def test_a_row_leads_up_to_what_it_hangs_on(sign_in, rows: Rows):
    item = rows.item()
    links = Page(sign_in("vic").get(f"/admin/items/details/?id={item.id}")).links

    for view, above in (
        ("sections", item.section),
        ("menus", item.section.menu),
        ("restaurants", rows.restaurant()),
    ):
        assert f"/admin/{view}/details/?id={above.id}" in links


@pytest.mark.parametrize(("person", "adds"), [("olga", True), ("mia", True), ("sam", False), ("vic", False)])
def test_who_is_offered_to_add_below(sign_in, rows: Rows, person, adds):
    for view, row in (("menus", rows.menu()), ("sections", rows.section())):
        links = Page(sign_in(person).get(f"/admin/{view}/details/?id={row.id}")).links
        assert any("/new/?" in link for link in links) == adds


def test_a_page_lists_what_is_below_in_few_queries(app, sign_in, rows: Rows, query_counter):
    menu, olga = rows.menu(), sign_in("olga")
    url = f"/admin/menus/details/?id={menu.id}"
    olga.get(url)
    with query_counter(app) as few:
        olga.get(url)
    rows.session.add_all(
        Section(menu=menu, restaurant_id=menu.restaurant_id, name=f"S {n}") for n in range(20)
    )
    rows.session.flush()
    with query_counter(app) as more:
        olga.get(url)

    assert len(few) == len(more)


def test_the_question_before_a_deletion_says_that_there_is_a_way_back(sign_in, rows: Rows):
    olga = sign_in("olga")

    assert "undo this" in olga.get(f"/admin/menus/deletion/?id={rows.menu().id}").text
    person = rows.membership("vic")
    assert "undo this" not in olga.get(f"/admin/people/deletion/?id={person.id}").text
