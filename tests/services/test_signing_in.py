from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain import tokens
from app.domain.errors import SignInDenied
from app.models import Identity, Membership, User, UserSession
from app.services import signing_in

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)


@pytest.fixture
def olga(session):
    return session.scalars(select(User).join(Identity).where(Identity.subject == "olga")).one()


@pytest.fixture
def token(session, olga):
    return signing_in.begin(session, olga, provider="google", user_agent="Browser", at=AT)


def found(session, token, at=AT):
    row = signing_in.find(session, token, at=at)
    assert row is not None
    return row


def test_a_session_is_found_by_its_token_and_only_the_hash_is_kept(session, olga, token):
    row = found(session, token)

    assert row.user is olga
    assert row.token_hash == tokens.digest(token) != token
    assert (row.provider, row.user_agent) == ("google", "Browser")
    assert signing_in.find(session, "another", at=AT) is None


def test_a_session_lasts_twelve_hours_used_or_not(session, token):
    almost = timedelta(hours=12, seconds=-1)

    assert signing_in.find(session, token, at=AT + almost) is not None
    assert signing_in.find(session, token, at=AT + timedelta(hours=12)) is None


def test_an_ended_session_stays_ended(session, token):
    signing_in.end(session, token, at=AT)
    signing_in.end(session, token, at=AT + timedelta(hours=1))
    signing_in.end(session, "unknown", at=AT)

    assert signing_in.find(session, token, at=AT) is None
    assert session.scalars(select(UserSession)).one().ended_at == AT


def test_a_disabled_person_has_no_session_and_gets_none(session, olga, token):
    olga.disabled_at = AT

    assert signing_in.find(session, token, at=AT) is None
    with pytest.raises(SignInDenied):
        signing_in.begin(session, olga, provider="google", user_agent="", at=AT)


def test_a_browser_s_name_is_cut_to_its_column(session, olga):
    token = signing_in.begin(session, olga, provider="google", user_agent="x\0" * 1000, at=AT)
    session.flush()

    assert found(session, token).user_agent == "x" * 250


def test_its_use_is_due_once_a_minute(session, token):
    row = found(session, token)

    assert not signing_in.is_due(row, at=AT + timedelta(seconds=59))
    assert signing_in.is_due(row, at=AT + timedelta(seconds=60))


def test_the_actor_has_the_cast_s_key_and_memberships_in_their_order(session, olga):
    actor = signing_in.actor_of(olga)

    assert (actor.key, actor.name, actor.is_admin) == ("olga", "Olga Ruiz", False)
    assert [held.restaurant_slug for held in actor.held] == ["urban-burger", "super-stir-fry"]
    ids = session.scalars(select(Membership.id).where(Membership.user_id == olga.id).order_by(Membership.id))
    assert [membership.id for membership in olga.memberships] == list(ids)


def test_anybody_else_is_named_by_number(session):
    user = User(name="Anna", email="anna@example.com", created_at=AT, administrator_since=AT)
    user.identities.append(Identity(issuer="https://issuer.example", subject="olga", created_at=AT))
    session.add(user)
    session.flush()

    actor = signing_in.actor_of(user)

    assert (actor.key, actor.is_admin, actor.held) == (f"user-{user.id}", True, ())
