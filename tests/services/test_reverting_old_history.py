"""History outlives the schema: a line that lacks a column, or has one that is gone, still restores."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.errors import Forbidden
from app.models import Change, Membership, Menu, MenuItem
from app.services import reverting
from tests.support.acting import Town, changed, deleted
from tests.support.town import actor


def rewrite(people: Town, act, kind: str, number: int, *, drop: str, add: str) -> None:
    """Make a line as an older version wrote it; below the ORM, which lets nobody."""
    table = Change.__table__
    with people.engine.begin() as connection:
        of_row = (table.c.act == act, table.c.kind == kind, table.c.row_id == number)
        line = connection.execute(select(table.c.before, table.c.after).where(*of_row)).one()
        kept = {
            side: {**{name: value for name, value in getattr(line, side).items() if name != drop}, add: "old"}
            for side in ("before", "after")
            if getattr(line, side)
        }
        connection.execute(update(table).where(*of_row).values(**kept))


@pytest.fixture
def deletion(people: Town):
    """Both items of a menu deleted with it; one of their lines is old."""

    people.act("mia", changed(MenuItem, 2, description="Sweet"))
    act = people.act("mia", deleted(Menu, 1))
    rewrite(people, act, "menu_item", 1, drop="description", add="spiciness")
    return act


def test_a_deleted_row_comes_back_with_what_is_known_of_it(people: Town, deletion):
    before = people.rows()

    people.undo("mia", deletion)

    rows = people.rows()
    assert len(rows) == len(before) + 5
    assert (rows["menu_item", 1]["name"], rows["menu_item", 1]["description"]) == ("Burger Entree dish", "")
    assert rows["menu_item", 2]["description"] == "Sweet"
    restored = {(line.kind, line.row_id): line.after for line in people.changes(newest(people))}
    assert restored["menu_item", 1] == rows["menu_item", 1]
    assert "spiciness" not in restored["menu_item", 1]


def newest(people: Town):
    with people.session("operator") as session:
        return session.scalar(select(Change.act).order_by(Change.id.desc()).limit(1))


def test_a_made_row_goes_though_its_line_is_old(people: Town):
    before = people.rows()

    def make(session: Session) -> None:
        session.add(MenuItem(section_id=1, restaurant_id=1, name="Soup"))

    act = people.act("mia", make)
    rewrite(people, act, "menu_item", 5, drop="description", add="spiciness")

    people.undo("mia", act)

    assert people.rows() == before


def test_a_change_of_a_column_that_is_gone_is_nothing_to_undo(people: Town):
    def change(session: Session) -> None:
        session.get_one(MenuItem, 1).price = 125

    act = people.act("sam", change)
    rewrite(people, act, "menu_item", 1, drop="price", add="spiciness")

    # Who may change a column that is no more is a question without an answer; there is nothing to judge.
    assert people.plan("sam", act).is_empty


def test_a_membership_does_not_come_back_with_a_role_that_nobody_knows(people: Town):
    act = people.act("olga", deleted(Membership, 4))
    rewrite(people, act, "membership", 4, drop="role", add="rank")

    for who in ("olga", "ada"):
        with pytest.raises(Forbidden):
            people.undo(who, act)


def test_a_moment_of_before_a_column_came(people: Town, deletion):
    people.undo("mia", deletion)
    line = people.changes(deletion)[0]

    with people.session("mia") as session:
        first = session.scalars(
            select(Change).where(Change.kind == "menu_item", Change.row_id == 1).order_by(Change.id).limit(1)
        ).one()
        reversal = reverting.to_moment(session, first, by=actor("mia"))

    assert line.act == deletion
    assert reversal.is_empty
