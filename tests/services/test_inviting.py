from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain import tokens
from app.domain.errors import Forbidden, Invalid, NotFound, SignInDenied, SignInTooOld
from app.domain.identities import Vouched
from app.models import Identity, Membership, Restaurant
from app.services import inviting, vouching
from app.services.signing_in import actor_of

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def person(session, key):
    return session.scalars(select(Identity).where(Identity.subject == key)).one()


@pytest.fixture
def burger(session):
    return session.scalars(select(Restaurant).where(Restaurant.slug == "urban-burger")).one()


@pytest.fixture
def anna(session):
    vouched = Vouched(
        "https://issuer.example", "anna-1", "Anna@Example.com", verified=True, name="Anna Adams"
    )
    return vouching.welcome(session, vouched, at=AT)


def invite(session, restaurant, role="staff", email="anna@example.com", by=None, at=AT):
    return inviting.invite(session, email=email, role=role, restaurant=restaurant, by=by, at=at)


def memberships(session, identity):
    found = session.scalars(select(Membership).where(Membership.user_id == identity.user_id))
    return [(membership.restaurant.slug, membership.role) for membership in found]


def test_an_invitation_is_found_by_its_token_and_only_the_hash_is_kept(session, burger):
    invitation, token = invite(session, burger, email=" Anna@Example.com ")

    assert inviting.find(session, token, at=AT) is invitation
    assert invitation.token_hash == tokens.digest(token)
    assert (invitation.email, invitation.role) == ("anna@example.com", "staff")
    assert inviting.find(session, token + "x", at=AT) is None


def test_accepting_gives_the_role_of_the_row_once(session, burger, anna):
    invitation, token = invite(session, burger, "manager")

    inviting.accept(session, invitation, anna.user, anna, at=LATER)

    assert memberships(session, anna) == [("urban-burger", "manager")]
    assert (invitation.accepted_at, invitation.accepted_by_id) == (LATER, anna.user_id)
    assert inviting.find(session, token, at=LATER) is None
    with pytest.raises(NotFound):
        inviting.accept(session, invitation, anna.user, anna, at=LATER)


def test_an_invitation_waits_seven_days(session, burger, anna):
    invitation, token = invite(session, burger)

    assert inviting.find(session, token, at=AT + timedelta(days=7, seconds=-1))
    assert inviting.find(session, token, at=AT + timedelta(days=7)) is None
    with pytest.raises(NotFound):
        inviting.accept(session, invitation, anna.user, anna, at=AT + timedelta(days=7))


def test_a_revoked_invitation_is_worthless(session, burger, anna):
    invitation, token = invite(session, burger)
    invitation.revoked_at = LATER

    assert inviting.find(session, token, at=LATER) is None
    with pytest.raises(NotFound):
        inviting.accept(session, invitation, anna.user, anna, at=LATER)


def test_another_or_an_unverified_address_gets_nothing(session, burger, anna):
    invitation, _ = invite(session, burger)

    for email, verified in (("bert@example.com", True), ("anna@example.com", False), ("", True)):
        anna.email, anna.email_verified = email, verified
        with pytest.raises(SignInDenied):
            inviting.accept(session, invitation, anna.user, anna, at=LATER)
    assert memberships(session, anna) == []
    assert invitation.accepted_at is None


@pytest.mark.parametrize(
    ("invited", "becomes"), [("viewer", "staff"), ("staff", "staff"), ("owner", "owner")]
)
def test_a_membership_is_raised_and_never_lowered(session, burger, invited, becomes):
    sam = person(session, "sam")
    invitation, _ = invite(session, burger, invited, "sam@example.com")

    inviting.accept(session, invitation, sam.user, sam, at=LATER)

    assert memberships(session, sam) == [("urban-burger", becomes)]


def test_an_administrator_s_invitation_makes_an_administrator(session, anna):
    invitation, _ = invite(session, None, "administrator")

    assert inviting.accept(session, invitation, anna.user, anna, at=LATER) is None
    assert anna.user.administrator_since == LATER
    assert memberships(session, anna) == []


@pytest.mark.parametrize(
    ("key", "may"), [("olga", True), ("ada", True), ("mia", False), ("sam", False), ("stan", False)]
)
def test_who_may_invite(session, burger, key, may):
    actor = actor_of(person(session, key).user)
    if may:
        made, _ = invite(session, burger, by=actor)
        assert made.created_by_id == actor.id
        return
    with pytest.raises(Forbidden):
        invite(session, burger, by=actor)


def test_only_an_administrator_invites_one(session):
    with pytest.raises(Forbidden):
        invite(session, None, "administrator", by=actor_of(person(session, "olga").user))
    with pytest.raises(SignInTooOld):
        invite(session, None, "administrator", by=actor_of(person(session, "ada").user))
    ada = actor_of(person(session, "ada").user, signed_in_at=AT - timedelta(minutes=9))
    invite(session, None, "administrator", by=ada)


@pytest.mark.parametrize(
    ("email", "role", "field"),
    [
        ("anna", "staff", "email"),
        ("", "staff", "email"),
        ("a@" + "b" * 300, "staff", "email"),
        ("a@b.c", "boss", "role"),
        ("a@b.c", "administrator", "role"),
    ],
)
def test_what_cannot_be_invited(session, burger, email, role, field):
    with pytest.raises(Invalid) as refused:
        invite(session, burger, role, email)

    assert set(refused.value.fields) == {field}
