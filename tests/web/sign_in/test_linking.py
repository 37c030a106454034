"""Linking an account by signing in there, with a real provider; an address links nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.domain.audit import Event
from app.models import AuditEntry, Identity, User, UserSession
from tests.support.aging import age_sessions
from tests.support.browsing import post
from tests.support.pages import Page
from tests.web.sign_in import dancing
from tests.web.sign_in.dancing import come_back, start, who

pytestmark = pytest.mark.node

ACCOUNT = "/admin/account/"


@pytest.fixture
def carte(make_app, provider):
    return make_app(**provider.settings("OIDC", OIDC_NAME="Acme"))


@pytest.fixture
def sam(carte, sign_in):
    """The browser of Sam, signed in a moment ago."""
    return sign_in("sam", carte)


def link(browser, provider, person="anna-1", **form):
    return dancing.sign_in(browser, provider, person, "oidc", purpose="link", **form)


def identity(session, subject="anna-1"):
    session.expire_all()
    return session.scalars(select(Identity).where(Identity.subject == subject)).one_or_none()


def cast(session, key):
    return session.scalars(
        select(Identity).where(Identity.issuer == "carte:cast", Identity.subject == key)
    ).one()


def count(session, model):
    session.expire_all()
    return len(session.scalars(select(model)).all())


def test_an_account_is_linked_and_signs_the_same_person_in(carte, sam, provider, session):
    people, sessions = count(session, User), count(session, UserSession)

    answer = link(sam, provider)

    assert (answer.status_code, answer.location) == (302, ACCOUNT)
    assert Page(sam.get(ACCOUNT)).flashes == [
        ("success", "Acme (Anna@Example.com) signs you in from now on.")
    ]
    found = identity(session)
    assert (found.user_id, found.issuer) == (cast(session, "sam").user_id, provider.issuer)
    assert (found.user.name, found.user.email) == ("Sam Okafor", "sam@example.com")
    assert (count(session, User), count(session, UserSession)) == (people, sessions)
    [told] = session.scalars(select(AuditEntry).where(AuditEntry.event == Event.IDENTITY_LINKED)).all()
    assert (told.by_id, told.provider, told.subject) == (found.user_id, "oidc", "Anna@Example.com")

    another = carte.test_client()
    assert dancing.sign_in(another, provider, "anna-1", "oidc").status_code == 302
    assert who(another) == "sam"


def test_what_is_linked_already_is_said(sam, provider, session):
    link(sam, provider)

    answer = link(sam, provider, next="/admin/account/?x=1")

    assert answer.location == "/admin/account/?x=1"
    assert "is linked to you already." in Page(sam.get(ACCOUNT)).flashes[-1][1]
    assert session.scalars(select(AuditEntry).where(AuditEntry.event == Event.IDENTITY_LINKED)).one()


def test_somebody_elses_account_is_refused_and_all_stays(carte, sam, provider, session):
    anna = carte.test_client()
    dancing.sign_in(anna, provider, "anna-1", "oidc")
    owner = identity(session).user_id
    provider.account("anna-1", email="sam@example.com", email_verified=True, name="Sam")

    answer = link(sam, provider)

    assert answer.status_code == 409
    assert "That account is somebody else" in answer.text
    assert who(sam) == "sam"
    assert who(anna) == f"user-{owner}"
    found = identity(session)
    assert (found.user_id, found.email) == (owner, "Anna@Example.com")


def test_the_same_address_links_nothing(carte, sam, provider, session):
    provider.account("other-sam", email="sam@example.com", email_verified=True, name="Sam Okafor")

    dancing.sign_in(carte.test_client(), provider, "other-sam", "oidc")

    assert identity(session, "other-sam").user_id != cast(session, "sam").user_id


def test_an_unverified_address_is_no_obstacle_and_stays_unverified(sam, provider, session):
    assert link(sam, provider, "unverified").status_code == 302
    assert identity(session, "unverified").email_verified is False


@pytest.mark.parametrize("fault", ["wrong nonce", "bad signature", "alg none", "old auth_time"])
def test_a_link_that_fails_leaves_everything_as_it_was(sam, provider, session, fault):
    provider.spoil(fault)

    answer = link(sam, provider)

    assert answer.status_code == 400
    assert who(sam) == "sam"
    assert identity(session) is None


def test_cancelling_links_nothing(sam, provider, session):
    assert link(sam, provider, None).status_code == 400
    assert (who(sam), identity(session)) == ("sam", None)


def test_it_starts_after_a_recent_sign_in_only(sam, provider, session):
    age_sessions(session)

    answer = post(sam, "/login/oidc", {"purpose": "link", "next": ACCOUNT})

    assert answer.status_code == 403
    assert "/login/again?next=%2Fadmin%2Faccount%2F" in Page(answer).links


def test_another_person_who_signed_in_meanwhile_gets_nothing(sam, provider, session):
    callback = provider.visit(start(sam, "oidc", purpose="link"), "anna-1")
    with sam.session_transaction() as cookie:
        pending = cookie["pending"]
    session.scalars(select(UserSession)).one().ended_at = datetime.now(UTC)
    dancing.sign_in(sam, provider, "bert-2", "oidc")
    bert = who(sam)
    with sam.session_transaction() as cookie:
        cookie["pending"] = pending

    answer = come_back(sam, callback)

    assert answer.status_code == 400
    assert (who(sam), identity(session)) == (bert, None)
