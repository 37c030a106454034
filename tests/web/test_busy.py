"""Somebody else holds a lock for longer than Carte waits: words and a way on, no error, no end of waiting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.pool import NullPool

from app import database
from app.models import MenuItem, User, UserSession
from tests.support import running
from tests.support.needs import needs


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    """Let nobody wait long."""
    monkeypatch.setattr(database.waiting, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(database.waiting, "READ_SECONDS", 0.2)


@pytest.fixture
def hold(database_url):
    """`hold(DISHES)` takes a lock from another connection, which it returns, to the end of the test."""
    engine = create_engine(running.settings(database_url).database_url, poolclass=NullPool)
    connection = engine.connect()

    def take(statements: dict[str, str]) -> Connection:
        connection.execute(text(statements[engine.dialect.name]))
        return connection

    yield take
    connection.rollback()
    connection.close()
    engine.dispose()


#: What keeps everybody from writing dishes.
DISHES = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "LOCK TABLE menu_item IN EXCLUSIVE MODE"}
SESSIONS = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "LOCK TABLE user_session IN EXCLUSIVE MODE"}


@pytest.fixture
def crisps(session):
    """What a form sends that renames the French Fries."""
    item = session.get(MenuItem, 1)
    return {"list_form_pk": item.id, "row_version": item.version, "name": "Crisps"}


def test_a_form_is_refused_in_words_and_saved_once_the_lock_is_gone(
    app, sign_in, post, session, hold, crisps
):
    sam = sign_in("sam")
    lock = hold(DISHES)

    refused = post(sam, "/admin/items/edit/?id=1", crisps)

    assert refused.status_code == 503
    assert "Carte is held up" in refused.text
    assert "Nothing of this request was saved" in refused.text
    assert refused.headers["Retry-After"] == "5"
    assert session.get(MenuItem, 1).name != "Crisps"

    lock.rollback()
    assert post(sam, "/admin/items/edit/?id=1", crisps).status_code == 302
    assert session.get(MenuItem, 1).name == "Crisps"


def test_a_cell_is_refused_as_a_problem(app, sign_in, post, hold, crisps):
    sam = sign_in("sam")
    hold(DISHES)

    refused = post(sam, "/admin/items/ajax/update/", crisps)

    assert refused.status_code == 503
    assert refused.content_type == "application/problem+json"
    assert "has held the database for too long" in refused.json["detail"]


def test_reading_needs_no_lock(app, client, sign_in, hold):
    sam = sign_in("sam")
    hold(DISHES)

    assert sam.get("/admin/items/").status_code == 200
    assert client.get("/restaurant/1/").status_code == 200


def test_noting_that_a_session_is_in_use_keeps_nobody_from_reading(app, sign_in, session, hold, monkeypatch):
    sam = sign_in("sam")
    (row,) = session.scalars(select(UserSession).join(UserSession.user).where(User.name == "Sam Okafor"))
    row.last_seen_at = noted = datetime.now(UTC) - timedelta(minutes=5)
    session.commit()
    lock = hold(SESSIONS)
    monkeypatch.setattr(database.waiting, "BUSY_SECONDS", 600)

    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(sam.get, "/admin/items/")
        answered = wait([page], timeout=30).done
        lock.rollback()
    assert answered, "the page waited for the lock"
    assert page.result().status_code == 200
    session.refresh(row)
    assert row.last_seen_at == noted

    assert sam.get("/admin/items/").status_code == 200
    session.refresh(row)
    assert row.last_seen_at > noted


@pytest.mark.parametrize("databases", [pytest.param("postgresql", marks=needs("postgresql"))], indirect=True)
def test_a_table_that_is_being_changed_holds_a_reader_up_for_a_moment_only(app, client, hold):
    hold({"postgresql": "LOCK TABLE menu_item IN ACCESS EXCLUSIVE MODE"})

    refused = client.get("/restaurant/1/")

    assert refused.status_code == 503
    assert "Carte is held up" in refused.text
