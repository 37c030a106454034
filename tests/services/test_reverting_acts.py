"""Each kind of act, undone: every row is as it was, no version goes back, and the undoing can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import tenancy
from app.domain.roles import Role
from app.models import Membership, Menu, MenuItem, Restaurant, Section
from app.services import generating, importing, inviting, opening, reverting, selling_out, staffing
from tests.support.acting import Town, Work, changed, deleted
from tests.support.needs import ROOT
from tests.support.town import AT, BURGER, actor, restaurant


def made_dish(session: Session) -> None:
    session.add(MenuItem(section=session.get_one(Section, 1), name="Soup", price=None, description="Hot"))


def made_card(session: Session) -> None:
    menu = Menu(restaurant=session.get_one(Restaurant, BURGER), name="Lunch")
    section = Section(menu=menu, name="Soups")
    session.add(menu)
    session.add_all(MenuItem(section=section, name=name, price=250) for name in ("Leek", "Pea"))


def moved_menus(session: Session) -> None:
    """Move a section into a menu that is made with it, and an item into a new section of the old one."""
    menu = Menu(restaurant=session.get_one(Restaurant, BURGER), name="Lunch")
    session.add(menu)
    session.flush()
    session.get_one(Section, 1).menu = menu
    section = Section(menu=session.get_one(Menu, 1), name="Rest")
    session.add(section)
    session.flush()
    session.get_one(MenuItem, 1).section = section


def raised(session: Session) -> None:
    for item in session.scalars(select(MenuItem).where(MenuItem.restaurant_id == BURGER)):
        item.price += 25


def sold_out(**until) -> Work:
    at = AT + timedelta(**until) if until else None
    return lambda session: selling_out.mark_sold_out(
        session.get_one(MenuItem, 1), by=actor("sam"), at=AT, until=at
    )


def role(number: int, new: Role) -> Work:
    return lambda session: staffing.change_role(session, session.get_one(Membership, number), new)


def left(session: Session) -> None:
    staffing.remove(session, session.get_one(Membership, 4))


def opened(session: Session) -> None:
    with tenancy.unscoped(session, tenancy.Reason.OPEN_RESTAURANT):
        opening.open_restaurant(session, restaurant("Soup"), by=actor("olga"), at=AT)


def invited(session: Session) -> None:
    place = session.get_one(Restaurant, BURGER)
    inviting.invite(session, email="x@example.com", role="staff", restaurant=place, by=actor("olga"), at=AT)


def loaded(session: Session) -> None:
    importing.load(session, importing.read([ROOT / "fixtures"]), at=AT)


def generated(session: Session) -> None:
    generating.generate(session, restaurants=3, items=40, seed=1, at=AT)


ACTS: dict[str, tuple[str, Work]] = {
    "a dish made": ("mia", made_dish),
    "a menu made with all below it": ("mia", made_card),
    "one fact": ("sam", changed(MenuItem, 1, price=125)),
    "a price taken away": ("sam", changed(MenuItem, 1, price=None)),
    "several facts": ("sam", changed(MenuItem, 1, price=0, name="Stew", description="Two\nlines “é”")),
    "a menu": ("mia", changed(Menu, 1, name="Supper", position=7)),
    "a restaurant": ("olga", changed(Restaurant, BURGER, slug="b2", currency="EUR", time_zone="Asia/Tokyo")),
    "an item moved": ("mia", changed(MenuItem, 1, section_id=2, position=3)),
    "moved to new places": ("mia", moved_menus),
    "prices of many": ("sam", raised),
    "sold out": ("sam", sold_out()),
    "sold out until": ("sam", sold_out(hours=5)),
    "an item deleted": ("mia", deleted(MenuItem, 1)),
    "items deleted": ("mia", deleted(MenuItem, 1, 2)),
    "a section deleted": ("mia", deleted(Section, 1)),
    "a menu deleted": ("mia", deleted(Menu, 1)),
    "a role": ("olga", role(4, Role.MANAGER)),
    "a person removed": ("olga", left),
    "a restaurant opened": ("olga", opened),
    "samples loaded": ("operator", loaded),
    "restaurants generated": ("operator", generated),
}


@pytest.mark.parametrize("what", ACTS)
def test_an_act_undone_and_done_again(people: Town, what: str):
    who, work = ACTS[what]
    before, versions = people.rows(), people.versions()
    undoing = "ada" if who == "operator" else who

    act = people.act(who, work)
    after = people.rows()
    assert after != before
    first = people.undo(undoing, act)
    assert people.rows() == before
    second = people.undo(undoing, first)
    assert people.rows() == after
    third = people.undo(undoing, second)
    assert people.rows() == before

    assert len({act, first, second, third}) == 4
    for undone, number in ((act, first), (first, second), (second, third)):
        assert {line.undoes for line in people.changes(number)} == {undone}
    grown = people.versions()
    touched = {(line.kind, line.row_id) for line in people.changes(act)} & set(grown)
    assert all(grown[key] > versions[key] for key in touched)
    assert all(grown[key] == version for key, version in versions.items() if key not in touched)
    assert people.replayed() == people.rows()


def test_what_moves_away_is_not_taken_along_though_the_list_was_read_before(people: Town):
    before = people.rows()
    act = people.act("mia", moved_menus)

    def undo(session: Session) -> None:
        read = [*session.scalars(select(Menu)), *session.scalars(select(Section))]
        assert all(row.sections if isinstance(row, Menu) else row.items is not None for row in read)
        reverting.carry_out(session, reverting.of_act(session, act, by=actor("mia")), undoes=act)

    people.act("mia", undo)

    assert people.rows() == before


def test_a_restaurant_deleted_by_its_owner_comes_back_but_for_its_invitations(people: Town):
    before = people.rows()
    act = people.act("olga", deleted(Restaurant, BURGER))

    people.undo("olga", act)

    gone = {("invitation", 1)}
    assert people.rows() == {key: values for key, values in before.items() if key not in gone}
    assert people.actor("olga").role_in(BURGER) == Role.OWNER


def test_an_invitation_undone_is_gone_for_good(people: Town):
    before = people.rows()
    act = people.act("olga", invited)

    undoing = people.undo("olga", act)

    assert people.rows() == before
    assert people.plan("olga", undoing).is_empty


def test_a_reset_undone(people: Town):
    """What a file put back is people's work again; the loader's own notes are not history."""
    people.act("operator", loaded)
    with people.session("operator") as session:
        fries = session.scalars(select(MenuItem).where(MenuItem.name == "French Fries")).first()
        number, section, place = fries.id, fries.section_id, fries.restaurant_id
    people.act("operator", changed(MenuItem, number, price=1, name="Chips"))
    people.act(
        "operator",
        lambda session: session.add(
            MenuItem(section_id=section, restaurant_id=place, name="Own dish", price=5)
        ),
    )
    people.act("operator", deleted(MenuItem, number + 1))
    before = people.rows()

    act = people.act(
        "operator",
        lambda session: importing.load(session, importing.read([ROOT / "fixtures"]), at=AT, reset=True),
    )
    after = people.rows()
    assert after != before
    undoing = people.undo("ada", act)
    assert people.rows() == before
    people.undo("ada", undoing)
    assert people.rows() == after


def test_one_fact_of_a_change_and_a_row_at_a_moment(people: Town):
    first = people.act("sam", changed(MenuItem, 1, price=125, name="Stew"))
    people.act("sam", changed(MenuItem, 1, description="Hot"))
    change = people.changes(first)[0]

    def one_fact(session: Session) -> None:
        reverting.carry_out(
            session,
            reverting.of_change(session, session.merge(change, load=False), by=actor("sam"), fact="price"),
        )

    def moment(session: Session) -> None:
        reverting.carry_out(
            session, reverting.to_moment(session, session.merge(change, load=False), by=actor("sam"))
        )

    people.act("sam", one_fact)
    item = people.rows()["menu_item", 1]
    assert (item["price"], item["name"], item["description"]) == (100, "Stew", "Hot")
    people.act("sam", moment)
    item = people.rows()["menu_item", 1]
    assert (item["price"], item["name"], item["description"]) == (125, "Stew", "")
