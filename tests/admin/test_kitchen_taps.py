"""A tap on a dish: what it does, that it may come late or twice, and what stands against it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app import current
from app.domain import availability
from app.models import Change
from tests.support.browsing import csrf_token, post
from tests.support.pages import Page
from tests.support.racing import race
from tests.support.rows import FOREIGN, MISSING, Rows

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
#: Eleven in the evening in Los Angeles, where Urban Burger is.
LATE = datetime(2026, 7, 2, 6, tzinfo=UTC)
_SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def clock(monkeypatch):
    """`clock(hours=3)` moves the clock of the application on from late in the evening."""
    moment = [LATE]
    monkeypatch.setattr(current, "clock", lambda: moment[0])

    def move(**by: float) -> None:
        moment[0] += timedelta(**by)

    return move


def _tap(client, item, what: str = "sold-out", **sent):
    form = {"row_version": item.version, **sent}
    return post(client, f"/admin/kitchen/{item.id}/{what}", form, headers=_SCRIPT)


def _changes(rows: Rows) -> int:
    return rows.session.scalar(select(func.count(Change.id))) or 0


@pytest.mark.parametrize(
    ("person", "status"),
    [("olga", 200), ("mia", 200), ("sam", 200), ("vic", 403), ("stan", 404), ("ada", 200)],
)
@pytest.mark.parametrize("what", ["sold-out", "availability"])
def test_who_may_tap(sign_in, rows: Rows, person, status, what):
    assert _tap(sign_in(person), rows.item(), what).status_code == status
    assert (rows.again(rows.item()).sold_out_at is not None) == (status == 200 and what == "sold-out")


def test_without_a_word_a_dish_is_out_until_tomorrow_and_guests_see_it(sign_in, client, rows: Rows, clock):
    item = rows.item()
    version = item.version

    answer = _tap(sign_in("sam"), item)

    end = datetime(2026, 7, 2, 12, tzinfo=UTC)
    assert answer.json | {"undo": None, "words": None} == {
        "id": item.id,
        "name": "French Fries",
        "row_version": version + 1,
        "sold_out": True,
        "until": end.isoformat(),
        "words": None,
        "said": "French Fries is sold out until tomorrow 5:00\u202fAM (Thu).",
        "undo": None,
    }
    stored = rows.again(item)
    assert (stored.sold_out_at, stored.sold_out_until) == (LATE, end)
    assert stored.sold_out_by_id == rows.user("sam").id
    [(dish, _)] = Page(client.get("/restaurant/1/")).all("data-sold-out")
    assert dish["data-item"] == str(item.id)


def test_until_i_say_and_until_a_time_of_the_restaurants_clock(sign_in, rows: Rows, clock):
    sam, item = sign_in("sam"), rows.item()

    assert _tap(sam, item, until="open").json["until"] is None
    item = rows.again(item)
    assert item.sold_out_until is None

    _tap(sam, item, until="time", when="2026-07-03T18:30")
    assert rows.again(item).sold_out_until == datetime(2026, 7, 4, 1, 30, tzinfo=UTC)
    assert rows.again(item).sold_out_at == LATE


def test_back_on_and_its_undoing(sign_in, rows: Rows):
    sam, item = sign_in("sam"), rows.item()
    _tap(sam, item, until="open")

    answer = _tap(sam, rows.again(item), "availability")

    assert answer.json["sold_out"] is False
    assert rows.again(item).sold_out_at is None
    post(sam, answer.json["undo"])
    assert rows.again(item).sold_out_at is not None


_REFUSED = [
    ({"until": "banana"}, 422, "until"),
    ({"until": "time"}, 422, "when"),
    ({"until": "time", "when": "soon"}, 422, "when"),
    ({"until": "time", "when": "2020-01-01T10:00"}, 422, "when"),
    ({"until": "time", "when": "2027-03-14T02:30"}, 422, "when"),
    ({"waited": "90000"}, 422, "waited"),
    ({"waited": "-1"}, 400, None),
    ({"waited": "1.5"}, 400, None),
    ({"row_version": ""}, 400, None),
    ({"row_version": "x"}, 400, None),
    ({"row_version": "999"}, 409, None),
]


def test_what_cannot_be_taken_is_refused_with_the_field(sign_in, rows: Rows, clock, subtests):
    sam, item = sign_in("sam"), rows.item()
    for form, status, field in _REFUSED:
        with subtests.test(**form):
            answer = _tap(sam, item, **form)

            assert answer.status_code == status
            assert answer.content_type == "application/problem+json"
            assert list(answer.json.get("errors", {})) == ([field] if field else [])
            assert rows.again(item).sold_out_at is None


def test_foreign_dishes_are_missing_ones(sign_in, rows: Rows):
    sam = sign_in("sam")
    answers = {
        post(sam, f"/admin/kitchen/{number}/{what}", {"row_version": 1}, headers=_SCRIPT).data
        for number in (rows.item(FOREIGN).id, MISSING)
        for what in ("sold-out", "availability")
    }
    assert len(answers) == 1


def test_tomorrow_counts_from_the_tap_though_it_comes_late(sign_in, rows: Rows, clock):
    item = rows.item()
    clock(hours=5)

    assert _tap(sign_in("sam"), item, waited=5 * 3600).status_code == 200

    # It is four in the morning by now: an hour is left of the day that was meant.
    end = availability.tomorrow(LATE, LOS_ANGELES)
    assert rows.again(item).sold_out_until == end == datetime(2026, 7, 2, 12, tzinfo=UTC)


def test_a_tap_whose_tomorrow_is_over_takes_nothing_off(sign_in, rows: Rows, clock):
    item = rows.item()
    clock(hours=10)

    answer = _tap(sign_in("sam"), item, waited=10 * 3600)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["until"])
    assert rows.again(item).sold_out_at is None


def test_the_same_tap_twice_is_one(sign_in, rows: Rows, clock):
    sam, item = sign_in("sam"), rows.item()
    _tap(sam, item)
    before = _changes(rows)
    clock(seconds=40)

    again = _tap(sam, item, waited=40)

    assert (again.status_code, again.json["undo"]) == (200, None)
    assert _changes(rows) == before
    assert rows.again(item).sold_out_at == LATE


@pytest.mark.parametrize("what", ["sold-out", "availability"])
def test_what_somebody_else_said_since_is_reported_not_overwritten(sign_in, rows: Rows, clock, what):
    """Mia marks the dish until six, which is neither of what Sam wants."""
    sam, item = sign_in("sam"), rows.item()
    _tap(sign_in("mia"), item, until="time", when="2026-07-03T18:00")
    stored = rows.again(item).sold_out_until
    clock(minutes=5)

    answer = _tap(sam, item, what, waited=600, row_version=1)

    assert answer.status_code == 409
    assert "Mia Chen has marked French Fries since you looked." in answer.json["detail"]
    [conflict] = answer.json["conflicts"]
    assert conflict["theirs"].startswith("sold out until")
    assert conflict["theirs"] != conflict["mine"]
    assert rows.again(item).sold_out_until == stored
    assert _tap(sam, rows.again(item), what, row_version=answer.json["row_version"]).status_code == 200


def test_another_price_stands_against_no_tap(sign_in, rows: Rows):
    item = rows.item()
    version = item.version
    item.price = 475
    rows.session.commit()

    assert _tap(sign_in("sam"), item, row_version=version).status_code == 200


def test_a_form_without_a_script_is_led_back_with_a_way_to_undo(sign_in, rows: Rows):
    sam, item = sign_in("sam"), rows.item()
    path, back = f"/admin/kitchen/{item.id}/sold-out", "/admin/kitchen/?search=fries"

    answer = post(sam, path, {"row_version": item.version, "until": "open", "url": back})

    assert (answer.status_code, answer.location) == (302, back)
    page = Page(sam.get(back))
    assert page.flashes == [("success", "French Fries is sold out until further notice.")]
    post(sam, page.undo)
    assert rows.again(item).sold_out_at is None


def test_a_form_with_a_time_that_is_over_comes_back_with_what_was_typed(sign_in, rows: Rows):
    sam, item = sign_in("sam"), rows.item()
    _tap(sam, item)
    form = {"row_version": rows.again(item).version, "until": "time", "when": "2020-01-01T10:00"}

    answer = post(sam, f"/admin/kitchen/{item.id}/sold-out", form)

    assert answer.status_code == 422
    page = Page(answer)
    assert page.texts("data-error-for") == {"when": "That time is over already. Choose a later one."}
    assert "2020-01-01T10:00" in {attrs.get("value") for attrs, _ in page.all("name", "input")}


def test_a_form_that_came_too_late_says_who_was_first(sign_in, rows: Rows):
    item = rows.item()
    version = item.version
    _tap(sign_in("mia"), item, until="open")

    answer = post(sign_in("sam"), f"/admin/kitchen/{item.id}/availability", {"row_version": version})

    assert answer.status_code == 409
    assert set(Page(answer).texts("data-conflict-for")) == {"sold_out"}


@pytest.mark.slow
@pytest.mark.parametrize(("mias", "wanted"), [("open", {(200, 200)}), ("tomorrow", {(200, 409), (409, 200)})])
def test_two_cooks_at_one_dish_in_one_moment(sign_in, rows: Rows, mias, wanted):
    """Who wants the same has it; of two who do not, one is told."""
    item = rows.item()
    cooks = {"olga": "open", "mia": mias}
    clients = {who: sign_in(who) for who in cooks}
    for client in clients.values():
        csrf_token(client)
    path, version = f"/admin/kitchen/{item.id}/sold-out", item.version
    rows.session.commit()

    def tap(who: str, until: str):
        form = {"row_version": version, "until": until}
        return lambda: post(clients[who], path, form, headers=_SCRIPT).status_code

    assert tuple(race(*(tap(who, until) for who, until in cooks.items()))) in wanted
    assert rows.again(item).sold_out_at is not None
