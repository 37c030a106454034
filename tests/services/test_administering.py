"""Somebody who can sign in always administers the installation, also when two act at once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import tenancy
from app.domain.errors import Blocked
from app.models import User
from app.services import administering, disabling
from tests.support.rows import AT, Rows
from tests.support.town import engine_on


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


def revoke(session, user):
    administering.revoke(session, user, by=None, at=AT)


def disable(session, user):
    disabling.disable(session, user, by=None, at=AT)


@pytest.mark.parametrize("end", [revoke, disable])
def test_the_only_administrator_stays(session, rows: Rows, end):
    ada, olga = rows.user("ada"), rows.user("olga")
    administering.grant(session, olga, by=None, at=AT)
    olga.disabled_at = AT

    with pytest.raises(Blocked, match="Ada Berg is the only administrator"):
        end(session, ada)

    assert (ada.administrator_since is None, ada.disabled_at) == (False, None)


@pytest.mark.parametrize("end", [revoke, disable])
def test_one_of_two_may_go(session, rows: Rows, end):
    administering.grant(session, rows.user("olga"), by=None, at=AT)

    end(session, rows.user("ada"))

    with pytest.raises(Blocked):
        end(session, rows.user("olga"))


def test_who_cannot_sign_in_is_no_loss(session, rows: Rows):
    olga = rows.user("olga")
    administering.grant(session, olga, by=None, at=AT)
    disabling.disable(session, olga, by=None, at=AT)

    disabling.disable(session, olga, by=None, at=AT)
    administering.revoke(session, olga, by=None, at=AT)

    assert olga.administrator_since is None


def test_refusals(session, rows: Rows):
    with pytest.raises(Blocked, match="not an administrator"):
        administering.revoke(session, rows.user("olga"), by=None, at=AT)
    rows.user("olga").disabled_at = AT
    with pytest.raises(Blocked, match="disabled"):
        administering.grant(session, rows.user("olga"), by=None, at=AT)


def test_two_administrators_who_end_each_other_at_once(database_url, session, rows: Rows):
    """One of them stays: the second waits for the first, and is then the only one."""
    administering.grant(session, rows.user("olga"), by=None, at=AT)
    acts = [(revoke, rows.user("olga").id), (disable, rows.user("ada").id)]
    session.commit()
    ready, outcomes = threading.Barrier(2), []

    with engine_on(database_url) as engine:

        def act(end, number: int) -> None:
            with Session(engine) as own:
                tenancy.enter(own, tenancy.Unscoped(tenancy.Reason.COMMAND_LINE))
                ready.wait()
                try:
                    end(own, own.get_one(User, number))
                    own.commit()
                    outcomes.append("ended")
                except Blocked:
                    outcomes.append("blocked")

        threads = [threading.Thread(target=act, args=each) for each in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(outcomes) == ["blocked", "ended"]
    active = select(func.count(User.id)).where(
        User.administrator_since.is_not(None), User.disabled_at.is_(None)
    )
    assert session.scalar(active) == 1
