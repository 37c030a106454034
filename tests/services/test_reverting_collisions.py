"""What somebody has done since: named with all that is at stake, and kept or overwritten as one chooses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.domain.errors import Blocked
from app.domain.roles import Role
from app.models import Membership, Menu, MenuItem, Restaurant, Section, User
from app.services import reverting, selling_out, staffing
from app.services.reverting import Choice
from tests.support.acting import Town, Work, changed, deleted
from tests.support.town import AT, BURGER, actor, invitation, membership, restaurant


def dish(section: int, name: str = "Soup", **values) -> Work:
    def work(session: Session) -> None:
        session.add(MenuItem(section=session.get_one(Section, section), name=name, **values))

    return work


def card(session: Session) -> None:
    """Make menu 3 with section 5, items 5 and 6, and section 6 with item 7."""
    menu = Menu(restaurant=session.get_one(Restaurant, BURGER), name="Lunch")
    session.add(menu)
    for name, dishes in (("Soups", ("Leek", "Pea")), ("Cakes", ("Tart",))):
        section = Section(menu=menu, name=name)
        session.add(section)
        session.flush()
        for each in dishes:
            session.add(MenuItem(section=section, name=each, price=250))
            session.flush()


def test_a_later_change_of_the_same_fact_is_named_in_full(people: Town):
    act = people.act("mia", changed(MenuItem, 1, price=125, name="Stew"))
    people.act("sam", changed(MenuItem, 1, price=130))
    people.act("olga", changed(MenuItem, 1, description="Hot"))

    reversal = people.plan("mia", act)

    (later,) = reversal.later
    assert (later.effect.key, later.fact) == (("menu_item", 1), "price")
    assert (later.base, later.theirs, later.mine) == ({"price": 125}, {"price": 130}, {"price": 100})
    assert later.by is not None
    assert (later.by.by_name, later.by.after) == ("Sam", {"price": 130})
    assert reversal.seen == str(later.by.id)
    with pytest.raises(Blocked, match="changed since"):
        people.undo("mia", act)


@pytest.mark.parametrize(("choice", "price"), [(Choice.MINE, 100), (Choice.THEIRS, 130)])
def test_the_person_chooses_and_the_rest_is_undone_either_way(people: Town, choice, price):
    act = people.act("mia", changed(MenuItem, 1, price=125, name="Stew"))
    people.act("sam", changed(MenuItem, 1, price=130, description="Hot"))

    people.undo("mia", act, choice)

    item = people.rows()["menu_item", 1]
    assert (item["price"], item["name"], item["description"]) == (price, "Burger Entree dish", "Hot")


def test_what_is_already_as_it_was_is_no_collision(people: Town):
    act = people.act("mia", changed(MenuItem, 1, price=125))
    people.act("sam", changed(MenuItem, 1, price=100))

    assert people.plan("mia", act).is_empty


def test_a_dish_that_somebody_has_edited_stays_with_all_above_it(people: Town):
    """To keep what was changed since means to keep the row, so also the section and the menu it is in."""
    before = people.rows()
    act = people.act("mia", card)
    people.act("sam", changed(MenuItem, 5, price=300))

    (later,) = people.plan("mia", act).later
    assert (later.effect.name, later.theirs, later.mine) == ("Leek", {"price": 300}, {})
    people.undo("mia", act, Choice.THEIRS)

    assert people.rows().keys() - before.keys() == {("menu", 3), ("section", 5), ("menu_item", 5)}


def test_undone_all_the_same_it_goes(people: Town):
    before = people.rows()
    act = people.act("mia", card)
    people.act("sam", changed(MenuItem, 5, price=300))

    people.undo("mia", act, Choice.MINE)

    assert people.rows() == before


@pytest.mark.parametrize("choice", Choice)
def test_children_added_since_are_asked_about(people: Town, choice):
    before = people.rows()
    act = people.act("mia", card)
    people.act("olga", dish(6, "Pie"))

    (later,) = people.plan("mia", act).later
    assert (later.effect.key, later.children, later.by) == (("section", 6), 1, None)
    people.undo("mia", act, choice)

    left = people.rows().keys() - before.keys()
    assert left == (set() if choice is Choice.MINE else {("menu", 3), ("section", 6), ("menu_item", 8)})


def test_a_child_that_has_moved_away_is_not_taken_along(people: Town):
    act = people.act("mia", card)
    people.act("mia", changed(MenuItem, 5, section_id=1))

    people.undo("mia", act, Choice.THEIRS)

    rows = people.rows()
    assert rows["menu_item", 5]["section_id"] == 1
    assert {("menu", 3), ("section", 5), ("section", 6)}.isdisjoint(rows)


def test_an_invitation_made_since_is_a_child_of_the_restaurant(people: Town):
    def opened(session: Session) -> None:
        place = restaurant("Soup")
        session.add_all([place, membership(session.get_one(User, 1), place, "owner")])

    act = people.act("operator", opened)
    people.act(
        "operator",
        lambda session: session.add(invitation(session.get_one(Restaurant, 3), "staff", "another token")),
    )

    (later,) = people.plan("ada", act).later
    assert (later.effect.key, later.children) == (("restaurant", 3), 1)
    assert people.plan("ada", act).resolved(Choice.THEIRS).is_empty, "the owner stays with the restaurant"


def test_a_changed_row_that_is_gone_is_lost_and_the_rest_is_undone(people: Town):
    def both(session: Session) -> None:
        for number in (1, 2):
            session.get_one(MenuItem, number).price = 125

    act = people.act("mia", both)
    people.act("mia", deleted(MenuItem, 1))

    assert [effect.key for effect in people.plan("mia", act).lost] == [("menu_item", 1)]
    people.undo("mia", act)
    assert people.rows()["menu_item", 2]["price"] == 100


def test_a_row_does_not_come_back_below_one_that_is_gone(people: Town):
    act = people.act("mia", deleted(MenuItem, 1))
    people.act("mia", deleted(Section, 1))

    with pytest.raises(Blocked, match="“Burger Entree dish” belonged to the section “Burger Entree”"):
        people.plan("mia", act)


def test_a_row_does_not_move_back_below_one_that_is_gone(people: Town):
    act = people.act("mia", changed(MenuItem, 1, section_id=2))
    people.act("mia", deleted(Section, 1))

    with pytest.raises(Blocked, match="the section “Burger Entree”, which is gone"):
        people.plan("mia", act)


def test_what_comes_back_twice_is_as_it_was_last(people: Town):
    """Deleted, undone, edited, deleted: undoing the first deletion loses no edit and repeats no version."""
    act = people.act("mia", deleted(MenuItem, 1))
    people.undo("mia", act)
    people.act("sam", changed(MenuItem, 1, price=130))
    people.act("mia", deleted(MenuItem, 1))

    people.undo("mia", act)

    assert people.rows()["menu_item", 1]["price"] == 130
    assert people.versions()["menu_item", 1] == 4


def test_somebody_who_has_a_role_again_keeps_it(people: Town):
    act = people.act("olga", lambda session: staffing.remove(session, session.get_one(Membership, 4)))

    def joined(session: Session) -> None:
        sam, place = session.get_one(User, 3), session.get_one(Restaurant, BURGER)
        session.add(membership(sam, place, "viewer"))

    people.act("operator", joined)

    reversal = people.plan("olga", act)
    assert reversal.is_empty
    assert [effect.name for effect in reversal.lost] == ["Sam"]


def test_the_last_owner_is_not_undone(people: Town):
    act = people.act(
        "olga", lambda session: staffing.change_role(session, session.get_one(Membership, 4), Role.OWNER)
    )
    people.act(
        "sam", lambda session: staffing.change_role(session, session.get_one(Membership, 1), Role.VIEWER)
    )

    with pytest.raises(Blocked, match="last owner of Burger"):
        people.undo("sam", act)
    assert people.actor("sam").role_in(BURGER) == Role.OWNER


def test_a_restaurant_does_not_come_back_without_its_people(people: Town):
    renamed = people.act("olga", changed(Restaurant, BURGER, name="Burgers"))
    people.act("olga", deleted(Restaurant, BURGER))

    with people.session("ada") as session:
        change = session.merge(people.changes(renamed)[0], load=False)
        with pytest.raises(Blocked, match="undo that first"):
            reverting.to_moment(session, change, by=actor("ada"))


class TestSoldOut:
    def sold_out(self, hours: int | None, who: str = "sam") -> Work:
        until = AT + timedelta(hours=hours) if hours else None
        return lambda session: selling_out.mark_sold_out(
            session.get_one(MenuItem, 1), by=actor(who), at=AT, until=until
        )

    def available(self, session: Session) -> None:
        selling_out.mark_available(session.get_one(MenuItem, 1))

    def test_a_moment_alone_never_comes_back_without_its_beginning(self, people: Town):
        """The database holds that what ends has begun; the fact goes back whole."""
        people.act("sam", self.sold_out(5))
        until = AT + timedelta(hours=6)
        act = people.act("sam", changed(MenuItem, 1, sold_out_until=until))
        people.act("mia", self.available)

        (later,) = people.plan("sam", act).later
        assert later.fact == "sold_out"
        assert later.base["sold_out_at"] == later.mine["sold_out_at"] == AT.isoformat()
        assert set(later.theirs.values()) == {None}
        people.undo("sam", act, Choice.MINE)

        item = people.rows()["menu_item", 1]
        assert item["sold_out_at"] == AT.isoformat()
        assert item["sold_out_until"] == (AT + timedelta(hours=5)).isoformat()
        assert item["sold_out_by_id"] == 3

    def test_taken_off_by_somebody_else_since(self, people: Town):
        act = people.act("sam", self.sold_out(None))
        people.act("mia", self.available)
        people.act("mia", self.sold_out(5, "mia"))

        reversal = people.plan("sam", act)
        assert [later.theirs["sold_out_by_id"] for later in reversal.later] == [2]
        assert reversal.resolved(Choice.THEIRS).is_empty


class TestSlugs:
    def test_a_slug_taken_meanwhile_gets_a_number(self, people: Town):
        act = people.act("olga", deleted(Restaurant, BURGER))
        people.act("operator", lambda session: session.add(restaurant("Burger")))

        people.undo("olga", act)

        assert people.rows()["restaurant", BURGER]["slug"] == "burger-2"

    def test_a_slug_that_is_taken_does_not_come_back(self, people: Town):
        act = people.act("olga", changed(Restaurant, BURGER, slug="b"))
        people.act("operator", lambda session: session.add(restaurant("Burger")))

        with pytest.raises(Blocked, match="address “burger” by now"):
            people.undo("olga", act)


class TestMoney:
    def free(self, session: Session) -> None:
        for number in (1, 2):
            session.get_one(MenuItem, number).price = None

    def test_a_price_of_another_currency_does_not_come_back(self, people: Town):
        act = people.act("mia", self.free)
        people.act("olga", changed(Restaurant, BURGER, currency="JPY"))

        with pytest.raises(Blocked, match="in USD then and would be in JPY"):
            people.undo("mia", act)

    def test_nor_with_a_deleted_row(self, people: Town):
        act = people.act("mia", deleted(Menu, 1))
        people.act("olga", changed(Restaurant, BURGER, currency="JPY"))

        with pytest.raises(Blocked, match="would be in JPY"):
            people.undo("mia", act)

    def test_nor_with_a_moment(self, people: Town):
        first = people.act("mia", changed(MenuItem, 1, price=125))
        people.act("mia", self.free)
        people.act("olga", changed(Restaurant, BURGER, currency="JPY"))
        people.act("mia", changed(MenuItem, 1, price=130))

        def back(session: Session) -> None:
            change = session.merge(people.changes(first)[0], load=False)
            reverting.carry_out(session, reverting.to_moment(session, change, by=actor("mia")))

        with pytest.raises(Blocked, match="would be in JPY"):
            people.act("mia", back)

    def test_one_with_as_many_decimal_places_does(self, people: Town):
        act = people.act("mia", self.free)
        people.act("olga", changed(Restaurant, BURGER, currency="EUR"))

        people.undo("mia", act)

        assert people.rows()["menu_item", 1]["price"] == 100

    def test_a_currency_does_not_come_back_under_new_prices(self, people: Town):
        people.act("mia", self.free)
        act = people.act("olga", changed(Restaurant, BURGER, currency="JPY"))
        people.act("mia", changed(MenuItem, 1, price=900))

        with pytest.raises(Blocked, match="Burger has prices in JPY, and USD has other decimal places"):
            people.undo("olga", act)

    def both(self, session: Session) -> None:
        session.get_one(Restaurant, BURGER).currency = "JPY"
        for number in (1, 2):
            session.flush()
            session.get_one(MenuItem, number).price = 900

    def test_currency_and_prices_of_one_act_go_back_together(self, people: Town):
        before = people.rows()
        act = people.act("operator", self.both)

        people.undo("olga", act)

        assert people.rows() == before

    def test_a_price_of_that_act_does_not_go_back_alone(self, people: Town):
        act = people.act("operator", self.both)
        line = next(line for line in people.changes(act) if line.kind == "menu_item")

        with people.session("mia") as session:
            change = session.merge(line, load=False)
            reversal = reverting.of_change(session, change, by=actor("mia"))
            with pytest.raises(Blocked, match="in USD then and would be in JPY"):
                reverting.carry_out(session, reversal)
