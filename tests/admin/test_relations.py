"""What a form may point at: options and look-ups within reach, at most fifty."""

from __future__ import annotations

import pytest

from app.domain.roles import Role
from app.models import Menu, Section
from tests.support.pages import Page
from tests.support.rows import FOREIGN, OWN, SECOND, Rows

_FIELDS = (("items", "section"), ("sections", "menu"), ("menus", "restaurant"), ("people", "restaurant"))


def _lookup(client, view, name, **query):
    answer = client.get(f"/admin/{view}/ajax/lookup/", query_string={"name": name, **query})
    assert answer.status_code == 200
    return answer.json


@pytest.mark.parametrize(("view", "field"), _FIELDS)
def test_options_and_lookups_stay_within_reach(sign_in, rows: Rows, view, field):
    olga = sign_in("olga")
    foreign = str(getattr(rows, field)(FOREIGN).id)

    options = Page(olga.get(f"/admin/{view}/new/")).options(field)
    found = dict(_lookup(olga, view, field))

    assert options
    assert {int(number) for number in options} == set(found)
    assert foreign not in options
    assert _lookup(olga, view, field, query=FOREIGN.split()[0]) == []
    assert all(label.endswith((OWN, SECOND)) for label in found.values())


def test_options_are_where_the_role_is_held(sign_in, rows: Rows):
    """Mia may read Panda Garden; she may not arrange it, so it is no option."""
    rows.join("mia", FOREIGN, Role.VIEWER)
    mia = sign_in("mia")

    assert set(Page(mia.get("/admin/menus/new/")).options("restaurant").values()) == {OWN}
    assert [label for _, label in _lookup(mia, "menus", "restaurant")] == [OWN]
    assert _lookup(sign_in("sam"), "items", "section") == []


def test_an_edit_offers_the_rows_of_one_restaurant(sign_in, rows: Rows):
    page = Page(sign_in("olga").get(f"/admin/items/edit/?id={rows.item().id}"))
    options = page.options("section")
    assert options
    assert all(label.endswith(OWN) for label in options.values())


def test_at_most_fifty(sign_in, rows: Rows):
    menu = rows.menu()
    rows.session.add_all(
        Section(menu=menu, restaurant_id=menu.restaurant_id, name=f"S {n:03}") for n in range(80)
    )
    olga = sign_in("olga")

    for limit in ("50", "51", "999999", "9" * 30, "-1", "abc", ""):
        assert 1 <= len(_lookup(olga, "items", "section", query="S 0", limit=limit)) <= 50
    assert len(_lookup(olga, "items", "section", query="S 0", limit="50", offset="50")) >= 25
    assert _lookup(olga, "items", "section", offset="9" * 30) == []
    page = olga.get("/admin/items/new/")
    assert len(Page(page).options("section")) == 50
    assert Page(page).all("data-lookup")


def test_a_row_beyond_the_fiftieth_stays_chosen(sign_in, post, rows: Rows):
    menu = rows.menu()
    rows.session.add_all(
        Section(menu=menu, restaurant_id=menu.restaurant_id, name=f"A {n:03}") for n in range(60)
    )
    item = rows.item()
    olga = sign_in("olga")
    sent = Page(olga.get(f"/admin/items/edit/?id={item.id}")).fields()

    assert sent["section"] == str(item.section_id)
    assert post(olga, f"/admin/items/edit/?id={item.id}", sent).status_code == 302


_ODD_WORDS = ["%", "_", "\\", "zzzz" * 1000, "\u202exyzzy", "'"]


def test_odd_words_find_nothing(sign_in, subtests):
    for words in _ODD_WORDS:
        with subtests.test(words=words):
            assert _lookup(sign_in("olga"), "items", "section", query=words) == []


def test_unknown_lookups_are_404(sign_in):
    olga = sign_in("olga")
    for view, name in (("items", "restaurant"), ("items", ""), ("menus", "section"), ("restaurants", "x")):
        assert olga.get(f"/admin/{view}/ajax/lookup/?name={name}").status_code == 404
    assert olga.get("/admin/items/ajax/lookup/").status_code == 404


def test_filters_offer_what_the_reader_reads(sign_in, rows: Rows):
    rows.session.add(Menu(restaurant=rows.restaurant(FOREIGN), name="Secret"))
    page = sign_in("vic").get("/admin/items/")
    assert "Secret" not in page.text
    assert list(Page(page).options("flt0_restaurant_is").values()) == [OWN]


def test_a_filter_with_more_rows_than_it_shows_looks_them_up(sign_in, rows: Rows):
    """By the right to read, not by the form's right to change; and within reach."""
    vic, menu = sign_in("vic"), rows.menu()
    assert not Page(vic.get("/admin/items/")).all("data-lookup")
    for place, name in ((menu, "S"), (rows.menu(FOREIGN), "Theirs")):
        rows.session.add_all(
            Section(menu=place, restaurant_id=place.restaurant_id, name=f"{name} {n:03}") for n in range(60)
        )

    [(box, _)] = Page(vic.get("/admin/items/")).all("data-lookup")

    found = vic.get(f"{box['data-lookup']}&query=S 059").json
    assert [label for _, label in found] == [f"S 059 · {menu} · {OWN}"]
    assert vic.get(f"{box['data-lookup']}&query=Theirs").json == []
    assert _lookup(vic, "items", "section") == []
    page = Page(vic.get(f"/admin/items/?flt2_section_is={found[0][0]}"))
    assert found[0][1] in page.options("flt2_section_is").values()
