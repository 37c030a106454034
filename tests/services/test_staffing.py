"""A restaurant always keeps an owner who can sign in, also when two of them act at once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import tenancy
from app.domain.errors import Blocked
from app.domain.roles import Role
from app.models import Membership
from app.services import signatures, staffing
from tests.support.rows import AT, Rows
from tests.support.town import engine_on


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


def test_the_last_owner_stays(session, rows: Rows):
    membership = rows.membership("olga")
    with pytest.raises(Blocked, match="last owner of Urban Burger"):
        staffing.remove(session, membership)
    with pytest.raises(Blocked, match="Make somebody else an owner first"):
        staffing.change_role(session, membership, Role.VIEWER)
    assert membership.role == Role.OWNER


def test_an_owner_made_owner_again_is_nothing(session, rows: Rows):
    staffing.change_role(session, rows.membership("olga"), Role.OWNER)


def test_others_come_and_go(session, rows: Rows):
    staffing.change_role(session, rows.membership("sam"), Role.OWNER)
    staffing.remove(session, rows.membership("mia"))
    staffing.remove(session, rows.membership("olga"))
    with pytest.raises(Blocked):
        staffing.remove(session, rows.membership("sam"))


def test_who_cannot_sign_in_is_no_owner(session, rows: Rows):
    rows.membership("sam").role = Role.OWNER
    rows.user("sam").disabled_at = AT
    with pytest.raises(Blocked):
        staffing.remove(session, rows.membership("olga"))


def test_places_left_without_an_owner(session, rows: Rows):
    olga = rows.user("olga")
    assert staffing.left_without_owner(session, olga) == []
    olga.disabled_at = AT
    rows.membership("mia").role = Role.OWNER
    assert [place.name for place in staffing.left_without_owner(session, olga)] == ["Super Stir Fry"]
    assert staffing.left_without_owner(session, rows.user("stan")) == []


def test_two_owners_who_remove_each_other_at_once(database_url, session, rows: Rows):
    """One of them stays: the second waits for the first, and is then the last."""
    rows.membership("mia").role = Role.OWNER
    numbers = [rows.membership("mia").id, rows.membership("olga").id]
    place = rows.restaurant().id
    session.commit()
    ready, outcomes = threading.Barrier(2), []

    with engine_on(database_url) as engine:

        def remove(number: int) -> None:
            with Session(engine) as own:
                tenancy.enter(own, tenancy.Unscoped(tenancy.Reason.COMMAND_LINE))
                signatures.sign(own, by=None, at=AT)
                ready.wait()
                try:
                    staffing.remove(own, own.get_one(Membership, number))
                    own.commit()
                    outcomes.append("removed")
                except Blocked:
                    outcomes.append("blocked")

        threads = [threading.Thread(target=remove, args=(number,)) for number in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(outcomes) == ["blocked", "removed"]
    owners = select(Membership).where(Membership.restaurant_id == place, Membership.role == Role.OWNER)
    assert len(session.scalars(owners).all()) == 1
