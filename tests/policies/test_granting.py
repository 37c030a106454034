"""Nobody gives or takes a role above their own, whatever the table of grants says."""

from __future__ import annotations

import pytest

from app.domain.errors import Forbidden
from app.domain.roles import ADMINISTRATOR, Action, Role, is_stronger
from app.models import Invitation, Membership
from app.policies import GRANTS, grantable, grantable_anywhere, may_grant
from tests.support import town
from tests.support.town import BURGER, PANDA, actor

ALL = tuple(Role)


def test_who_may_give_which_role():
    assert grantable(actor("olga"), BURGER) == ALL
    assert grantable(actor("ada"), BURGER) == ALL
    for key, place in (("mia", BURGER), ("sam", BURGER), ("vic", BURGER), ("olga", PANDA), ("lou", BURGER)):
        assert grantable(actor(key), place) == (), key


def test_administrators_alone_make_administrators():
    assert grantable(actor("ada"), None) == (ADMINISTRATOR,)
    assert grantable(actor("olga"), None) == ()
    assert not may_grant(actor("olga"), ADMINISTRATOR, BURGER)


def test_what_may_be_given_in_any_restaurant():
    assert grantable_anywhere(actor("olga")) == ALL
    assert grantable_anywhere(actor("ada")) == ALL
    assert grantable_anywhere(actor("mia")) == ()


def test_strength_is_the_order_of_the_roles():
    assert [role for role in ALL if is_stronger(role, Role.STAFF)] == [Role.OWNER, Role.MANAGER]


@pytest.fixture
def managing_managers(monkeypatch):
    """A table of grants in which managers manage people, too."""
    monkeypatch.setitem(GRANTS, Role.MANAGER, GRANTS[Role.MANAGER] | {Action.MANAGE_PEOPLE})


@pytest.mark.usefixtures("managing_managers")
def test_a_manager_who_manages_people_gives_no_more_than_she_has():
    assert grantable(actor("mia"), BURGER) == (Role.MANAGER, Role.STAFF, Role.VIEWER)
    assert grantable_anywhere(actor("mia")) == (Role.MANAGER, Role.STAFF, Role.VIEWER)
    # In Panda she views.
    assert grantable(actor("mia"), PANDA) == ()


@pytest.mark.usefixtures("managing_managers")
@pytest.mark.parametrize(
    ("key", "role", "allowed"),
    [("sam", "manager", True), ("sam", "owner", False), ("olga", "viewer", False), ("mia", "owner", False)],
)
def test_the_flush_keeps_the_rule(engine, key, role, allowed):
    with town.session_as(engine, "mia") as session:
        number = actor(key).id
        row = session.query(Membership).filter_by(user_id=number, restaurant_id=BURGER).one()
        row.role = role
        if allowed:
            session.flush()
            return
        with pytest.raises(Forbidden, match="above their own"):
            session.flush()


@pytest.mark.usefixtures("managing_managers")
def test_nobody_removes_somebody_above_them(engine):
    with town.session_as(engine, "mia") as session:
        row = session.query(Membership).filter_by(user_id=actor("olga").id).one()
        session.delete(row)
        with pytest.raises(Forbidden, match="above their own"):
            session.flush()


@pytest.mark.usefixtures("managing_managers")
def test_nobody_invites_somebody_above_them(engine):
    for role, allowed in (("manager", True), ("owner", False)):
        with town.session_as(engine, "mia") as session:
            invitation = Invitation(
                restaurant_id=BURGER,
                role=role,
                email="new@example.com",
                token_hash=role,
                created_at=town.AT,
                created_by_id=actor("mia").id,
                expires_at=town.AT,
            )
            session.add(invitation)
            if allowed:
                session.flush()
                continue
            with pytest.raises(Forbidden, match="above their own"):
                session.flush()
