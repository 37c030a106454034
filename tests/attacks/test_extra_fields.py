"""Fields that no form has, sent along with one that is right: none of them is ever stored."""

from __future__ import annotations

import pytest

from app.models import Base
from tests.support.contents import contents, differences
from tests.support.pages import Page
from tests.support.rows import FOREIGN, Rows, row_id

_VIEWS = ("items", "sections", "menus", "restaurants", "people", "users")
_TABLES = {"items": "menu_item", "people": "membership"}

#: What no field of ours would ever hold.
_WORD, _NUMBER, _DAY = "hijacked", 1_234_567, "2001-02-03T04:05:06"

#: What a form may be sent beside columns and relations, as other frameworks take it.
_MORE = {
    "is_admin": "1",
    "is_owner": "1",
    "admin": "true",
    "_method": "DELETE",
    "csrf_token[]": "x",
    "restaurant[id]": "3",
    "restaurant.name": _WORD,
    "user.administrator_since": _DAY,
    "memberships-0-role": "owner",
    "__class__": _WORD,
    "_sa_instance_state": _WORD,
    "query": _WORD,
    "metadata": _WORD,
}


def _extras(rows: Rows) -> dict[str, object]:
    """Return every column and every relation of every model, each with what an attacker would like there."""
    wanted: dict[str, object] = {"role": "owner", "id": _NUMBER, "version": _NUMBER, "provider": _WORD}
    wanted |= {"restaurant_id": row_id(rows.restaurant(FOREIGN)), "user_id": row_id(rows.user("stan"))}
    wanted |= {"section_id": row_id(rows.section(FOREIGN)), "menu_id": row_id(rows.menu(FOREIGN))}
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    extras: dict[str, object] = {
        column.name: _DAY if column.name.endswith(("_at", "_since", "_until")) else _WORD
        for column in columns
    }
    extras |= dict.fromkeys((name for name in extras if name.endswith("_by_id")), row_id(rows.user("stan")))
    relations = {relation.key for each in Base.registry.mappers for relation in each.relationships}
    return {**dict.fromkeys(relations, _NUMBER), **extras, **wanted, **_MORE}


def _not_of(form, extras) -> dict[str, object]:
    """Return what a form has no field for."""
    return {name: value for name, value in extras.items() if name not in form}


@pytest.mark.parametrize("person", ["olga", "ada"])
def test_an_edit_changes_what_its_form_has_and_no_more(sign_in, post, rows: Rows, person):
    client, extras = sign_in(person), _extras(rows)
    views = _VIEWS if person == "ada" else _VIEWS[:5]
    targets = {view: rows.membership("sam") if view == "people" else rows.of(view) for view in views}
    for view, row in targets.items():
        number, page = row_id(row), f"/admin/{view}/edit/?id={row_id(row)}"
        form = Page(client.get(page)).fields()
        named = {"role": "viewer"} if view == "people" else {"name": "Renamed"}
        before = contents(rows.session)

        answer = post(client, page, {**_not_of(form, extras), **form, **named})

        assert answer.status_code == 302, view
        changed = differences(before, contents(rows.session))
        table = _TABLES.get(view, view.removesuffix("s"))
        assert changed.keys() <= {table, "change"}, view
        old, new = changed[table]
        assert new == {**old, **named, "version": old["version"] + 1}, view
        assert new["id"] == number


def test_a_cell_changes_itself_and_no_more(sign_in, post, rows: Rows):
    client, extras = sign_in("olga"), _extras(rows)
    cells = ("name", "price", "sold_out")
    for view in _VIEWS[:4]:
        row = rows.of(view)
        cell = {"list_form_pk": row_id(row), "row_version": row.version, "name": "Renamed"}
        more = {name: value for name, value in extras.items() if name not in (*cell, *cells)}
        before = contents(rows.session)

        assert post(client, f"/admin/{view}/ajax/update/", {**more, **cell}).status_code == 200, view

        changed = differences(before, contents(rows.session))
        table = _TABLES.get(view, view.removesuffix("s"))
        assert changed.keys() == {table, "change"}
        old, new = changed[table]
        assert new == {**old, "name": "Renamed", "version": old["version"] + 1}, view


def test_a_new_row_is_what_its_form_says_and_no_more(sign_in, post, rows: Rows):
    """It belongs to whoever and whatever the server says; its number, version and day are its own."""
    client, extras = sign_in("olga"), _extras(rows)
    parents = {"items": "section", "sections": "menu", "menus": "restaurant", "restaurants": None}
    for view, above in parents.items():
        page = f"/admin/{view}/new/"
        form = Page(client.get(page)).fields() | {"name": "Made"}
        form |= {above: str(getattr(rows, above)().id)} if above else {}
        before = contents(rows.session)

        assert post(client, page, {**_not_of(form, extras), **form}).status_code == 302, view

        changed = differences(before, contents(rows.session))
        table = _TABLES.get(view, view.removesuffix("s"))
        owned = {"membership"} if view == "restaurants" else set()
        assert changed.keys() == {table, "change"} | owned, view
        _is_plain(changed[table])
        assert changed[table][0]["name"] == "Made"
        if above:
            assert changed[table][0]["restaurant_id"] == row_id(rows.restaurant()), view
        for membership in changed.get("membership", ()):
            assert (membership["user_id"], membership["role"]) == (row_id(rows.user("olga")), "owner")


def test_an_invitation_is_what_its_form_says_and_no_more(sign_in, post, rows: Rows):
    client, extras = sign_in("olga"), _extras(rows)
    form = {"email": "new@example.com", "role": "staff", "restaurant": row_id(rows.restaurant())}
    before = contents(rows.session)

    assert post(client, "/admin/people/new/", {**_not_of(form, extras), **form}).status_code == 200

    changed = differences(before, contents(rows.session))
    assert changed.keys() == {"invitation", "change"}
    [made] = changed["invitation"]
    _is_plain([made])
    assert made["created_by_id"] == row_id(rows.user("olga"))
    assert (made["role"], made["restaurant_id"]) == ("staff", row_id(rows.restaurant()))
    assert (made["accepted_at"], made["accepted_by_id"], made["revoked_at"]) == (None, None, None)


def test_deleting_and_batches_do_what_they_are_for_and_no_more(sign_in, post, rows: Rows):
    client, extras = sign_in("olga"), _extras(rows)
    doomed, kept, *_ = rows.items()
    gone, stays = row_id(doomed), row_id(kept)
    sold_out = {"action": "sold_out", "rowid": stays, "row_version": kept.version}
    for path, form in (
        ("action/", sold_out),
        ("delete/", {"id": gone, "row_version": doomed.version}),
    ):
        before = contents(rows.session)
        assert post(client, f"/admin/items/{path}", {**_not_of(form, extras), **form}).status_code == 302, (
            path
        )
        changed = differences(before, contents(rows.session))
        assert changed.keys() <= {"menu_item", "change", "fixture_row"}
        assert {row["id"] for row in changed["menu_item"]} == {form.get("rowid", gone)}
    assert rows.again(kept).sold_out_by_id == row_id(rows.user("olga"))


def _is_plain(rows) -> None:
    """Fail if anything of the extras was stored in a row that was made."""
    [row] = rows
    values = {str(value) for value in row.values()}
    assert not {value for value in values if _WORD in value or "2001-02-03" in value}
    assert str(_NUMBER) not in values
    assert row.get("version", 1) == 1
