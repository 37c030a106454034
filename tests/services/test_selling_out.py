"""Marking dishes sold out: what stays when only the end moves, and what stands against a late tap."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import MenuItem
from app.services import selling_out
from tests.support.acting import Town
from tests.support.town import AT

HOUR = timedelta(hours=1)


def _off(people: Town, who: str, hours: int | None = None):
    until = AT + timedelta(hours=hours) if hours else None
    by, at = people.actor(who), people.now
    people.act(
        who,
        lambda session: selling_out.mark_sold_out(session.get_one(MenuItem, 1), by=by, at=at, until=until),
    )


def _on(people: Town, who: str) -> None:
    people.act(who, lambda session: selling_out.mark_available(session.get_one(MenuItem, 1)))


def _reprice(people: Town, who: str) -> None:
    people.act(who, lambda session: setattr(session.get_one(MenuItem, 1), "price", 4711))


def _version(people: Town) -> int:
    with people.session("ada") as session:
        return session.get_one(MenuItem, 1).version


def _against(people: Town, who: str, version: int, tapped=None):
    """Return who stands against a tap of this person on what they saw at `version`."""
    by, tapped = people.actor(who), tapped or people.now
    with people.session(who) as session:
        item = session.get_one(MenuItem, 1)
        found = selling_out.said_since(session, item, version, by=by, tapped=tapped)
        return found and found.by_name


def test_since_when_and_by_whom_stays_when_only_the_end_moves(people: Town):
    _off(people, "sam", 5)
    before = people.rows()["menu_item", 1]
    people.now += HOUR
    _off(people, "mia", 8)
    after = people.rows()["menu_item", 1]

    kept = ("sold_out_at", "sold_out_by_id")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert after["sold_out_until"] == (AT + timedelta(hours=8)).isoformat()


def test_a_sale_that_is_over_begins_anew(people: Town):
    _off(people, "sam", 2)
    people.now += 5 * HOUR
    _off(people, "mia", 9)

    item = people.rows()["menu_item", 1]
    assert item["sold_out_by_id"] == people.actor("mia").id
    assert item["sold_out_at"] > (AT + 5 * HOUR).isoformat()


@pytest.mark.parametrize(
    ("who", "meanwhile", "against"),
    [
        ("sam", (), None),
        ("sam", (_reprice,), None),
        ("sam", (_off,), "Mia"),
        ("sam", (_off, _reprice), "Mia"),
        ("sam", (_off, _on), "Mia"),
        ("mia", (_off,), None),
    ],
)
def test_only_what_somebody_else_said_of_its_availability_stands_against_a_tap(
    people: Town, who, meanwhile, against
):
    version = _version(people)
    for work in meanwhile:
        work(people, "mia")

    assert _against(people, who, version) == against


def test_what_one_has_said_elsewhere_since_stands_against_an_older_tap(people: Town):
    version, tapped = _version(people), people.now
    people.now += HOUR
    _off(people, "sam")

    assert _against(people, "sam", version, tapped) == "Sam"
    assert _against(people, "sam", version, people.now + HOUR) is None
