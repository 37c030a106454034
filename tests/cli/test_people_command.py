"""`flask people`: invitations, administrators, and who is shut out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.models import Identity, Invitation, User, UserSession
from app.services import inviting
from tests.support import browsing


@pytest.fixture
def flask(bare_app):
    """Runs a command inside this process, on a database with the sample data."""

    def run(*args):
        for prepare in browsing.before_each_request:
            prepare()
        return bare_app.test_cli_runner().invoke(args=args)

    run("fixtures", "load")
    return run


def person(session, name):
    return session.scalars(select(User).where(User.name == name)).one()


def test_list_shows_everybody(flask):
    rows = [line.split("\t") for line in flask("people", "list").stdout.splitlines()]

    assert rows[0] == [
        "1",
        "Olga Ruiz",
        "olga@example.com",
        "-",
        "active",
        "urban-burger:owner,super-stir-fry:owner",
    ]
    assert rows[5] == ["6", "Ada Berg", "ada@example.com", "administrator", "active", "-"]


def test_invite_prints_one_link_that_is_stored(flask, bare_session):
    result = flask("people", "invite", "New@Example.com", "--restaurant", "urban-burger", "--role", "manager")

    [link] = result.stdout.splitlines()
    base, token = link.rsplit("/", 1)
    assert base == "http://localhost/invitations"
    invitation = inviting.find(bare_session, token, at=datetime.now(UTC))
    assert (invitation.email, invitation.role, invitation.restaurant.slug) == (
        "new@example.com",
        "manager",
        "urban-burger",
    )


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("invite", "new@example.com", "--restaurant", "nowhere", "--role", "manager"), 1),
        (("invite", "no address", "--restaurant", "urban-burger", "--role", "manager"), 1),
        (("invite", "new@example.com", "--restaurant", "urban-burger", "--role", "chef"), 2),
        (("disable", "nobody@example.com"), 1),
        (("enable", "99"), 1),
        (("grant-admin", "99999999999999999999"), 1),
        (("grant-admin", "no@"), 1),
        (("revoke-admin", "olga@example.com"), 1),
        (("revoke-admin", "ada@example.com"), 1),
        (("disable", "ada@example.com"), 1),
    ],
)
def test_a_refusal_is_words_without_a_change(flask, bare_session, args, code):
    result = flask("people", *args)

    assert (result.exit_code, result.stdout) == (code, "")
    assert len(result.stderr.splitlines()) == (1 if code == 1 else 4)
    assert bare_session.scalar(select(func.count(Invitation.id))) == 0
    ada = person(bare_session, "Ada Berg")
    assert (ada.administrator_since is None, ada.disabled_at) == (False, None)


def test_grant_admin_makes_a_verified_person_one(flask, bare_session):
    result = flask("people", "grant-admin", "OLGA@example.com")

    assert (result.exit_code, result.stdout) == (0, "")
    assert person(bare_session, "Olga Ruiz").administrator_since is not None
    assert flask("people", "revoke-admin", "ada@example.com").exit_code == 0
    assert person(bare_session, "Ada Berg").administrator_since is None


def test_grant_admin_prints_a_link_where_nobody_has_verified_the_address(flask, bare_session):
    bare_session.scalars(select(Identity).where(Identity.subject == "olga")).one().email_verified = False

    result = flask("people", "grant-admin", "olga@example.com")

    token = result.stdout.strip().rpartition("/")[2]
    assert inviting.find(bare_session, token, at=datetime.now(UTC)).role == "administrator"
    assert person(bare_session, "Olga Ruiz").administrator_since is None


def test_disable_ends_every_session_and_enable_lets_in_again(flask, bare_session, bare_app):
    browsing.sign_in(bare_app, "sam")

    assert flask("people", "disable", "sam@example.com").exit_code == 0
    assert person(bare_session, "Sam Okafor").disabled_at is not None
    assert bare_session.scalars(select(UserSession).where(UserSession.ended_at.is_(None))).all() == []

    assert flask("people", "enable", str(person(bare_session, "Sam Okafor").id)).exit_code == 0
    assert person(bare_session, "Sam Okafor").disabled_at is None


def test_a_shared_address_asks_for_the_number(flask, bare_session):
    twin = User(name="Sam Two", email="sam@example.com", created_at=datetime.now(UTC))
    bare_session.add(twin)
    bare_session.commit()

    result = flask("people", "disable", "sam@example.com")

    assert result.exit_code == 1
    assert f"3 (Sam Okafor), {twin.id} (Sam Two)" in result.stderr
    assert flask("people", "disable", str(twin.id)).exit_code == 0
    assert person(bare_session, "Sam Okafor").disabled_at is None
