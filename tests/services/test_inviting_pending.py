"""Invitations that wait: one an address and place, sent again, taken back, worth what their sender is."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import tenancy
from app.domain.errors import Forbidden, Invalid, InvitationOver, SignInTooOld
from app.domain.identities import Vouched
from app.domain.roles import Role
from app.models import Change, Identity, Invitation, Membership, Restaurant, User
from app.models.history import recorded_columns
from app.policies import grants, may_grant
from app.services import awaiting, backing, inviting, signatures, staffing, vouching
from app.services.signing_in import actor_of
from tests.support.town import engine_on

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def user(session, key) -> User:
    return session.scalars(select(Identity).where(Identity.subject == key)).one().user


def actor(session, key):
    return actor_of(user(session, key), signed_in_at=AT)


@pytest.fixture
def burger(session) -> Restaurant:
    return session.scalars(select(Restaurant).where(Restaurant.slug == "urban-burger")).one()


@pytest.fixture
def invite(session, burger):
    def make(by="olga", email="anna@example.com", role="staff", place=burger):
        made = inviting.invite(
            session, email=email, role=role, restaurant=place, by=actor(session, by) if by else None, at=AT
        )
        session.flush()
        return made

    return make


def membership(session, key, place) -> Membership:
    query = select(Membership).where(
        Membership.user_id == user(session, key).id, Membership.restaurant_id == place.id
    )
    return session.scalars(query).one()


def test_sent_again_it_has_a_new_link_a_new_end_and_a_new_sender(session, invite):
    invitation, old = invite()
    invitation.mailed_at = AT

    new = awaiting.renew(session, invitation, by=actor(session, "ada"), at=LATER)

    assert inviting.find(session, old, at=LATER) is None
    assert inviting.find(session, new, at=LATER) is invitation
    assert invitation.expires_at == LATER + timedelta(days=7)
    assert invitation.created_by_id == user(session, "ada").id
    assert invitation.mailed_at is None


def test_one_that_has_expired_can_be_sent_again(session, invite):
    invitation, old = invite()
    month = AT + timedelta(days=30)
    assert inviting.find(session, old, at=month) is None

    new = awaiting.renew(session, invitation, by=actor(session, "olga"), at=month)

    assert inviting.find(session, new, at=month) is invitation


@pytest.mark.parametrize("end", ["accepted_at", "revoked_at"])
def test_what_is_over_is_neither_sent_again_nor_taken_back(session, invite, end):
    invitation, _ = invite()
    setattr(invitation, end, AT)

    with pytest.raises(InvitationOver):
        awaiting.renew(session, invitation, by=actor(session, "olga"), at=LATER)
    with pytest.raises(InvitationOver):
        awaiting.revoke(session, invitation, by=actor(session, "olga"), at=LATER)


def test_taken_back_its_link_leads_nowhere(session, invite):
    invitation, token = invite()

    awaiting.revoke(session, invitation, by=actor(session, "olga"), at=LATER)

    assert invitation.revoked_at == LATER
    assert inviting.find(session, token, at=LATER) is None


def test_only_who_may_give_the_role_sends_it_again_or_takes_it_back(session, invite):
    invitation, _ = invite()
    for key in ("mia", "sam", "vic", "stan"):
        with pytest.raises(Forbidden):
            awaiting.renew(session, invitation, by=actor(session, key), at=LATER)
        with pytest.raises(Forbidden):
            awaiting.revoke(session, invitation, by=actor(session, key), at=LATER)


def test_a_second_one_takes_the_place_of_the_first(session, burger, invite):
    elsewhere = session.scalars(select(Restaurant).where(Restaurant.slug == "super-stir-fry")).one()
    first, old = invite(role="manager")
    _, other_place = invite(place=elsewhere)
    _, other_person = invite(email="bert@example.com")

    second, new = invite(email=" ANNA@example.com", role="staff")

    assert (first.revoked_at, second.revoked_at) == (AT, None)
    assert inviting.find(session, old, at=LATER) is None
    for token in (new, other_place, other_person):
        assert inviting.find(session, token, at=LATER)


@pytest.mark.parametrize("typed", ["sam@example.com", " SAM@Example.com "])
def test_who_works_there_already_is_not_invited(invite, typed):
    with pytest.raises(Invalid) as refused:
        invite(email=typed)

    assert "already staff of Urban Burger" in refused.value.fields["email"]
    assert "change the role instead" in refused.value.fields["email"]


def test_an_address_that_would_be_kept_as_another_one_is_refused(invite):
    """The sharp s of an address folds into two plain letters, and they are somebody else's."""
    with pytest.raises(Invalid):
        invite(email="strauß@example.com")


def test_the_command_line_may_invite_anybody_again(session, invite):
    _, one = invite(by=None, email="sam@example.com", role="owner")
    _, two = invite(by=None, email="sam@example.com", role="owner")

    assert inviting.find(session, one, at=LATER)
    assert inviting.find(session, two, at=LATER)


def _removed(session, burger):
    staffing.change_role(session, membership(session, "mia", burger), Role.OWNER)
    session.flush()
    staffing.remove(session, membership(session, "olga", burger))


def _demoted(session, burger):
    staffing.change_role(session, membership(session, "mia", burger), Role.OWNER)
    session.flush()
    staffing.change_role(session, membership(session, "olga", burger), Role.MANAGER)


def _disabled(session, _burger):
    user(session, "olga").disabled_at = LATER


