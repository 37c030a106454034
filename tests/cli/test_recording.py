"""What the operator's commands write is in history too, by nobody, each command one act."""

from __future__ import annotations

import pytest

from app.models import Change
from app.models.history import RECORDED
from tests.support.history import History, as_stored, replayed
from tests.support.rows import Rows


@pytest.fixture
def flask(app, session):
    """`flask("fixtures", "list")`; what the test arranged is there, and what it reads next is new."""

    def run(*args):
        session.commit()
        return app.test_cli_runner().invoke(args=args)

    return run


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


@pytest.fixture
def history(session) -> History:
    return History(session)


def _one_act(changes: list[Change]) -> None:
    assert {(change.by_id, change.by_name, change.by_role) for change in changes} == {(None, "", "")}
    assert len({(change.act, change.at) for change in changes}) == 1
    assert len({(change.kind, change.row_id) for change in changes}) == len(changes)


def test_the_sample_data_are_in_history_whole(session):
    assert replayed(session) == as_stored(session)
    _one_act(session.query(Change).all())


def test_a_second_load_and_a_dump_are_nothing(flask, history):
    for args in (("load",), ("dump", "urban-burger"), ("list",)):
        assert flask("fixtures", *args).exit_code == 0

    assert history.new() == []


def test_a_reset_puts_back_what_people_did(flask, session, rows: Rows, history):
    rows.item().price = 1
    session.delete(rows.item(name="Chocolate Cake"))
    rows.section().name = "Other"
    rows.add_items(1)
    session.commit()
    history.new()

    assert flask("fixtures", "load", "urban-burger", "--reset").exit_code == 0

    changes = history.new()
    _one_act(changes)
    verbs = [(change.kind, change.verb) for change in changes]
    assert sorted(verbs) == [
        ("menu_item", "changed"),
        ("menu_item", "created"),
        ("menu_item", "deleted"),
        ("section", "changed"),
    ]
    assert replayed(session) == as_stored(session)


def test_a_new_file_is_loaded_as_one_act(flask, session, tmp_path, history):
    path = tmp_path / "new.csv"
    path.write_text("restaurant,course,item,price\nNia,Soups,Broth,1.50\nNia,Soups,Ramen,9\nNia,Tea,Mint,\n")

    assert flask("fixtures", "load", str(path)).exit_code == 0

    changes = history.new()
    _one_act(changes)
    kinds = [change.kind for change in changes]
    assert kinds == ["restaurant", "menu", "section", "section", *["menu_item"] * 3]
    assert None not in {change.menu_id for change in changes[1:]}


def test_generated_menus_are_in_history_whole(flask, session, history):
    before = len(as_stored(session))

    assert flask("fixtures", "generate", "--restaurants", "3", "--items", "40", "--seed", "5").exit_code == 0

    changes = history.new()
    _one_act(changes)
    assert len(changes) == len(as_stored(session)) - before
    assert {change.verb for change in changes} == {"created"}
    assert None not in {change.menu_id for change in changes if change.kind in list(RECORDED)[1:4]}
    assert replayed(session) == as_stored(session)


def test_people(flask, history):
    given = ("--restaurant", "urban-burger", "--role", "manager")
    assert flask("people", "invite", "new@example.com", *given).exit_code == 0
    change = history.one()
    _one_act([change])
    assert (change.kind, change.verb, change.name) == ("invitation", "created", "new@example.com")

    assert flask("people", "grant-admin", "new@example.com").exit_code == 0
    assert history.one().restaurant_id is None

    for args in (("disable", "sam@example.com"), ("enable", "sam@example.com"), ("list",)):
        assert flask("people", *args).exit_code == 0
    assert history.new() == []


def test_a_command_that_fails_is_nothing(flask, tmp_path, history):
    path = tmp_path / "bad.csv"
    path.write_text("restaurant,item,price\nNia,Broth,1.50\nNia,Ramen,nine\n")

    assert flask("fixtures", "load", str(path)).exit_code == 1
    assert history.new() == []
