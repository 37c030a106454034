"""One action on several rows: all of them, or none."""

from __future__ import annotations

import pytest

from app.domain.roles import Role
from app.models import MenuItem, Section
from tests.support.pages import Page
from tests.support.rows import FOREIGN, MISSING, SECOND, Rows


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def _do(post, client, view, action, *ids, **more):
    return post(client, f"/admin/{view}/action/", {"action": action, "rowid": list(ids), **more})


def test_delete_the_ticked(olga, post, rows: Rows):
    """Typed ids: on PostgreSQL, Flask-Admin's own compares text with numbers."""
    doomed = [rows.item().id, rows.item(SECOND).id]
    before = rows.count(MenuItem)

    answer = _do(post, olga, "items", "delete", *doomed, url="/admin/items/?page=1")

    assert (answer.status_code, answer.location) == (302, "/admin/items/?page=1")
    assert rows.count(MenuItem) == before - 2
    assert ("success", "2 items deleted.") in Page(olga.get("/admin/items/")).flashes


_OUT_OF_REACH = [FOREIGN, MISSING, "abc", "1,2", "-1", "9" * 30]


def test_one_row_out_of_reach_stops_all(olga, post, rows: Rows, subtests):
    for other in _OUT_OF_REACH:
        with subtests.test(other=other):
            item = rows.item()
            number = rows.item(FOREIGN).id if other == FOREIGN else other
            before = rows.count(MenuItem)

            for action in ("delete", "sold_out"):
                assert _do(post, olga, "items", action, item.id, number).status_code == 404

            assert rows.count(MenuItem) == before
            assert rows.again(item).sold_out_at is None


def test_one_row_beyond_the_role_stops_all(sign_in, post, rows: Rows):
    rows.join("sam", FOREIGN, Role.VIEWER)
    item, other = rows.item(), rows.item(FOREIGN)

    assert _do(post, sign_in("sam"), "items", "sold_out", item.id, other.id).status_code == 403

    assert rows.again(item).sold_out_at is None


def test_children_need_a_yes(olga, post, rows: Rows):
    sections = [rows.section().id, rows.section(SECOND).id]

    answer = _do(post, olga, "sections", "delete", *sections)

    page = Page(answer)
    assert answer.status_code == 409
    assert page.all("data-children")
    confirmed = {**page.fields(), "rowid": [str(number) for number in sections]}
    assert post(olga, "/admin/sections/action/", confirmed).status_code == 302
    assert rows.session.query(Section).filter(Section.id.in_(sections)).count() == 0


def test_sold_out_and_available_again(sign_in, post, rows: Rows):
    sam, item = sign_in("sam"), rows.item()

    assert _do(post, sam, "items", "sold_out", item.id).status_code == 302
    assert rows.again(item).sold_out_by_id == rows.user("sam").id

    assert _do(post, sam, "items", "available", item.id).status_code == 302
    assert rows.again(item).sold_out_at is None


def test_requests_without_sense_are_400(olga, post, rows: Rows):
    item = rows.item()
    for action in ("explode", "", "__class__", "action_delete"):
        assert _do(post, olga, "items", action, item.id).status_code == 400
    assert _do(post, olga, "items", "delete").status_code == 400
    assert _do(post, olga, "items", "delete", *range(1, 1002)).status_code == 400
    assert rows.again(item) is not None


def test_a_row_ticked_twice_is_one_row(olga, post, rows: Rows):
    item = rows.item()
    assert _do(post, olga, "items", "delete", item.id, item.id).status_code == 302
    assert rows.again(item) is None


def test_the_list_offers_what_its_reader_may_do(sign_in, rows: Rows):
    def offered(person):
        return {
            attrs["value"] for attrs, _ in Page(sign_in(person).get("/admin/items/")).all("data-needs-tick")
        }

    assert offered("olga") == {"delete", "sold_out", "available"}
    assert offered("sam") == {"sold_out", "available"}
    assert offered("vic") == set()
