"""What everybody may do with what is theirs, and with nobody else's; what asks for a recent sign-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.domain import naming
from app.domain.errors import Forbidden, SignInTooOld
from app.models import Identity, Invitation, Membership, MenuItem, Restaurant, User, UserSession
from app.policies import changeable, is_grave_to_delete, is_recent, may_delete
from app.policies.recency import RECENT
from app.tenancy import AsActor, enter
from tests.support import town
from tests.support.town import AT, BURGER, actor

PEOPLE = ("olga", "mia", "sam", "vic", "stan", "lou")


def own(session: Session, cls: type[Any], key: str) -> Any:
    column = cls.id if cls is User else cls.user_id
    return session.scalars(select(cls).where(column == actor(key).id).order_by(cls.id)).first()


@pytest.mark.parametrize("key", PEOPLE)
def test_people_change_themselves(engine, key):
    with town.session_as(engine, key) as session:
        person = own(session, User, key)
        person.name, person.language, person.time_zone = "New name", "de", "Europe/Vienna"
        own(session, UserSession, key).ended_at = AT
        session.flush()

        assert changeable(actor(key), person) == {"name", "language", "time_zone"}


@pytest.mark.parametrize("column", ["administrator_since", "disabled_at", "email"])
def test_people_make_no_more_of_themselves(engine, column):
    with town.session_as(engine, "olga") as session:
        setattr(own(session, User, "olga"), column, "x@example.com" if column == "email" else AT)
        with pytest.raises(Forbidden, match=naming.column(column)):
            session.flush()


@pytest.mark.parametrize("key", ["olga", "mia", "sam", "vic", "stan"])
def test_people_leave_by_themselves(engine, key):
    with town.session_as(engine, "operator") as session:
        assert may_delete(actor(key), own(session, Membership, key))


def test_nobody_changes_or_unlinks_somebody_else(engine):
    with town.session_as(engine, "operator") as session:
        rows = [own(session, cls, "sam") for cls in (User, UserSession, Identity)]
        for row in rows:
            assert changeable(actor("olga"), row) == set()
            assert not may_delete(actor("olga"), row)
        assert not may_delete(actor("mia"), own(session, Membership, "sam"))


def test_recent_is_less_than_ten_minutes():
    sam = replace(actor("sam"), signed_in_at=AT)

    assert is_recent(sam, AT)
    assert is_recent(sam, AT + RECENT - timedelta(seconds=1))
    assert not is_recent(sam, AT + RECENT)
    assert not is_recent(replace(sam, signed_in_at=None), AT)
    # A clock that was set back asks nobody again.
    assert is_recent(sam, AT - timedelta(days=1))


def give_a_role(session: Session) -> None:
    session.scalars(select(Membership).where(Membership.user_id == actor("sam").id)).one().role = "manager"


def unlink(session: Session) -> None:
    session.delete(own(session, Identity, "olga"))


def close(session: Session) -> None:
    place = session.get_one(Restaurant, BURGER)
    session.delete(place)


def reprice(session: Session) -> None:
    session.scalars(select(MenuItem).where(MenuItem.restaurant_id == BURGER)).first().price = 1


def rename(session: Session) -> None:
    session.get_one(Restaurant, BURGER).name = "Other"


def invite(session: Session, role: str) -> None:
    session.add(
        Invitation(
            restaurant_id=BURGER,
            role=role,
            email="new@example.com",
            token_hash=role,
            created_at=AT,
            created_by_id=actor("olga").id,
            expires_at=AT,
        )
    )


def renew(session: Session, role: str) -> None:
    row = session.scalars(select(Invitation).where(Invitation.restaurant_id == BURGER)).first()
    set_committed_value(row, "role", role)
    row.token_hash = "new"


@pytest.mark.parametrize(
    ("work", "grave"),
    [
        (give_a_role, True),
        (unlink, True),
        (close, True),
        (partial(invite, role="owner"), True),
        (partial(renew, role="owner"), True),
        (partial(invite, role="manager"), False),
        (partial(renew, role="staff"), False),
        (reprice, False),
        (rename, False),
    ],
)
def test_what_is_grave_asks_for_a_recent_sign_in(engine, work: Callable[[Session], None], grave):
    with town.session_as(engine, "olga") as session:
        work(session)
        session.flush()
    with town.session_as(engine, "olga") as session:
        enter(session, AsActor(replace(actor("olga"), signed_in_at=AT - RECENT)))
        work(session)
        if not grave:
            session.flush()
            return
        with pytest.raises(SignInTooOld):
            session.flush()


def test_removing_an_owner_is_grave_and_leaving_is_not():
    def membership(key: str, role: str) -> Membership:
        return Membership(user_id=actor(key).id, restaurant_id=BURGER, role=role)

    assert is_grave_to_delete(actor("olga"), membership("mia", "owner"))
    assert not is_grave_to_delete(actor("olga"), membership("mia", "manager"))
    assert not is_grave_to_delete(actor("olga"), membership("olga", "owner"))


def test_a_weak_role_is_refused_before_it_is_asked_to_sign_in(engine):
    with town.session_as(engine, "mia") as session:
        enter(session, AsActor(replace(actor("mia"), signed_in_at=None)))
        give_a_role(session)
        with pytest.raises(Forbidden) as refused:
            session.flush()
        assert not isinstance(refused.value, SignInTooOld)
