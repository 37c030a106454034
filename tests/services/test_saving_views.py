"""Saving views: names, bounds, and what a list opens with."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.domain.errors import Blocked, Invalid
from app.models import DefaultView, SavedView
from app.services import saving_views
from tests.support import town
from tests.support.town import AT, BURGER, PANDA, actor


@pytest.fixture
def sam(engine):
    with town.session_as(engine, "sam") as session:
        yield session


def _save(session, key="sam", name="Mine", place=None, **values):
    given = {"list_name": "items", "query": "search=x", **values}
    return saving_views.save(session, name=name, restaurant_id=place, by=actor(key), at=AT, **given)


def test_a_view_is_signed_and_its_name_tidied(sam):
    row = _save(sam, name=" Cafe\u0301  ")

    assert (row.name, row.folded_name, row.user_id, row.restaurant_id) == ("Café", "café", 3, None)
    assert (row.created_by_id, row.created_at, row.changed_at, row.version) == (3, AT, None, 1)

    saving_views.rename(sam, row, "Bar", by=actor("sam"), at=AT)
    saving_views.retake(row, "", by=actor("sam"), at=AT)
    sam.flush()
    assert (row.name, row.query, row.changed_by_id, row.changed_at, row.version) == ("Bar", "", 3, AT, 2)


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\tb", "MINE", "mine ", "Mine\u200b\x00"])
def test_a_name_that_cannot_be_taken(sam, name):
    _save(sam)
    with pytest.raises(Invalid) as refused:
        _save(sam, name=name)
    assert set(refused.value.fields) == {"name"}


@pytest.mark.parametrize(("one", "other"), [("Straße", "STRASSE"), ("İstanbul", "i̇stanbul"), ("a b", "A  B")])
def test_names_that_read_alike_are_one(sam, one, other):
    row = _save(sam, name=one)
    with pytest.raises(Invalid):
        _save(sam, name=other)
    saving_views.rename(sam, row, other, by=actor("sam"), at=AT)


def test_the_longest_name_fits_folded(sam):
    row = _save(sam, name="ΐ" * 60)
    sam.flush()
    sam.expire_all()
    assert len(row.name) == 60


def test_names_are_of_one_owner_and_one_list(engine):
    with town.session_as(engine, "mia") as session:
        for key, place, list_name in (
            ("mia", None, "items"),
            ("mia", BURGER, "items"),
            ("mia", None, "menus"),
        ):
            _save(session, key, place=place, list_name=list_name)
        assert session.scalar(select(func.count(SavedView.id)).where(SavedView.name == "Mine")) == 3


def test_more_than_can_be_kept(sam):
    with pytest.raises(Invalid):
        _save(sam, query="x" * 1001)
    row = _save(sam, query="x" * 1000)
    with pytest.raises(Invalid):
        saving_views.retake(row, "x" * 1001, by=actor("sam"), at=AT)


def test_there_are_fifty_at_most(sam):
    for number in range(saving_views.MOST):
        _save(sam, name=f"View {number}")
    with pytest.raises(Blocked, match="50"):
        _save(sam)
    _save(sam, list_name="menus")


def test_one_choice_a_person_and_a_list(sam):
    own = _save(sam)
    shared = sam.scalars(select(SavedView).where(SavedView.name == "Burger sold out")).one()
    # The town's Sam opens with the restaurant's.
    chosen = saving_views.defaults_of(sam, "items", [BURGER], by=actor("sam"))
    assert chosen == {None: shared.id, BURGER: shared.id}

    for row in (own, shared, shared, own):
        saving_views.open_with(sam, row, for_all=False, by=actor("sam"), at=AT)
        assert saving_views.defaults_of(sam, "items", [], by=actor("sam")) == {None: row.id}
    saving_views.open_without(sam, shared, for_all=False, by=actor("sam"))
    assert saving_views.defaults_of(sam, "items", [], by=actor("sam")) == {None: own.id}
    saving_views.open_without(sam, own, for_all=False, by=actor("sam"))
    assert saving_views.defaults_of(sam, "items", [BURGER, PANDA], by=actor("sam")) == {BURGER: shared.id}


def test_one_choice_for_all_in_a_restaurant(engine):
    with town.session_as(engine, "mia") as session:
        row = _save(session, "mia", place=BURGER)
        saving_views.open_with(session, row, for_all=True, by=actor("mia"), at=AT)
        for_all = select(DefaultView.view_id).where(
            DefaultView.user_id.is_(None), DefaultView.restaurant_id == BURGER
        )
        assert session.scalars(for_all).all() == [row.id]


def test_views_by_name_ones_own_and_those_of_the_places(engine):
    with town.session_as(engine, "mia") as session:
        _save(session, "mia", name="ab")
        names = [view.name for view in saving_views.views_of(session, "items", [PANDA], by=actor("mia"))]
        assert names == ["ab", "Mia first", "Panda sold out"]
        assert saving_views.views_of(session, "menus", [BURGER, PANDA], by=actor("mia")) == []
