"""What a flush writes down, row by row, in the town of tests/support/town.py; no test commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.models import Change, Invitation, Membership, Menu, MenuItem, Restaurant, Section, User
from app.models.history import RECORDED, Verb
from app.services import recording, signatures
from app.services.recording import AppendOnly
from app.services.signatures import Unsigned
from app.tenancy import AsActor, Reason, Unscoped, enter
from tests.support.history import History
from tests.support.town import AT, BURGER, PANDA, PEOPLE, actor, invitation, session_as

LONG = "Crème brûlée 🍮" * 286


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """The operator's."""
    with session_as(engine, "operator") as session:
        yield session


@pytest.fixture
def history(session: Session) -> History:
    return History(session)


def item(session: Session, number: int = 1) -> MenuItem:
    return session.get_one(MenuItem, number)


def newest(session: Session) -> Change:
    session.flush()
    return session.scalars(select(Change).order_by(Change.id.desc())).first() or pytest.fail("none")


def test_a_change_says_what_before_and_after_who_and_when(session: Session, history: History) -> None:
    later = AT + timedelta(hours=3)
    enter(session, AsActor(actor("olga")))
    signatures.sign(session, by=actor("olga"), at=later)
    item(session).price, item(session).name = 325, "Fries"

    change = history.one()

    assert (change.kind, change.row_id, change.verb) == ("menu_item", 1, Verb.CHANGED)
    assert (change.restaurant_id, change.menu_id, change.name) == (BURGER, 1, "Fries")
    assert change.version == item(session).version == 2
    assert change.before == {"name": "Burger Entree dish", "price": 100}
    assert change.after == {"name": "Fries", "price": 325}
    assert change.fields == " name price "
    assert (change.by_id, change.by_name, change.by_role) == (1, "Olga", "owner")
    assert change.at == later
    assert change.undoes is None


@pytest.mark.parametrize(
    ("who", "place", "role"),
    [
        ("olga", BURGER, "owner"),
        ("mia", BURGER, "manager"),
        ("sam", BURGER, "staff"),
        ("stan", PANDA, "owner"),
        ("ada", PANDA, "administrator"),
    ],
)
def test_the_role_is_the_one_in_that_restaurant(engine: Engine, who: str, place: int, role: str) -> None:
    with session_as(engine, who) as session:
        history = History(session)
        dish = session.scalars(select(MenuItem).where(MenuItem.restaurant_id == place)).first()
        assert dish
        dish.price = 325

        change = history.one()

        assert (change.by_id, change.by_name) == (PEOPLE.index(who) + 1, who.title())
        assert change.by_role == role


def test_an_administrator_with_a_role_there_acts_in_it(session: Session, history: History) -> None:
    held = actor("olga").held
    signatures.sign(session, by=actor("ada").__class__(6, "ada", "Ada", "a", True, held), at=AT)
    item(session).price, item(session, 3).price = 1, 1

    assert {change.restaurant_id: change.by_role for change in history.new()} == {
        BURGER: Role.OWNER,
        PANDA: "administrator",
    }


def test_the_command_line_is_nobody(session: Session, history: History) -> None:
    item(session).price = 325

    change = history.one()

    assert (change.by_id, change.by_name, change.by_role) == (None, "", "")


EDITS = [
    ("price", 0, 100, 0),
    ("price", None, 100, None),
    ("sold_out_at", AT, None, "2026-01-01T12:00:00+00:00"),
    ("sold_out_by_id", 3, None, 3),
    ("description", LONG, "", LONG),
    ("description", '\u202e\u0301“x” \\ " \n ё', "", '\u202e\u0301“x” \\ " \n ё'),
    ("position", 7, 0, 7),
]


@pytest.mark.parametrize("read", [True, False], ids=["read", "expired"])
@pytest.mark.parametrize(("column", "value", "before", "after"), EDITS, ids=range(len(EDITS)))
def test_values_of_every_type(
    session: Session, history: History, read: bool, column: str, value: Any, before: Any, after: Any
) -> None:
    dish = item(session)
    if not read:
        session.expire(dish)
    setattr(dish, column, value)

    change = history.one()

    assert (change.before, change.after) == ({column: before}, {column: after})
    setattr(dish, column, before if column != "sold_out_at" else None)
    back = history.one()
    assert (back.before, back.after) == ({column: after}, {column: before})


def there_and_back(dish: MenuItem) -> None:
    dish.price = 1
    dish.price = 100


SAME: dict[str, Callable[[MenuItem], Any]] = {
    "text": lambda dish: setattr(dish, "name", "Burger " + "Entree dish"),
    "number": lambda dish: setattr(dish, "price", 100),
    "none": lambda dish: setattr(dish, "sold_out_at", None),
    "relation": lambda dish: setattr(dish, "section", dish.section),
    "there and back": there_and_back,
    "the version": lambda dish: setattr(dish, "version", dish.version),
}


@pytest.mark.parametrize("edit", SAME)
def test_an_edit_that_changes_nothing_writes_nothing(session: Session, history: History, edit: str) -> None:
    for expired in (False, True):
        dish = item(session)
        if expired:
            session.expire(dish)
        SAME[edit](dish)

        assert history.new() == []


