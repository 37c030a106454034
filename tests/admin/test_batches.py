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


def _seen(*rows):
    """Return what a list sends along of each row: its version."""
    return {f"row_version-{row.id}": row.version for row in rows}


def test_a_list_sends_the_version_of_each_row(olga, rows: Rows):
    page = Page(olga.get("/admin/items/"))

    sent = {attrs["name"]: attrs["value"] for attrs, _ in page.all("name") if "row_version-" in attrs["name"]}

    assert sent == {
        f"row_version-{attrs['data-id']}": attrs["data-version"] for attrs, _ in page.all("data-id")
    }
    assert sent


@pytest.mark.parametrize("action", ["sold_out", "available", "delete"])
def test_one_row_that_changed_since_stops_all_and_is_named(olga, post, rows: Rows, action):
    item, other = rows.item(), rows.items()[-1]
    seen = _seen(item, other)
    item.price = 310
    rows.session.flush()
    before = {row.id: rows.again(row).version for row in (item, other)}

    answer = _do(post, olga, "items", action, item.id, other.id, **seen, **{f"base-price-{item.id}": "$2.99"})

    page = Page(answer)
    assert answer.status_code == 409
    assert list(page.texts("data-outdated")) == [str(item.id)]
    [(_, moved)] = [each for each in page.all("data-moved") if each[0]["data-moved"] == "price"]
    assert moved == "Price $2.99 $3.10"
    assert {row.id: rows.again(row).version for row in (item, other)} == before


def test_the_page_goes_on_with_all_as_they_are_now_or_without_those_that_changed(olga, post, rows: Rows):
    item, other = rows.item(), rows.items()[-1]
    seen = _seen(item, other)
    item.price = 310
    rows.session.flush()
    answer = _do(post, olga, "items", "sold_out", item.id, other.id, **seen)

    everything, unchanged = Page(answer).forms("/admin/items/action/")

    assert post(olga, "/admin/items/action/", unchanged).status_code == 302
    assert (rows.again(item).sold_out_at, rows.again(other).sold_out_at is None) == (None, False)
    # The other row has moved on by that; so it is asked once more, and with both fresh it is done.
    assert post(olga, "/admin/items/action/", everything).status_code == 409
    fresh = {
        **everything,
        **{name: [str(value)] for name, value in _seen(rows.again(item), rows.again(other)).items()},
    }
    assert post(olga, "/admin/items/action/", fresh).status_code == 302
    assert rows.again(item).sold_out_at is not None


def test_a_batch_that_names_no_version_goes_on_and_a_malformed_one_is_400(olga, post, rows: Rows, subtests):
    item, other = rows.item(), rows.items()[-1]
    for version in ("", "abc", "-1", "1.0", "٣", "9" * 40):
        with subtests.test(version=version):
            sent = {**_seen(item), f"row_version-{other.id}": version}
            assert _do(post, olga, "items", "sold_out", item.id, other.id, **sent).status_code == 400
            assert rows.again(item).sold_out_at is None

    assert (
        _do(post, olga, "items", "sold_out", item.id, other.id, **_seen(rows.again(item))).status_code == 302
    )
    assert rows.again(other).sold_out_at is not None


def test_a_row_is_judged_before_its_version(sign_in, olga, post, rows: Rows):
    item, foreign = rows.item(), rows.item(FOREIGN)
    stale = {f"row_version-{row.id}": "999" for row in (item, foreign)}

    assert _do(post, olga, "items", "sold_out", item.id, foreign.id, **stale).status_code == 404
    assert _do(post, sign_in("sam"), "items", "delete", item.id, **stale).status_code == 403


def test_without_a_word_on_what_the_list_showed_the_page_says_how_the_row_is(olga, post, rows: Rows):
    item = rows.item()
    seen = _seen(item)
    item.description = "Crisp."
    rows.session.flush()

    bare = Page(_do(post, olga, "items", "sold_out", item.id, **seen))
    cells = {f"base-{name}-{item.id}": words for name, words in _shown(olga, item)}
    told = Page(_do(post, olga, "items", "sold_out", item.id, **seen, **cells))

    assert "$2.99" in bare.texts("data-moved")["price"]
    assert not bare.all("data-base")
    assert not told.all("data-moved")
    assert "Nothing that the list shows is different" in told.texts("data-outdated")[str(item.id)]


def _shown(client, item):
    """Return what a list shows of the row's cells, in words."""
    page = Page(client.get(f"/admin/items/deletion/?id={item.id}"))
    for name, words in page.fields().items():
        if name.startswith("base-"):
            yield name.removeprefix("base-").removesuffix(f"-{item.id}"), words


def test_the_list_offers_what_its_reader_may_do(sign_in, rows: Rows):
    def offered(person):
        return {
            attrs["value"] for attrs, _ in Page(sign_in(person).get("/admin/items/")).all("data-needs-tick")
        }

    assert offered("olga") == {"delete", "sold_out", "available"}
    assert offered("sam") == {"sold_out", "available"}
    assert offered("vic") == set()
