"""Rows made in another tenant, or moved there: by the parent's field, by its column, by any way of saving."""

from __future__ import annotations

import pytest

from tests.support.pages import Page
from tests.support.rows import FOREIGN, OWN, SECOND, Rows, row_id

#: List, the field that names the row above, its list.
_PARENTS = [
    ("items", "section", "sections"),
    ("sections", "menu", "menus"),
    ("menus", "restaurant", "restaurants"),
]
_ATTACKERS = [("olga", OWN), ("mia", OWN), ("stan", FOREIGN)]


@pytest.mark.parametrize(("attacker", "home"), _ATTACKERS)
def test_nothing_is_made_in_another_tenant(sign_in, post, rows: Rows, unchanged, attacker, home):
    client, elsewhere = sign_in(attacker), OWN if home == FOREIGN else FOREIGN
    for view, field, above in _PARENTS:
        foreign = row_id(rows.of(above, elsewhere))
        own, page = row_id(rows.of(above, home)), f"/admin/{view}/new/"
        columns = {f"{field}_id": foreign, "restaurant_id": row_id(rows.restaurant(elsewhere))}
        form = {"name": "Planted", "position": "1"}
        # Of two, the first counts; a link cannot choose for the form, and a number has one spelling.
        spellings = (foreign, [foreign, own], f"0{foreign}", f" {foreign}", f"{foreign}.0", f"+{foreign}")
        for typed in spellings:
            with unchanged():
                assert post(client, page, {**form, field: typed, **columns}).status_code == 422, (view, typed)
        with unchanged():
            assert post(client, f"{page}?{field}={foreign}", {**form, **columns}).status_code == 422


@pytest.mark.parametrize(("attacker", "home"), _ATTACKERS)
def test_nothing_moves_to_another_tenant(sign_in, post, rows: Rows, unchanged, attacker, home):
    """Nor, for an owner of two restaurants, from one of hers to the other."""
    client = sign_in(attacker)
    for view, field, above in _PARENTS[:2]:
        row = rows.of(view, home)
        number, version, page = row_id(row), row.version, f"/admin/{view}/edit/?id={row_id(row)}"
        form = Page(client.get(page)).fields()
        for place in {OWN, SECOND, FOREIGN} - {home}:
            foreign, restaurant = row_id(rows.of(above, place)), row_id(rows.restaurant(place))
            with unchanged():
                assert post(client, page, {**form, field: foreign}).status_code == 422, (view, place)
            cell = {"list_form_pk": number, "row_version": version}
            for column, value in ((field, foreign), (f"{field}_id", foreign), ("restaurant_id", restaurant)):
                with unchanged():
                    answer = post(client, f"/admin/{view}/ajax/update/", {**cell, column: value})
                assert answer.status_code == 400, (view, column)


def test_a_menu_stays_in_its_restaurant(sign_in, post, rows: Rows):
    """Its form has no such field, and the column beside it is no field at all."""
    olga, menu = sign_in("olga"), rows.menu()
    page, home = f"/admin/menus/edit/?id={menu.id}", menu.restaurant_id
    for place in (SECOND, FOREIGN):
        number = row_id(rows.restaurant(place))
        moved = {"name": f"Moved to {place}", "restaurant": number, "restaurant_id": number}
        assert post(olga, page, {**Page(olga.get(page)).fields(), **moved}).status_code == 302
        assert (rows.again(menu).name, menu.restaurant_id) == (moved["name"], home)
