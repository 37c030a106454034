"""Old pages, double clicks, and others at work at the same moment: told, never overwritten, never twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from app.domain.errors import Blocked
from app.models import Change, Menu, MenuItem, Restaurant, Section
from app.services import reverting
from tests.support.acting import Town, changed, deleted
from tests.support.town import BURGER

pytestmark = pytest.mark.slow

#: How long a thread waits for another one before the test is lost.
PATIENCE = 30


def card(session: Session) -> None:
    """Make menu 3 with section 5 and item 5."""
    menu = Menu(restaurant=session.get_one(Restaurant, BURGER), name="Lunch")
    session.add(menu)
    session.add(MenuItem(section=Section(menu=menu, name="Soups"), name="Leek", price=250))


def test_a_page_from_before_a_deletion_collides_after_the_restoration(people: Town):
    seen = people.versions()
    act = people.act("mia", deleted(Section, 1))
    undoing = people.undo("mia", act)
    again = people.undo("mia", undoing)
    people.undo("mia", again)

    now = people.versions()
    for key in (("section", 1), ("menu_item", 1)):
        assert now[key] == seen[key] + 2

    with people.session("mia") as session:
        item = session.get_one(MenuItem, 1)
        set_committed_value(item, "version", seen["menu_item", 1])
        item.price = 1
        with pytest.raises(StaleDataError):
            session.flush()


@pytest.mark.parametrize(
    "work", [changed(MenuItem, 1, price=125), deleted(Section, 1), card], ids=["edit", "out", "in"]
)
def test_a_second_undoing_finds_nothing_to_do(people: Town, work):
    before = people.rows()
    act = people.act("mia", work)
    people.undo("mia", act)

    assert people.plan("mia", act).is_empty
    assert people.rows() == before


def in_turns(people: Town, first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """Run both at once, each up to its end; return what each returned or was refused with."""
    outcomes: list[object] = [None, None]
    ready = threading.Barrier(2)

    def run(place: int, work: Callable[[], object]) -> None:
        ready.wait(PATIENCE)
        try:
            outcomes[place] = work()
        except (Blocked, StaleDataError, AssertionError) as error:
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return outcomes


@pytest.mark.parametrize(
    "work", [changed(MenuItem, 1, price=125), deleted(Section, 1), card], ids=["edit", "out", "in"]
)
def test_two_undo_the_same_at_once(people: Town, work):
    """One does it. The other is told so, or finds nothing to do, by when it came."""
    before = people.rows()
    act = people.act("mia", work)

    outcomes = in_turns(people, lambda: people.undo("mia", act), lambda: people.undo("olga", act))

    assert sum(not isinstance(each, Exception) for each in outcomes) == 1, outcomes
    assert people.rows() == before
    with people.session("operator") as session:
        lines = session.execute(select(Change.kind, Change.row_id).where(Change.undoes == act)).all()
    assert len(lines) == len(set(lines)) == len(people.changes(act))
    assert people.replayed() == people.rows()


@pytest.mark.parametrize("column", ["price", "description"])
def test_an_edit_between_the_plan_and_its_doing_is_not_overwritten(people: Town, column: str):
    """PostgreSQL lets the edit in, and the undoing is told; SQLite makes it wait until that is over."""
    act = people.act("mia", changed(MenuItem, 1, price=125))
    value = {"price": 130, "description": "Hot"}[column]

    undone, edited = meanwhile(
        people, act, lambda: people.act("sam", changed(MenuItem, 1, **{column: value}))
    )

    first = people.engine.dialect.name == "postgresql"
    assert (undone, edited) == ("Blocked" if first else "done", "done")
    item = people.rows()["menu_item", 1]
    assert item[column] == value
    assert column == "price" or item["price"] == (125 if first else 100)
    assert people.replayed() == people.rows()


def test_a_child_added_between_the_plan_and_its_doing_is_refused_and_not_taken_along(people: Town):
    before = people.rows()
    act = people.act("mia", card)
    late = MenuItem(section_id=5, restaurant_id=BURGER, name="Late")

    undone, added = meanwhile(people, act, lambda: people.act("olga", lambda session: session.add(late)))

    assert (undone, added) == ("done", "IntegrityError")
    assert people.rows() == before
    with people.session("operator") as session:
        assert session.scalar(select(Change.id).where(Change.name == "Late")) is None


def meanwhile(people: Town, act: UUID, work: Callable[[], object]) -> tuple[str, str]:
    """Undo as Mia; the work begins once that is planned. Return what became of both."""
    outcomes: list[str] = []
    other = threading.Thread(target=lambda: outcomes.append(in_words(work)))
    by = people.actor("mia")

    def undo(session: Session) -> None:
        reversal = reverting.of_act(session, act, by=by)
        other.start()
        wait_until(lambda: not other.is_alive() or is_waiting(people))
        reverting.carry_out(session, reversal, undoes=act)

    undone = in_words(lambda: people.act("mia", undo))
    other.join(PATIENCE)
    assert not other.is_alive()
    return undone, outcomes[0]


def is_waiting(people: Town) -> bool:
    """Tell whether the other one waits for a lock; on SQLite it does from its first statement on."""
    if people.engine.dialect.name == "sqlite":
        return True
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with people.engine.connect() as connection:
        return connection.scalar(text(waiting)) is not None


def wait_until(condition: Callable[[], bool]) -> None:
    last = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < last
        time.sleep(0.01)


def in_words(work: Callable[[], object]) -> str:
    try:
        work()
    except (Blocked, IntegrityError, StaleDataError) as error:
        return type(error).__name__
    return "done"
