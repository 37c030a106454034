"""Writes that are never lost: a stale page is 409, with both values and what was typed."""

from __future__ import annotations

import threading

import pytest

from tests.support.pages import Page
from tests.support.rows import Rows


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _opened(client, view, row):
    return Page(client.get(f"/admin/{view}/edit/?id={row.id}")).fields()


def test_a_stale_form_shows_both_values_and_saves_the_second_time(olga, sign_in, post, rows: Rows):
    item = rows.item()
    url = f"/admin/items/edit/?id={item.id}"
    mine = {**_opened(olga, "items", item), "price": "4.00", "description": "Mine"}
    theirs = {**_opened(sign_in("mia"), "items", item), "price": "5.00", "name": "Chips"}
    assert post(sign_in("mia"), url, theirs).status_code == 302

    answer = post(olga, url, mine)

    page = Page(answer)
    assert answer.status_code == 409
    assert list(page.texts("data-conflict-for")) == ["price"]
    values = [page.all(mark)[0][1] for mark in ("data-base", "data-theirs", "data-mine")]
    assert values == ["2.99", "5.00", "4.00"]
    assert rows.again(item).price == 500
    # What was typed is in the form, and what they changed elsewhere too.
    again = page.fields()
    assert (again["price"], again["description"], again["name"]) == ("4.00", "Mine", "Chips")
    assert post(olga, url, again).status_code == 302
    stored = rows.again(item)
    assert (stored.price, stored.description, stored.name) == (400, "Mine", "Chips")


def test_a_stale_form_without_a_collision_only_asks_again(olga, sign_in, post, rows: Rows):
    item = rows.item()
    url = f"/admin/items/edit/?id={item.id}"
    mine = {**_opened(olga, "items", item), "name": "Chips"}
    post(sign_in("mia"), url, {**_opened(olga, "items", item), "price": "5.00"})

    answer = post(olga, url, mine)

    page = Page(answer)
    assert answer.status_code == 409
    assert not page.all("data-conflict-for")
    assert (page.fields()["name"], page.fields()["price"]) == ("Chips", "5.00")
    assert post(olga, url, page.fields()).status_code == 302


def test_what_was_typed_outlives_a_refusal_and_a_conflict(olga, sign_in, post, rows: Rows):
    """A blank field that was filled, refused for another field, then stale: the filling is kept."""
    item = rows.item()
    item.price, item.description = None, ""
    url = f"/admin/items/edit/?id={item.id}"
    refused = post(olga, url, {**_opened(olga, "items", item), "price": "4.00", "name": ""})
    assert refused.status_code == 422
    post(sign_in("mia"), url, {**_opened(olga, "items", item), "price": "5.00"})

    answer = post(olga, url, {**Page(refused).fields(), "name": "Chips"})

    page = Page(answer)
    assert answer.status_code == 409
    assert page.fields()["price"] == "4.00"
    values = [page.all(mark)[0][1] for mark in ("data-base", "data-theirs", "data-mine")]
    assert values == ["", "5.00", "4.00"]


def test_several_lines_are_no_conflict_by_themselves(olga, sign_in, post, rows: Rows):
    """Browsers send line ends as two characters; that is not a change."""
    item = rows.item()
    item.description = "one\ntwo"
    url = f"/admin/items/edit/?id={item.id}"
    mine = _opened(olga, "items", item)
    mine = {name: value.replace("\n", "\r\n") for name, value in mine.items()} | {"price": "4.00"}
    post(sign_in("mia"), url, {**_opened(olga, "items", item), "description": "one\ntwo\nthree"})

    page = Page(post(olga, url, mine))

    assert not page.all("data-conflict-for")
    assert page.fields()["description"].replace("\r\n", "\n") == "one\ntwo\nthree"


