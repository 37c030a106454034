"""Everything that a list has, on all of its pages, in one act."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.domain.roles import Role
from app.models import Change, MenuItem
from tests.support.pages import Page
from tests.support.rows import FOREIGN, Rows

_DISHES = "/admin/items/action/?search=dish"


@pytest.fixture
def sam(sign_in, rows: Rows):
    rows.add_items(60)
    return sign_in("sam")


def _offered(client, query="search=dish") -> str:
    page = Page(client.get(f"/admin/items/?{query}"))
    return next(attrs["value"] for attrs, _ in page.all("data-tick-matching"))


def _sold_out(rows: Rows) -> int:
    rows.session.expire_all()
    return rows.session.scalar(select(func.count()).where(MenuItem.sold_out_at.is_not(None))) or 0


def test_all_that_match_are_sold_out_in_one_act_and_undone_in_one(sam, post, rows: Rows):
    answer = post(sam, _DISHES, {"action": "sold_out", "matching": _offered(sam)})

    assert answer.status_code == 302
    assert _sold_out(rows) == 60
    acts = select(func.count(Change.act.distinct())).where(Change.fields.contains("sold_out_at"))
    assert rows.session.scalar(acts) == 1
    page = Page(sam.get("/admin/items/"))
    assert page.flashes == [("success", "60 items sold out.")]
    assert post(sam, page.undo, {}).status_code == 302
    assert _sold_out(rows) == 0


def test_ticks_beside_it_say_nothing(sam, post, rows: Rows):
    foreign = rows.item(FOREIGN)

    sent = {"action": "sold_out", "matching": _offered(sam), "rowid": [foreign.id]}

    assert post(sam, _DISHES, sent).status_code == 302
    assert rows.again(foreign).sold_out_at is None


@pytest.mark.parametrize("change", ["came", "went", "saved"])
def test_what_changed_since_is_asked_about_first(sam, post, rows: Rows, change):
    seen = _offered(sam)
    dish = rows.item(name="Dish 0007")
    if change == "saved":
        dish.price = 123
    else:
        dish.name = "Fish" if change == "went" else dish.name
        rows.item().name = "Dish of the day" if change == "came" else rows.item().name
    rows.session.flush()

    answer = post(sam, _DISHES, {"action": "sold_out", "matching": seen, "url": "/admin/items/?search=dish"})

    assert answer.status_code == 409
    assert _sold_out(rows) == 0
    now = {"came": 61, "went": 59, "saved": 60}[change]
    assert f"Look again: {now} items match now" in answer.text
    assert ("there were 60 items" in answer.text) == (change != "saved")
    [form] = Page(answer).forms("/admin/items/action/")
    assert post(sam, "/admin/items/action/", form).status_code == 302
    assert _sold_out(rows) == now


def test_nothing_that_matches_any_more(sam, post, rows: Rows):
    seen = _offered(sam)
    for dish in rows.items():
        dish.name = "Other"
    rows.session.flush()

    answer = post(sam, _DISHES, {"action": "sold_out", "matching": seen})

    assert answer.status_code == 409
    assert not Page(answer).forms("/admin/items/action/")


def test_deleting_all_that_match_is_always_asked_about(sign_in, post, rows: Rows):
    rows.add_items(60)
    olga = sign_in("olga")

    answer = post(olga, _DISHES, {"action": "delete", "matching": _offered(olga), "confirm": "1"})

    assert answer.status_code == 409
    assert "Delete 60 items?" in answer.text
    assert len([item for item in rows.items() if item.name.startswith("Dish")]) == 60
    assert (
        post(olga, "/admin/items/action/", {**Page(answer).forms("/admin/items/action/")[0]}).status_code
        == 302
    )
    assert not [item for item in rows.items() if item.name.startswith("Dish")]


def test_one_row_beyond_the_role_stops_all(sam, post, rows: Rows):
    seen = _offered(sam)
    rows.join("sam", FOREIGN, Role.VIEWER)
    rows.item(FOREIGN).name = "Dish of theirs"
    rows.session.flush()

    assert post(sam, _DISHES, {"action": "sold_out", "matching": seen}).status_code == 403
    assert _sold_out(rows) == 0


def test_weak_roles_and_nonsense(sam, sign_in, post, rows: Rows):
    seen = _offered(sam)

    assert post(sign_in("vic"), _DISHES, {"action": "sold_out", "matching": seen}).status_code == 403
    assert post(sam, _DISHES, {"action": "delete", "matching": seen}).status_code == 403
    assert post(sam, _DISHES, {"action": "explode", "matching": seen}).status_code == 400
    for odd in ("", "abc", "60", "-1", "9" * 400, "60-1-1"):
        assert post(sam, _DISHES, {"action": "sold_out", "matching": odd}).status_code == 409
    assert _sold_out(rows) == 0


def test_more_than_a_thousand_are_refused_in_words(sam, post, rows: Rows):
    rows.add_items(1_000)

    page = Page(sam.get("/admin/items/"))

    assert not page.all("data-tick-matching")
    assert "At most 1,000 items can be changed at once" in sam.get("/admin/items/").text
    answer = post(sam, "/admin/items/action/", {"action": "sold_out", "matching": "1-1-1"})
    assert (answer.status_code, _sold_out(rows)) == (400, 0)


def test_it_is_offered_only_where_there_are_more_pages(sam):
    assert not Page(sam.get("/admin/items/?search=fries")).all("data-tick-matching")
    assert not Page(sam.get("/admin/items/?search=dish&page_size=100")).all("data-tick-matching")
    assert Page(sam.get("/admin/items/?page_size=50")).all("data-tick-matching")
