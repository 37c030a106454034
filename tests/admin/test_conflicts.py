"""The page of a form that went stale: theirs, mine and the common start, and whose to keep."""

from __future__ import annotations

import pytest

from app.models import MenuItem
from tests.support.pages import Page
from tests.support.rows import Rows


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _url(row) -> str:
    return f"/admin/items/edit/?id={row.id}"


def _opened(client, row) -> dict[str, str]:
    return Page(client.get(_url(row))).fields()


def _values(page: Page, field: str) -> list[str]:
    """Return base, theirs and mine of one field, as the page shows them."""
    said = page.texts("data-conflict-for")[field]
    marks = [page.all(mark) for mark in ("data-base", "data-theirs", "data-mine")]
    [values] = [list(three) for three in zip(*marks, strict=True) if all(text in said for _, text in three)]
    return [text for _, text in values]


def _change(rows: Rows, row: MenuItem, **values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    rows.session.flush()


#: What they do meanwhile, what I type, and what the page then shows of that field.
_KINDS = {
    "price": ({"price": 310}, {"price": "3.5"}, ["2.99", "3.10", "3.5"]),
    "a blank price": ({"price": None}, {"price": "3.50"}, ["2.99", "", "3.50"]),
    "a price blanked": ({"price": 310}, {"price": ""}, ["2.99", "3.10", ""]),
    "a price that is none": ({"price": 310}, {"price": "cheap"}, ["2.99", "3.10", "cheap"]),
    "name": ({"name": "Chips"}, {"name": "Fries"}, ["French Fries", "Chips", "Fries"]),
    "position": ({"position": 7}, {"position": "9"}, ["0", "7", "9"]),
}


@pytest.mark.parametrize("kind", _KINDS)
def test_each_kind_of_field_shows_all_three_and_keeps_what_was_typed(olga, post, rows: Rows, kind):
    theirs, mine, shown = _KINDS[kind]
    item = rows.item()
    item.position = 0
    sent = {**_opened(olga, item), **mine}
    _change(rows, item, **theirs)

    answer = post(olga, _url(item), sent)

    page = Page(answer)
    [field] = mine
    assert answer.status_code == 409
    assert list(page.texts("data-conflict-for")) == [field]
    assert [page.all(mark)[0][1] for mark in ("data-base", "data-theirs", "data-mine")] == shown
    assert page.fields()[field] == mine[field]


def test_a_relation_in_conflict_is_shown_by_name(olga, post, rows: Rows):
    item = rows.item()
    first = item.section
    _others = [section for section in first.menu.sections if section is not first]
    theirs, mine = _others[:2]
    sent = {**_opened(olga, item), "section": str(mine.id)}
    _change(rows, item, section=theirs)

    page = Page(post(olga, _url(item), sent))

    assert [text.split(" · ")[0] for text in _values(page, "section")] == [first.name, theirs.name, mine.name]
    kept = {**page.fields(), "keep-section": "theirs"}
    assert post(olga, _url(item), kept).status_code == 302
    assert rows.again(item).section_id == theirs.id


@pytest.mark.parametrize(("keep", "price"), [("theirs", 310), ("mine", 350), (None, 350)])
def test_whose_value_to_keep_is_chosen_field_by_field(olga, post, rows: Rows, keep, price):
    """Without a script: the choice travels in the form."""
    item = rows.item()
    sent = {**_opened(olga, item), "price": "3.50", "name": "Fries", "description": "Mine"}
    _change(rows, item, price=310, name="Chips")

    page = Page(post(olga, _url(item), sent))

    choices = {(attrs["name"], attrs["value"]) for attrs, _ in page.all("form", "input")}
    assert choices == {(f"keep-{name}", whose) for name in ("price", "name") for whose in ("theirs", "mine")}
    chosen = {} if keep is None else {"keep-price": keep}
    assert post(olga, _url(item), {**page.fields(), **chosen}).status_code == 302
    stored = rows.again(item)
    assert (stored.price, stored.name, stored.description) == (price, "Fries", "Mine")


def test_a_switch_keeps_theirs_too(olga, post, rows: Rows):
    item = rows.item()
    sent = {**_opened(olga, item), "name": "Fries"}
    post(olga, "/admin/items/ajax/update/", {"list_form_pk": item.id, "row_version": "1", "sold_out": "1"})

    page = Page(post(olga, _url(item), sent))

    # Only they turned it: that is no conflict, and the form has it as it is now.
    assert page.texts("data-merged-for") == {"sold_out": "Sold out: No Yes"}
    assert page.fields()["sold_out"] == "1"
    left = {**page.fields(), "sold_out": "0", "keep-sold_out": "theirs"}
    assert post(olga, _url(item), left).status_code == 302
    assert rows.again(item).sold_out_at is not None


def test_keeping_theirs_is_keeping_what_is_stored_by_then(olga, post, rows: Rows):
    """Somebody saves once more while the choice is made: it is that value, and no new question about it."""
    item = rows.item()
    sent = {**_opened(olga, item), "price": "3.50", "name": "Fries"}
    _change(rows, item, price=310)
    first = Page(post(olga, _url(item), sent)).fields()
    _change(rows, item, price=320)

    answer = post(olga, _url(item), {**first, "keep-price": "theirs"})

    page = Page(answer)
    assert (answer.status_code, page.all("data-conflict-for")) == (409, [])
    assert (page.fields()["price"], page.fields()["name"]) == ("3.20", "Fries")
    assert post(olga, _url(item), page.fields()).status_code == 302
    assert (rows.again(item).price, rows.again(item).name) == (320, "Fries")


def test_what_was_merged_is_named(olga, post, rows: Rows):
    item = rows.item()
    sent = {**_opened(olga, item), "price": "3.50"}
    _change(rows, item, name="Chips", description="Crisp.")

    page = Page(post(olga, _url(item), sent))

    merged = page.texts("data-merged-for")
    assert merged["name"] == "Name: French Fries Chips"
    assert merged["description"].endswith("Crisp.")
    assert not page.all("data-conflict-for")
    assert "Nothing you typed collides" in page.texts("aria-labelledby")["conflict-title"]


def test_a_long_description_is_marked_where_it_is_new(olga, post, rows: Rows):
    item = rows.item()
    lines = [f"Line {number} of a long story." for number in range(12)]
    item.description = "\n".join(lines)
    sent = {**_opened(olga, item), "description": "\r\n".join([*lines[:11], "Mine ends."])}
    _change(rows, item, description="\n".join(["Theirs begins.", *lines[1:]]))

    answer = post(olga, _url(item), sent)

    assert "<mark>Theirs begins.\n</mark>" in answer.text
    assert "<mark>Mine ends.</mark>" in answer.text
    assert "Line 5 of a long story.\nLine 6 of a long story." in answer.text


def test_a_save_that_is_sent_twice_is_told_that_it_is_saved(olga, post, rows: Rows):
    """The second click overtakes the first answer: 409 as for every stale page, but nothing to decide."""
    item = rows.item()
    sent = {**_opened(olga, item), "price": "3.5", "name": " Chips ", "description": "One\r\ntwo"}
    assert post(olga, _url(item), sent).status_code == 302
    version = rows.again(item).version

    answer = post(olga, _url(item), sent)

    page = Page(answer)
    assert answer.status_code == 409
    assert "This is saved already" in answer.text
    assert not page.all("data-conflict-for")
    assert ("success", "“Chips” saved.") in page.flashes
    assert rows.again(item).version == version
    assert post(olga, _url(item), page.fields()).status_code == 302


def test_values_that_only_look_different_do_not_collide(olga, post, rows: Rows):
    item = rows.item()
    sent = {**_opened(olga, item), "price": "4", "name": "Mine"}
    _change(rows, item, price=400)

    page = Page(post(olga, _url(item), sent))

    assert not page.all("data-conflict-for")
    assert page.fields()["name"] == "Mine"


def test_a_choice_on_a_fresh_form_changes_only_that_field(sign_in, post, rows: Rows):
    """`keep-` leaves a field as it is stored; it reaches nothing else, whatever it names."""
    item = rows.item()
    mia = sign_in("mia")
    more = {"keep-price": "theirs", "keep-row_version": "mine", "keep-restaurant_id": "theirs"}

    assert (
        post(mia, _url(item), {**_opened(mia, item), "price": "9", "name": "Chips", **more}).status_code
        == 302
    )

    stored = rows.again(item)
    assert (stored.price, stored.name) == (299, "Chips")
    without = {**_opened(mia, item), "keep-row_version": "theirs"}
    assert post(mia, _url(item), without).status_code in {302, 400}


def test_somebody_else_is_named_in_one_place(olga, post, rows: Rows, monkeypatch):
    """Whatever keeps the record of changes answers there, for forms, cells, batches and deletions."""
    for module in ("versions", "cells", "outdated"):
        monkeypatch.setattr(
            f"app.admin.base.{module}.who_saved_since", lambda _row, version: f"Mia, after {version},"
        )
    item = rows.item()
    sent = {**_opened(olga, item), "price": "3.50"}
    deletion = Page(olga.get(f"/admin/items/deletion/?id={item.id}")).fields()
    seen = item.version
    _change(rows, item, price=310)
    who = f"Mia, after {seen},"

    cell = {"list_form_pk": item.id, "row_version": seen, "price": "4", "base-price": "2.99"}
    batch = {"action": "sold_out", "rowid": item.id, f"row_version-{item.id}": seen}

    assert f"{who} saved this" in post(olga, _url(item), sent).text
    assert f"{who} saved this" in post(olga, "/admin/items/ajax/update/", cell).json["detail"]
    assert f"{who} changed this" in post(olga, "/admin/items/action/", batch).text
    assert f"{who} changed this" in post(olga, "/admin/items/delete/", deletion).text