def test_a_second_conflict_starts_from_what_the_first_showed(olga, sign_in, post, rows: Rows):
    item = rows.item()
    url = f"/admin/items/edit/?id={item.id}"
    mine = {**_opened(olga, "items", item), "price": "4.00"}
    mia = sign_in("mia")
    post(mia, url, {**_opened(olga, "items", item), "price": "5.00"})
    first = Page(post(olga, url, mine)).fields()
    post(mia, url, {**_opened(olga, "items", item), "price": "6.00"})

    page = Page(post(olga, url, first))

    values = [page.all(mark)[0][1] for mark in ("data-base", "data-theirs", "data-mine")]
    assert values == ["5.00", "6.00", "4.00"]


_NO_VERSIONS = [None, "", "abc", "-1", "1.0", "٣", "9" * 40, "1 "]


def test_a_form_without_a_proper_version_is_400(olga, post, rows: Rows, subtests):
    for version in _NO_VERSIONS:
        with subtests.test(version=version):
            item = rows.item()
            url = f"/admin/items/edit/?id={item.id}"
            sent = {**_opened(olga, "items", item), "name": "Chips"}
            del sent["row_version"]
            if version is not None:
                sent["row_version"] = version

            assert post(olga, url, sent).status_code == 400
            cell = {"list_form_pk": item.id, "name": "Chips"} | (
                {} if version is None else {"row_version": version}
            )
            assert post(olga, "/admin/items/ajax/update/", cell).status_code == 400

            assert rows.again(item).name == "French Fries"


def test_a_stale_cell_answers_with_both_values(olga, post, rows: Rows):
    item = rows.item()
    seen = item.version
    cell = {"list_form_pk": item.id, "row_version": seen, "base-price": "2.99"}
    post(olga, "/admin/items/ajax/update/", {**cell, "price": "5"})

    answer = post(olga, "/admin/items/ajax/update/", {**cell, "price": "4"})

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.json["row_version"] == seen + 1
    [conflict] = answer.json["conflicts"]
    assert conflict == {"field": "price", "base": "2.99", "theirs": "5.00", "mine": "4"}
    assert rows.again(item).price == 500


def test_a_cell_that_only_its_neighbour_made_stale_collides_with_nothing(olga, post, rows: Rows):
    """What the cell showed when it was opened tells a collision from an edit beside it; a switch's too."""
    item = rows.item()
    stale = {"list_form_pk": item.id, "row_version": item.version}
    post(olga, "/admin/items/ajax/update/", {**stale, "name": "Chips"})

    for cell in ({"price": "4", "base-price": "2.99"}, {"sold_out": "1", "base-sold_out": "No"}):
        answer = post(olga, "/admin/items/ajax/update/", {**stale, **cell})
        assert (answer.status_code, answer.json["conflicts"]) == (409, [])


def test_the_same_value_typed_by_two_is_still_stale(olga, post, rows: Rows):
    item = rows.item()
    cell = {"list_form_pk": item.id, "row_version": item.version, "price": "5.00"}
    post(olga, "/admin/items/ajax/update/", cell)

    answer = post(olga, "/admin/items/ajax/update/", cell)

    assert (answer.status_code, answer.json["conflicts"]) == (409, [])


def test_a_row_deleted_meanwhile_is_404(olga, post, rows: Rows):
    item = rows.item()
    number, sent = item.id, _opened(olga, "items", item)
    rows.session.delete(item)

    assert post(olga, f"/admin/items/edit/?id={number}", sent).status_code == 404


def test_two_at_the_same_moment(app, sign_in, post, rows: Rows):
    """Both have seen the same version; one of them saves, the other is told."""
    item = rows.item()
    number, seen = item.id, item.version
    rows.session.commit()
    people = [sign_in("olga"), sign_in("mia")]
    ready, answers = threading.Barrier(2), []

    def save(client, price):
        form = {"list_form_pk": number, "row_version": seen, "price": price}
        ready.wait()
        answers.append((post(client, "/admin/items/ajax/update/", form).status_code, price))

    threads = [threading.Thread(target=save, args=each) for each in zip(people, ("4", "5"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(status for status, _ in answers) == [200, 409]
    stored = rows.again(item)
    assert (stored.price, stored.version) == (int(min(answers)[1]) * 100, seen + 1)