@pytest.mark.parametrize("fate", [_removed, _demoted, _disabled])
def test_a_link_is_worth_nothing_once_its_sender_may_not_give_the_role(session, burger, invite, fate):
    invitation, token = invite()
    anna = vouching.welcome(
        session, Vouched("https://issuer.example", "anna", "anna@example.com", True, "Anna"), at=AT
    )

    fate(session, burger)
    session.flush()

    assert inviting.find(session, token, at=LATER) is None
    with pytest.raises(InvitationOver):
        inviting.accept(session, invitation, anna.user, anna, at=LATER)
    assert invitation.accepted_at is None
    assert not backing.is_backed(session, invitation)
    # Somebody who may sends it again, in their own name.
    renewed = awaiting.renew(session, invitation, by=actor(session, "ada"), at=LATER)
    assert inviting.find(session, renewed, at=LATER) is invitation


def test_an_administrators_link_ends_with_their_administration(session, invite):
    _, installation = invite(by="ada", role="administrator", place=None)
    _, place = invite(by="ada", email="bert@example.com")
    assert inviting.find(session, installation, at=LATER)
    assert inviting.find(session, place, at=LATER)

    user(session, "ada").administrator_since = None
    session.flush()

    assert inviting.find(session, installation, at=LATER) is None
    assert inviting.find(session, place, at=LATER) is None


def test_the_operators_link_stands_by_itself(session, invite):
    invitation, token = invite(by=None)

    assert inviting.find(session, token, at=LATER) is invitation


def test_an_administrators_invitation_is_sent_again_after_a_recent_sign_in(session, invite):
    invitation, _ = invite(by="ada", role="administrator", place=None)

    with pytest.raises(SignInTooOld):
        awaiting.renew(session, invitation, by=actor(session, "ada"), at=AT + timedelta(minutes=10))
    awaiting.renew(session, invitation, by=actor(session, "ada"), at=AT + timedelta(minutes=9))


def test_only_the_newest_link_is_noted_as_mailed(session, invite):
    invitation, old = invite()
    new = awaiting.renew(session, invitation, by=actor(session, "olga"), at=LATER)
    session.flush()

    awaiting.note_mailed(session, old, at=LATER)
    assert invitation.mailed_at is None

    awaiting.note_mailed(session, new, at=LATER)
    assert invitation.mailed_at == LATER


def test_the_history_keeps_no_trace_of_a_link(session, invite):
    invitation, old = invite()
    new = awaiting.renew(session, invitation, by=actor(session, "olga"), at=LATER)
    session.flush()

    assert "token_hash" not in recorded_columns(Invitation)
    told = str([(c.before, c.after) for c in session.scalars(select(Change)) if c.kind == "invitation"])
    assert old not in told
    assert new not in told
    assert invitation.token_hash not in told


def at_once(database_url, *acts):
    """Do each of these in a session and a transaction of its own, all at the same moment."""
    ready, outcomes = threading.Barrier(len(acts), timeout=60), []

    def do(act) -> None:
        with Session(engine) as own:
            tenancy.enter(own, tenancy.Unscoped(tenancy.Reason.COMMAND_LINE))
            signatures.sign(own, by=None, at=LATER)
            ready.wait()
            try:
                outcomes.append(act(own))
                own.commit()
            except InvitationOver as over:
                outcomes.append(over)

    with engine_on(database_url) as engine:
        threads = [threading.Thread(target=do, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return outcomes


def test_two_who_send_it_again_at_once_leave_one_link(database_url, session, invite):
    number, olga = invite()[0].id, actor(session, "olga")
    session.commit()

    def renew(own):
        return awaiting.renew(own, own.get_one(Invitation, number), by=olga, at=LATER)

    one, two = at_once(database_url, renew, renew)

    session.expire_all()
    assert [inviting.find(session, token, at=LATER) is not None for token in (one, two)].count(True) == 1


def test_two_who_invite_one_address_at_once_leave_one_link(database_url, session, burger):
    place, olga, ada = burger.id, actor(session, "olga"), actor(session, "ada")
    session.commit()

    def by(who):
        def make(own):
            restaurant = own.get_one(Restaurant, place)
            made = inviting.invite(
                own, email="anna@example.com", role="staff", restaurant=restaurant, by=who, at=LATER
            )
            own.flush()
            return made[1]

        return make

    tokens = at_once(database_url, by(olga), by(ada))

    assert [inviting.find(session, token, at=LATER) is not None for token in tokens].count(True) == 1


def test_accepted_and_taken_back_at_once_one_of_them_happens(database_url, session, invite):
    number, olga = invite(email="stan@example.com")[0].id, actor(session, "olga")
    stan = session.scalars(select(Identity).where(Identity.subject == "stan")).one().id
    session.commit()

    def accept(own):
        identity = own.get_one(Identity, stan)
        inviting.accept(own, own.get_one(Invitation, number), identity.user, identity, at=LATER)

    def revoke(own):
        awaiting.revoke(own, own.get_one(Invitation, number), by=olga, at=LATER)

    outcomes = at_once(database_url, accept, revoke)

    session.expire_all()
    row = session.get_one(Invitation, number)
    assert [isinstance(outcome, InvitationOver) for outcome in outcomes].count(True) == 1
    assert (row.accepted_at is None) != (row.revoked_at is None)


def test_backing_asks_the_policy(session, burger, invite, monkeypatch):
    """A manager who may invite by another table of grants gives up to their own role, no more."""
    held = {**grants.GRANTS, Role.MANAGER: grants.GRANTS[Role.OWNER]}
    monkeypatch.setattr("app.policies.rules.GRANTS", held)
    mia = actor(session, "mia")
    assert may_grant(mia, Role.MANAGER, burger.id)

    owner, manager = invite(role="owner")[0], invite(email="bert@example.com", role="manager")[0]
    owner.created_by_id = manager.created_by_id = mia.id
    session.flush()

    assert not backing.is_backed(session, owner)
    assert backing.is_backed(session, manager)
