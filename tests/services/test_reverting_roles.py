"""Giving a role back: after a recent sign-in, by whoever may give it, to nobody who left by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import Blocked, Forbidden, SignInTooOld
from app.domain.roles import Role
from app.models import Change, Membership, MenuItem, Restaurant, User
from app.models.history import Verb
from app.policies.recency import RECENT
from app.services import reverting, staffing
from app.services.reverting import Reversal
from tests.support.acting import Town, changed, deleted
from tests.support.town import BURGER, membership

SAMS = 4

#: A way of asking for a reversal: the town, a session, who asks, and the act that is spoken of.
Way = Callable[[Town, Session, Actor, UUID], Reversal]


def removed(session: Session) -> None:
    staffing.remove(session, session.get_one(Membership, SAMS))


def act_undone(_people: Town, session: Session, by: Actor, act: UUID) -> Reversal:
    return reverting.of_act(session, act, by=by)


def change_undone(people: Town, session: Session, by: Actor, act: UUID) -> Reversal:
    [change] = [each for each in people.changes(act) if (each.kind, each.row_id) == ("membership", SAMS)]
    return reverting.of_change(session, session.merge(change, load=False), by=by)


def as_it_was(_people: Town, session: Session, by: Actor, _act: UUID) -> Reversal:
    """As it was right after the promotion."""
    promoted = select(Change).where(Change.kind == "membership", Change.row_id == SAMS)
    change = session.scalars(promoted.where(Change.verb == Verb.CHANGED)).one()
    return reverting.to_moment(session, change, by=by)


def the_whole_restaurant(people: Town, session: Session, by: Actor, act: UUID) -> Reversal:
    [change] = [each for each in people.changes(act) if each.kind == "restaurant"]
    return reverting.of_change(session, session.merge(change, load=False), by=by)


WAYS = (act_undone, change_undone, as_it_was)


@pytest.fixture(autouse=True)
def _promotion(people: Town) -> None:
    """Sam was made a manager once, so that there is a moment to go back to."""
    people.act("operator", changed(Membership, SAMS, role=Role.MANAGER))


def take_back(people: Town, who: str, way: Way, act: UUID, *, minutes: float = 0) -> UUID:
    """Do it as a person who signed in so many minutes ago."""
    known = people.actor(who)
    assert known is not None
    by = replace(known, signed_in_at=people.now - timedelta(minutes=minutes))
    return people.act(who, lambda session: reverting.carry_out(session, way(people, session, by, act)))


class TestRecentSignIn:
    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("who", ["olga", "ada"])
    def test_a_membership_asks_for_one(self, people: Town, way: Way, who: str):
        act = people.act("olga", removed)
        before = people.rows()

        with pytest.raises(SignInTooOld):
            take_back(people, who, way, act, minutes=RECENT.seconds / 60)
        assert people.rows() == before

        take_back(people, who, way, act, minutes=9.5)
        assert people.actor("sam").role_in(BURGER) == Role.MANAGER

    @pytest.mark.parametrize("way", [act_undone, the_whole_restaurant])
    @pytest.mark.parametrize("who", ["olga", "ada"])
    def test_a_restaurant_asks_for_one_whoever_closed_it(self, people: Town, way: Way, who: str):
        act = people.act("olga", deleted(Restaurant, BURGER))

        with pytest.raises(SignInTooOld):
            take_back(people, who, way, act, minutes=11)

        take_back(people, who, way, act)
        assert people.actor("olga").role_in(BURGER) == Role.OWNER

    def test_nothing_else_does(self, people: Town):
        act = people.act("mia", deleted(MenuItem, 1))

        take_back(people, "mia", act_undone, act, minutes=600)

    def test_nobody_is_asked_for_what_they_may_not_do_or_what_cannot_be_done(self, people: Town):
        act = people.act("olga", removed)
        with pytest.raises(Forbidden) as refused:
            take_back(people, "mia", act_undone, act, minutes=11)
        assert not isinstance(refused.value, SignInTooOld)

        people.act("olga", deleted(Restaurant, BURGER))
        with pytest.raises(Blocked):
            take_back(people, "ada", act_undone, act, minutes=11)


class TestLeft:
    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("who", ["olga", "ada"])
    def test_nobody_else_puts_them_back(self, people: Town, way: Way, who: str):
        act = people.act("sam", removed)

        with pytest.raises(Forbidden):
            take_back(people, who, way, act)
        assert people.actor("sam").role_in(BURGER) is None

    @pytest.mark.parametrize("way", WAYS)
    def test_nor_by_way_of_an_older_act(self, people: Town, way: Way):
        """Removed, brought back, and then gone of their own accord."""
        act = people.act("olga", removed)
        take_back(people, "olga", act_undone, act)
        people.act("sam", removed)

        with pytest.raises(Forbidden):
            take_back(people, "olga", way, act)

    def test_nor_along_with_a_restaurant_that_they_left_before(self, people: Town):
        act = people.act("olga", deleted(Restaurant, BURGER))
        take_back(people, "ada", act_undone, act)
        people.act("sam", removed)
        again = people.act("olga", deleted(Restaurant, BURGER))

        with pytest.raises(Forbidden):
            take_back(people, "ada", act_undone, act)
        take_back(people, "ada", act_undone, again)
        assert people.actor("sam").role_in(BURGER) is None
        assert people.actor("mia").role_in(BURGER) == Role.MANAGER

    def test_an_administrator_who_left_puts_themselves_back(self, people: Town):
        number = people.actor("ada").id

        def joined(session: Session) -> None:
            ada, place = session.get_one(User, number), session.get_one(Restaurant, BURGER)
            session.add(membership(ada, place, Role.MANAGER))

        def left(session: Session) -> None:
            own = session.scalars(select(Membership).where(Membership.user_id == number)).one()
            staffing.remove(session, own)

        people.act("operator", joined)
        act = people.act("ada", left)

        with pytest.raises(Forbidden):
            take_back(people, "olga", act_undone, act)
        take_back(people, "ada", act_undone, act)
        assert people.actor("ada").role_in(BURGER) == Role.MANAGER

    def test_whoever_closed_a_restaurant_comes_back_with_it_by_an_old_act_too(self, people: Town):
        """Olga closed it twice; the first act speaks of the same rows."""
        act = people.act("olga", deleted(Restaurant, BURGER))
        take_back(people, "ada", the_whole_restaurant, act)
        people.act("olga", deleted(Restaurant, BURGER))

        take_back(people, "ada", act_undone, act)

        assert people.actor("olga").role_in(BURGER) == Role.OWNER
