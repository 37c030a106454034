"""Whose saved views are: one's own nobody else's, a restaurant's for who reads and who arranges there."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import Forbidden, NotFound, Refusal
from app.models import DefaultView, SavedView
from app.policies import changeable, may_create, may_delete, reach, reading
from tests.support import town
from tests.support.town import AT, BURGER, PANDA, actor

_PEOPLE = {"olga": 1, "mia": 2, "sam": 3, "vic": 4, "stan": 5, "ada": 6, "lou": 7}
_ARRANGE = {"olga", "mia", "ada"}
_READ = _ARRANGE | {"sam", "vic"}


def _view(session: Session, name: str) -> SavedView:
    return session.scalars(select(SavedView).where(SavedView.name == name)).one()


def _try(session: Session) -> type[Refusal] | None:
    try:
        session.flush()
    except (Forbidden, NotFound) as refusal:
        return type(refusal)
    return None


def _new(key: str, place: int | None = None, user: str | None = None) -> SavedView:
    return SavedView(
        user_id=_PEOPLE[user] if user else None,
        restaurant_id=place,
        list_name="items",
        name="New",
        folded_name="new",
        created_at=AT,
        created_by_id=_PEOPLE[key],
    )


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("olga", {"Burger sold out"}),
        ("mia", {"Burger sold out", "Panda sold out", "Mia first"}),
        ("sam", {"Burger sold out"}),
        ("vic", {"Burger sold out"}),
        ("stan", {"Panda sold out"}),
        ("ada", {"Burger sold out", "Panda sold out", "Ada first"}),
        ("lou", set()),
    ],
)
def test_who_reads_which(engine, key, names):
    with town.session_as(engine, key) as session:
        assert set(session.scalars(select(SavedView.name))) == names


@pytest.mark.parametrize(
    ("key", "count"), [("olga", 2), ("mia", 4), ("sam", 2), ("vic", 1), ("stan", 1), ("ada", 4), ("lou", 0)]
)
def test_who_reads_whose_choice(engine, key, count):
    """One's own, those for all, and, of a view that one may delete, everybody's who opens with it."""
    with town.session_as(engine, key) as session:
        assert len(session.scalars(select(DefaultView)).all()) == count


@pytest.mark.parametrize("key", _PEOPLE)
def test_everybody_has_views_of_their_own(engine, key):
    with town.session_as(engine, key) as session:
        row = _new(key, user=key)
        assert may_create(actor(key), row)
        session.add(row)
        session.flush()
        row.name, row.folded_name, row.query = "Other", "other", "search=x"
        session.add(town.default_view(row, _PEOPLE[key]) if key not in {"mia", "sam", "ada"} else row)
        session.flush()
        session.delete(row)
        session.flush()


@pytest.mark.parametrize("key", _PEOPLE)
def test_a_restaurants_are_made_changed_and_deleted_by_who_arranges_there(engine, key):
    expected = None if key in _ARRANGE else Forbidden if key in _READ else NotFound
    with town.session_as(engine, key) as session:
        session.add(_new(key, BURGER))
        assert _try(session) is expected
    with town.session_as(engine, "operator") as session:
        row = _view(session, "Burger sold out")
        assert may_delete(actor(key), row) is (key in _ARRANGE)
        assert bool(changeable(actor(key), row)) is (key in _ARRANGE)
        assert may_create(actor(key), _new(key, BURGER)) is (key in _ARRANGE)


@pytest.mark.parametrize("key", ["olga", "sam", "ada"])
def test_nobody_touches_what_is_another_persons_own(engine, key):
    """Not even who comes to hold the row: the flush looks again."""
    for act in (lambda row: setattr(row, "name", "x"), None):
        with town.session_as(engine, "operator") as session:
            row = _view(session, "Mia first")
            assert changeable(actor(key), row) == set()
            assert not may_delete(actor(key), row)
            assert not may_create(actor(key), _new(key, user="mia"))
            town.enter(session, town.AsActor(actor(key)))
            session.delete(row) if act is None else act(row)
            assert _try(session) is NotFound
            session.rollback()


@pytest.mark.parametrize("key", ["olga", "ada"])
def test_nobody_chooses_for_another_person(engine, key):
    with town.session_as(engine, key) as session:
        session.add(town.default_view(_view(session, "Burger sold out"), _PEOPLE["vic"]))
        assert _try(session) is Forbidden


@pytest.mark.parametrize(("column", "value"), [("user_id", 1), ("list_name", "menus"), ("created_by_id", 1)])
def test_a_view_stays_whose_it_is(engine, column, value):
    with town.session_as(engine, "mia") as session:
        setattr(_view(session, "Mia first"), column, value)
        assert _try(session) in {Forbidden, NotFound}


def test_a_view_stays_in_its_restaurant(engine):
    for key, name, place in (("mia", "Mia first", BURGER), ("ada", "Burger sold out", PANDA)):
        with town.session_as(engine, key) as session:
            _view(session, name).restaurant_id = place
            assert _try(session) is NotFound


def test_deleting_a_restaurants_view_takes_along_what_people_chose(engine):
    with town.session_as(engine, "mia") as session:
        session.delete(_view(session, "Burger sold out"))
        session.flush()
    with town.session_as(engine, "mia") as session:
        row = _view(session, "Burger sold out")
        assert {choice.user_id for choice in row.defaults} == {None, _PEOPLE["sam"]}


def test_ones_own_are_within_no_role_alone(engine):
    with town.session_as(engine, "operator") as session:
        within = reach(actor("mia"), reading(SavedView), SavedView)
        assert "Mia first" not in set(session.scalars(select(SavedView.name).where(within)))
