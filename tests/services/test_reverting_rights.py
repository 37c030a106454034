"""Who may take something back: whoever may do the opposite, and nobody by way of an old act."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import Forbidden, NotFound
from app.domain.roles import Role
from app.models import Identity, Invitation, Membership, MenuItem, Restaurant, Section, User
from app.services import inviting, reverting, staffing
from tests.support.acting import Town, Work, changed, deleted
from tests.support.town import AT, BURGER, PANDA, actor, membership

#: Everybody of the town: a stranger reads no act of Burger's, a viewer no history at all.
_UNKNOWN: dict[str, type[Exception]] = {"vic": NotFound, "stan": NotFound, "lou": NotFound}


def dish(session: Session) -> None:
    session.add(MenuItem(section=session.get_one(Section, 1), name="Soup"))


def role(number: int, new: Role) -> Work:
    return lambda session: staffing.change_role(session, session.get_one(Membership, number), new)


def removed(number: int) -> Work:
    return lambda session: staffing.remove(session, session.get_one(Membership, number))


def joined(user: int, place: int, new: str) -> Work:
    return lambda session: session.add(
        membership(session.get_one(User, user), session.get_one(Restaurant, place), new)
    )


#: What was done, and who may not take it back, with what they are told; all others may.
REFUSED: dict[str, tuple[Work, dict[str, type[Exception]]]] = {
    "a price": (changed(MenuItem, 1, price=125), {}),
    "a place": (changed(MenuItem, 1, section_id=2), {"sam": Forbidden}),
    "a dish made": (dish, {"sam": Forbidden}),
    "a dish deleted": (deleted(MenuItem, 1), {"sam": Forbidden}),
    "a section deleted": (deleted(Section, 1), {"sam": Forbidden}),
    "a time zone": (
        changed(Restaurant, BURGER, time_zone="Asia/Tokyo"),
        {"sam": Forbidden, "mia": Forbidden},
    ),
    "a role": (role(5, Role.STAFF), {"sam": NotFound, "mia": Forbidden}),
    "a person removed": (removed(5), {"sam": NotFound, "mia": Forbidden, "vic": NotFound}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_who_may_take_back(people: Town, what: str):
    work, refused = REFUSED[what]
    before = people.rows()
    act = people.act("operator", work)

    for who in ("sam", "mia", "olga", "ada", "vic", "stan", "lou"):
        expected = {**_UNKNOWN, **refused}.get(who)
        if expected:
            with pytest.raises(expected):
                people.undo(who, act)
            continue
        act = people.act("operator", work) if people.rows() == before else act
        people.undo(who, act)
        assert people.rows() == before, who


def test_of_an_act_in_two_restaurants_one_takes_back_what_one_reads(people: Town):
    def both(session: Session) -> None:
        for number in (1, 3):
            session.get_one(MenuItem, number).price = 125

    act = people.act("ada", both)

    people.undo("olga", act)

    rows = people.rows()
    assert (rows["menu_item", 1]["price"], rows["menu_item", 3]["price"]) == (100, 125)
    people.undo("ada", act)
    assert people.rows()["menu_item", 3]["price"] == 100


def test_who_reads_more_than_they_may_change_takes_nothing_back(people: Town):
    """Mia manages Burger; in Panda she is staff, and may not make a deleted dish come back."""
    people.act("operator", role(3, Role.STAFF))

    def both(session: Session) -> None:
        for number in (1, 3):
            session.delete(session.get_one(MenuItem, number))

    act = people.act("ada", both)

    with pytest.raises(Forbidden):
        people.undo("mia", act)


def test_nobody_undoes_their_own_demotion(people: Town):
    people.act("operator", role(4, Role.OWNER))
    act = people.act("sam", role(1, Role.MANAGER))

    with pytest.raises(Forbidden):
        people.undo("olga", act)
    second = people.act("sam", role(1, Role.STAFF))
    with pytest.raises(NotFound):
        people.undo("olga", second)


def test_what_one_did_as_an_owner_one_does_not_undo_as_a_manager(people: Town):
    people.act("operator", role(4, Role.OWNER))
    act = people.act("olga", removed(5))
    people.act("sam", role(1, Role.MANAGER))

    with pytest.raises(Forbidden):
        people.undo("olga", act)
    people.undo("sam", act)


def test_an_ownership_that_was_taken_away_does_not_come_back_by_its_own_hand(people: Town):
    people.act("operator", role(4, Role.OWNER))
    act = people.act("sam", removed(1))

    with pytest.raises(NotFound):
        people.undo("olga", act)


class TestDeletedRestaurant:
    def test_its_owner_and_the_administrator_bring_it_back(self, people: Town):
        for who in ("olga", "ada"):
            act = people.act("olga", deleted(Restaurant, BURGER))
            people.undo(who, act)
            assert people.actor("sam").role_in(BURGER) == Role.STAFF

    @pytest.mark.parametrize("who", ["mia", "sam", "vic", "stan", "lou"])
    def test_nobody_else_does(self, people: Town, who: str):
        act = people.act("olga", deleted(Restaurant, BURGER))

        with pytest.raises(NotFound):
            people.undo(who, act)

    def test_of_two_owners_the_one_who_deleted_it(self, people: Town):
        people.act("operator", role(4, Role.OWNER))
        act = people.act("sam", deleted(Restaurant, BURGER))

        with pytest.raises(NotFound):
            people.undo("olga", act)
        people.undo("sam", act)

    def test_a_row_within_it_comes_with_it_or_not_at_all(self, people: Town):
        act = people.act("olga", deleted(Restaurant, BURGER))

        def menu_alone(session: Session) -> None:
            change = next(line for line in people.changes(act) if line.kind == "menu")
            reverting.of_change(session, session.merge(change, load=False), by=people.actor("olga"))

        with pytest.raises(Forbidden):
            people.act("olga", menu_alone)

    def test_an_owner_who_was_removed_since_does_not_come_back_by_it(self, people: Town):
        """Deleted, brought back by the administrator, removed there: the old act gives no role any more."""
        people.act("operator", role(4, Role.OWNER))
        act = people.act("olga", deleted(Restaurant, BURGER))
        people.undo("ada", act)
        people.act("sam", removed(1))

        with pytest.raises(Forbidden):
            people.undo("olga", act)
        assert people.actor("olga").role_in(BURGER) is None

    def test_nor_when_somebody_else_has_deleted_it_again(self, people: Town):
        people.act("operator", role(4, Role.OWNER))
        act = people.act("olga", deleted(Restaurant, BURGER))
        people.undo("ada", act)
        people.act("sam", removed(1))
        people.act("sam", deleted(Restaurant, BURGER))

        with pytest.raises(Forbidden):
            people.undo("olga", act)


class TestInvitations:
    def accepted(self, people: Town) -> tuple[str, object]:
        tokens: list[str] = []

        def invite(session: Session) -> None:
            place = session.get_one(Restaurant, BURGER)
            _, token = inviting.invite(
                session, email="lou@example.com", role="manager", restaurant=place, by=actor("olga"), at=AT
            )
            tokens.append(token)

        people.act("olga", invite)

        def accept(session: Session) -> None:
            lou = session.get_one(User, actor("lou").id)
            identity = session.get_one(Identity, lou.identities[0].id)
            identity.email, identity.email_verified = "lou@example.com", True
            inviting.accept(
                session, inviting.find(session, tokens[0], at=AT), lou, identity, at=people.tick()
            )

        return tokens[0], people.act("operator", accept)

    @pytest.mark.parametrize("who", ["olga", "ada"])
    def test_one_that_was_accepted_stays_used(self, people: Town, who: str):
        token, act = self.accepted(people)

        with pytest.raises(Forbidden):
            people.undo(who, act)
        with people.session("operator") as session:
            assert inviting.find(session, token, at=AT) is None

    def test_the_role_that_it_gave_can_be_taken_back_alone(self, people: Town):
        token, act = self.accepted(people)

        def alone(session: Session) -> None:
            change = next(line for line in people.changes(act) if line.kind == "membership")
            change = session.merge(change, load=False)
            reverting.carry_out(session, reverting.of_change(session, change, by=people.actor("olga")))

        people.act("olga", alone)

        assert people.actor("lou").role_in(BURGER) is None
        with people.session("operator") as session:
            assert inviting.find(session, token, at=AT) is None

    def test_one_that_was_taken_back_does_not_come_back(self, people: Town):
        act = people.act("olga", deleted(Invitation, 1))

        assert people.plan("olga", act).is_empty
        assert people.plan("ada", act).is_empty

    def test_none_comes_back_with_its_restaurant(self, people: Town):
        act = people.act("stan", deleted(Restaurant, PANDA))
        people.undo("stan", act)

        with people.session("operator") as session:
            assert session.get(Invitation, 2) is None


def test_a_membership_in_another_restaurant_is_not_reached(people: Town):
    act = people.act("operator", joined(7, PANDA, "staff"))

    with pytest.raises(NotFound):
        people.undo("olga", act)
    with pytest.raises(NotFound):
        people.undo("mia", act)