MOVES: dict[str, Callable[[Session], Any]] = {
    "column": lambda session: setattr(item(session), "section_id", 2),
    "relation": lambda session: setattr(item(session), "section", session.get_one(Section, 2)),
    "collection": lambda session: session.get_one(Section, 2).items.append(item(session)),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_row_that_moves_is_recorded_with_its_key(session: Session, history: History, move: str) -> None:
    kept = session.get_one(Section, 2)
    session.expire_all()
    MOVES[move](session)

    change = history.one()

    assert (change.kind, change.fields, change.menu_id) == ("menu_item", " section_id ", 1)
    assert (change.before, change.after) == ({"section_id": 1}, {"section_id": kept.id})


def test_new_rows_are_recorded_parents_first_each_with_its_menu(session: Session, history: History) -> None:
    dishes = [MenuItem(name=f"Soup {number}", price=number) for number in range(2)]
    menu = Menu(name="Lunch", restaurant_id=BURGER, sections=[Section(name="All", items=dishes)])
    session.add(menu)

    changes = history.new()

    assert [change.kind for change in changes] == ["menu", "section", "menu_item", "menu_item"]
    assert {(change.restaurant_id, change.menu_id, change.verb) for change in changes} == {
        (BURGER, menu.id, Verb.CREATED)
    }
    assert {(change.version, change.fields) for change in changes} == {(1, "")}
    assert all(change.before == {} for change in changes)
    assert changes[-2].after == {
        "section_id": menu.sections[0].id,
        "name": "Soup 0",
        "description": "",
        "price": 0,
        "position": 0,
        "sold_out_at": None,
        "sold_out_until": None,
        "sold_out_by_id": None,
    }


def test_deleted_rows_are_recorded_children_first_as_they_were(session: Session, history: History) -> None:
    session.expire_all()
    session.delete(session.get_one(Restaurant, BURGER))

    changes = history.new()

    kinds = [change.kind for change in changes]
    assert kinds == sorted(kinds, key=list(RECORDED)[::-1].index)
    assert [kinds.count(kind) for kind in RECORDED] == [1, 1, 2, 2, 4, 1]
    assert {(change.restaurant_id, change.verb) for change in changes} == {(BURGER, Verb.DELETED)}
    assert all(change.after == {} for change in changes)
    assert {change.menu_id for change in changes if change.kind in {"menu", "section", "menu_item"}} == {1}
    dish = next(change for change in changes if change.kind == "menu_item" and change.row_id == 1)
    assert (dish.before["name"], dish.before["price"]) == ("Burger Entree dish", 100)
    assert {change.name for change in changes if change.kind == "membership"} == {"Olga", "Mia", "Sam", "Vic"}


def test_a_row_that_is_changed_and_deleted_is_deleted_as_it_was_stored(
    session: Session, history: History
) -> None:
    dish = item(session)
    dish.price, dish.name = 999, "Other"
    with session.no_autoflush:
        session.delete(dish)

    change = history.one()

    assert (change.verb, change.before["price"]) == (Verb.DELETED, 100)
    assert change.before["name"] == "Burger Entree dish"


def test_a_row_that_comes_and_goes_unwritten_is_nothing(session: Session, history: History) -> None:
    dish = MenuItem(name="Soup", section_id=1, restaurant_id=BURGER)
    session.add(dish)
    session.expunge(dish)

    assert history.new() == []


def test_two_flushes_are_one_act(session: Session, history: History) -> None:
    for price in (1, 2):
        item(session).price = price
        session.flush()

    first, second = history.new()

    assert first.act == second.act
    assert (first.version, second.version) == (2, 3)
    assert (second.before, second.after) == ({"price": 1}, {"price": 2})


def test_people_are_recorded_by_name_and_an_invitation_without_its_token(
    session: Session, history: History
) -> None:
    session.add(invitation(session.get_one(Restaurant, BURGER), "staff", "secret"))
    session.flush()
    row = session.scalars(select(Invitation).where(Invitation.token_hash == "secret")).one()
    row.revoked_at, row.token_hash = AT, "secreter"
    session.flush()
    session.scalars(select(Membership).where(Membership.user_id == 3)).one().role = "manager"

    new, revoked, promoted = history.new()

    assert (new.name, new.after["role"], new.menu_id) == ("new@example.com", "staff", None)
    assert revoked.after == {"revoked_at": "2026-01-01T12:00:00+00:00"}
    assert (promoted.name, promoted.before, promoted.after) == (
        "Sam",
        {"role": "staff"},
        {"role": "manager"},
    )
    everything = session.scalars(select(Change)).all()
    assert not [change for change in everything if "token_hash" in {**change.before, **change.after}]


def test_a_users_own_rows_have_no_history(session: Session, history: History) -> None:
    session.get_one(User, 1).name = "Olga R."
    session.flush()

    assert history.new() == []


def test_an_undo_names_the_act_that_it_reverses_until_its_end(session: Session, history: History) -> None:
    item(session).price = 1
    wrong = history.one().act
    session.rollback()
    recording.undo(session, wrong)
    item(session).price = 2

    change = newest(session)

    assert change.undoes == wrong != change.act
    session.rollback()
    item(session).price = 3
    assert newest(session).undoes is None


# What fails


def test_a_flush_that_fails_writes_nothing(session: Session, history: History) -> None:
    item(session, 2).price = 5
    item(session).price = -1
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()

    assert history.new() == []
    item(session).price = 7
    assert history.one().after == {"price": 7}


def test_who_did_not_sign_writes_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        enter(session, Unscoped(Reason.COMMAND_LINE))
        history = History(session)
        item(session).price = 1
        with pytest.raises(Unsigned):
            session.flush()
        session.rollback()

        assert item(session).price == 100
        assert history.new() == []


def test_what_has_no_history_needs_no_signature(engine: Engine) -> None:
    with Session(engine) as session:
        enter(session, Unscoped(Reason.SIGN_IN))
        session.get_one(User, 1).name = "Olga R."
        session.flush()
        session.rollback()


def test_a_part_of_what_is_pending_is_not_flushed_alone(session: Session) -> None:
    first, second = item(session), item(session, 2)
    first.price, second.price = 1, 2

    with pytest.warns(DeprecationWarning, match="objects"), pytest.raises(AppendOnly, match="Flush all"):
        session.flush([first])
