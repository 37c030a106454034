"""Whoever may do the opposite may take something back: every person, kind and verb, against the grants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.models import Change, Invitation
from app.models.history import RECORDED, Verb
from app.policies import allows_in, deleting, editable
from app.policies.reverting import closed_by, may_revert
from tests.support.town import BURGER, PANDA, PEOPLE, actor

#: Whose memberships the lines here speak of: nobody of the town.
SOMEBODY = 99


def line(kind: str, verb: Verb, place: int | None, *columns: str, by_id: int | None = None) -> Change:
    before = {"user_id": SOMEBODY, "role": "staff"} if kind == "membership" else {}
    after = dict.fromkeys(columns)
    return Change(
        kind=kind, verb=verb, restaurant_id=place, before=before, after=after, by_id=by_id, fields=""
    )


def lines() -> Iterator[tuple[str, str, int | None]]:
    for who in PEOPLE:
        for kind in RECORDED:
            for place in (BURGER, PANDA) if kind == "membership" else (BURGER, PANDA, None):
                yield who, kind, place


@pytest.mark.parametrize("verb", [Verb.CREATED, Verb.RESTORED])
def test_what_was_made_goes_by_whoever_may_delete_it(verb: Verb) -> None:
    for who, kind, place in lines():
        allowed = allows_in(actor(who), deleting(RECORDED[kind]), place)
        assert may_revert(actor(who), line(kind, verb, place)) is allowed, (who, kind, place)


def test_what_was_deleted_comes_back_by_whoever_may_delete_it_but_no_invitation() -> None:
    for who, kind, place in lines():
        allowed = RECORDED[kind] is not Invitation and allows_in(actor(who), deleting(RECORDED[kind]), place)
        assert may_revert(actor(who), line(kind, Verb.DELETED, place)) is allowed, (who, kind, place)


def test_what_was_changed_goes_back_by_whoever_may_change_all_of_it() -> None:
    for who, kind, place in lines():
        mine = editable(actor(who), RECORDED[kind], place)
        for column in RECORDED[kind].__table__.columns.keys():  # noqa: SIM118 - not a dict
            done = line(kind, Verb.CHANGED, place, column)
            # What was done with an invitation, such as taking it back, stays done.
            allowed = column in mine and kind != "invitation"
            assert may_revert(actor(who), done) is allowed, (who, kind, place, column)
        done = line(kind, Verb.CHANGED, place, *mine, "restaurant_id")
        assert not may_revert(actor(who), done)


def test_an_accepted_invitation_is_nobodys_to_take_back() -> None:
    for who in PEOPLE:
        done = line("invitation", Verb.CHANGED, BURGER, "accepted_at", "accepted_by_id")
        assert not may_revert(actor(who), done)


def test_who_closed_a_restaurant_brings_back_all_of_it_and_nothing_else() -> None:
    lou = actor("lou")
    gone = [line(kind, Verb.DELETED, BURGER) for kind in RECORDED]

    assert all(may_revert(lou, each, {BURGER}) for each in gone)
    assert not any(may_revert(lou, each, {PANDA}) for each in gone)
    assert not may_revert(lou, line("menu", Verb.CREATED, BURGER), {BURGER})
    assert not may_revert(lou, line("menu", Verb.CHANGED, BURGER, "name"), {BURGER})


def test_who_left_by_themselves_comes_back_by_themselves_or_with_the_restaurant() -> None:
    left = line("membership", Verb.DELETED, BURGER, by_id=SOMEBODY)

    for who in ("olga", "ada"):
        assert not may_revert(actor(who), left)
        assert may_revert(actor(who), left, whole=True)
        assert may_revert(actor(who), left, {BURGER})
        own = line("membership", Verb.DELETED, BURGER, by_id=actor(who).id)
        own.before = {**own.before, "user_id": actor(who).id}
        assert may_revert(actor(who), own)
    assert not may_revert(actor("mia"), left, whole=True)


def test_a_role_that_the_person_may_not_give_comes_back_with_what_they_closed_alone() -> None:
    gone = line("membership", Verb.DELETED, BURGER)
    for before in ({"user_id": SOMEBODY, "role": "administrator"}, {"user_id": SOMEBODY}):
        gone.before = before
        for who in ("olga", "ada"):
            assert not may_revert(actor(who), gone, whole=True)
            assert may_revert(actor(who), gone, {BURGER})


def test_a_restaurant_is_closed_by_whoever_deleted_it() -> None:
    olga = actor("olga")
    deletion = line("restaurant", Verb.DELETED, BURGER, by_id=olga.id)

    assert closed_by(olga, [deletion]) == {BURGER}
    assert closed_by(actor("mia"), [deletion]) == set()
    for other in (
        line("restaurant", Verb.CHANGED, BURGER, by_id=olga.id),
        line("menu", Verb.DELETED, BURGER, by_id=olga.id),
        line("restaurant", Verb.DELETED, BURGER),
    ):
        assert closed_by(olga, [other]) == set()
