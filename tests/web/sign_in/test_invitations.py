from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.models import Identity, Invitation, Membership, Restaurant, User
from app.services import inviting
from tests.web.sign_in import dancing
from tests.web.sign_in.dancing import who


@pytest.fixture
def invite(session):
    """`invite("sam@example.com")` returns the row and the path of its link."""

    def make(email="anna@example.com", role="manager", slug="panda-garden"):
        restaurant = (
            session.scalars(select(Restaurant).where(Restaurant.slug == slug)).one() if slug else None
        )
        invitation, token = inviting.invite(
            session, email=email, role=role, restaurant=restaurant, by=None, at=datetime.now(UTC)
        )
        session.flush()
        return invitation, f"/invitations/{token}"

    return make


@pytest.fixture
def carte(make_app):
    return make_app(CARTE_DEV_LOGIN_TOKEN="t", CARTE_SIGN_UP="invited")


def end(invitation, fate):
    """Let the invitation be over; an unknown one is for the caller to name."""
    moment = datetime.now(UTC) - timedelta(seconds=1)
    match fate:
        case "used":
            invitation.accepted_at = moment
        case "expired":
            invitation.expires_at = moment
        case "revoked":
            invitation.revoked_at = moment


def without_tokens(page):
    return re.sub(r'(?:content|value)="[^"]+"', "", page.text)


def roles(session, user_id):
    found = session.scalars(select(Membership).where(Membership.user_id == user_id).order_by(Membership.id))
    return [(membership.restaurant.slug, membership.role) for membership in found]


def user_id(session, subject):
    return session.scalars(select(Identity.user_id).where(Identity.subject == subject)).one()


def test_the_page_says_what_is_given_and_how_to_take_it(carte, make_app, invite):
    _, path = invite()
    page = carte.test_client().get(path)

    assert page.status_code == 200
    assert "Join Panda Garden" in page.text
    assert "Continue as anna@example.com" in page.text
    assert page.headers["Cache-Control"] == "no-store"

    google = {"GOOGLE_OAUTH_CLIENT_ID": "id", "GOOGLE_OAUTH_CLIENT_SECRET": "secret"}
    page = make_app(**google).test_client().get(path).text
    assert "Continue with Google" in page
    assert "Continue as" not in page


@pytest.mark.node
@pytest.mark.parametrize("name", ["google", "oidc"])
def test_the_sign_in_accepts_it_without_a_further_click(make_app, provider, invite, session, name):
    app = make_app(**provider.settings(name.upper()), CARTE_SIGN_UP="invited")
    _, path = invite()
    token = path.rpartition("/")[2]
    browser = app.test_client()

    answer = dancing.sign_in(browser, provider, "anna-1", name, invitation=token)

    assert (answer.status_code, answer.location) == (302, "/admin/")
    assert roles(session, user_id(session, "anna-1")) == [("panda-garden", "manager")]
    assert browser.get(path).status_code == 404


@pytest.mark.node
@pytest.mark.parametrize("fate", ["unknown", "used", "expired", "revoked"])
def test_a_callback_whose_invitation_is_over_is_a_sign_in_that_failed(
    make_app, provider, invite, session, fate
):
    app = make_app(**provider.settings(), CARTE_SIGN_UP="open")
    before = session.scalar(select(func.count(User.id)))
    invitation, path = invite()
    end(invitation, fate)
    token = path.rpartition("/")[2] + ("x" if fate == "unknown" else "")
    browser = app.test_client()

    answer = dancing.sign_in(browser, provider, "anna-1", invitation=token)

    assert answer.status_code == 400
    assert "You are not signed in" in answer.text
    assert "The invitation you came by" in answer.text
    assert who(browser) is None
    assert session.scalar(select(func.count(User.id))) == before


@pytest.mark.node
@pytest.mark.parametrize("person", ["bert-2", "unverified", "text", "yes", "blank"])
def test_another_or_an_unverified_address_leaves_no_trace(make_app, provider, invite, session, person):
    app = make_app(**provider.settings(), CARTE_SIGN_UP="open")
    before = session.scalar(select(func.count(User.id)))
    invitation, path = invite()
    browser = app.test_client()

    answer = dancing.sign_in(browser, provider, person, invitation=path.rpartition("/")[2])

    assert answer.status_code == 403
    assert who(browser) is None
    assert session.scalar(select(func.count(User.id))) == before
    assert session.get(Invitation, invitation.id).accepted_at is None


def test_signed_in_already_one_accepts_by_a_button(carte, sign_in, post, invite, session):
    _, path = invite("SAM@example.com")
    browser = sign_in("sam", carte)
    assert "Accept</button>" in browser.get(path).text

    answer = post(browser, path)

    assert (answer.status_code, answer.location) == (302, "/admin/")
    assert roles(session, user_id(session, "sam")) == [("urban-burger", "staff"), ("panda-garden", "manager")]
    assert browser.get(path).status_code == 404
    assert post(browser, path).status_code == 404


def test_somebody_else_does_not_accept(carte, sign_in, post, invite, session):
    _, path = invite("sam@example.com")
    browser = sign_in("mia", carte)
    page = browser.get(path)

    assert page.status_code == 200
    assert "Accept</button>" not in page.text
    assert post(browser, path).status_code == 403
    assert roles(session, user_id(session, "mia")) == [("urban-burger", "manager")]


def test_nobody_accepts_without_signing_in_or_without_csrf(carte, make_app, sign_in, post, invite):
    _, path = invite("sam@example.com")

    assert post(carte.test_client(), path).status_code == 401
    assert sign_in("sam", carte).post(path).status_code == 400
    assert post(make_app().test_client(), path, {"continue": "development"}).status_code == 401


def test_in_development_one_continues_as_the_invited_address(carte, post, invite, session):
    _, path = invite()
    browser = carte.test_client()

    assert post(browser, path, {"continue": "development"}).location == "/admin/"

    identity = session.scalars(select(Identity).where(Identity.issuer == "carte:development")).one()
    assert (identity.subject, identity.email_verified) == ("anna@example.com", True)
    assert who(browser) == f"user-{identity.user_id}"
    assert roles(session, identity.user_id) == [("panda-garden", "manager")]

    _, second = invite(slug="urban-burger", role="viewer")
    assert post(carte.test_client(), second, {"continue": "development"}).status_code == 302
    assert roles(session, identity.user_id) == [("panda-garden", "manager"), ("urban-burger", "viewer")]


def test_a_link_that_an_owner_wrote_opens_no_administrators_account(carte, post, invite, session):
    _, first = invite()
    post(carte.test_client(), first, {"continue": "development"})
    identity = session.scalars(select(Identity).where(Identity.issuer == "carte:development")).one()
    identity.user.administrator_since = identity.created_at
    _, second = invite(slug="urban-burger", role="viewer")
    browser = carte.test_client()

    assert post(browser, second, {"continue": "development"}).status_code == 403
    assert who(browser) is None


def test_from_another_machine_nobody_continues_as_anybody(carte, post, invite):
    _, path = invite()
    away = {"environ_base": {"REMOTE_ADDR": "192.168.0.7"}}

    assert "Continue as" not in carte.test_client().get(path, **away).text
    assert post(carte.test_client(), path, {"continue": "development"}, **away).status_code == 401


@pytest.mark.parametrize("fate", ["unknown", "used", "expired", "revoked"])
def test_a_link_that_is_over_is_like_one_that_never_was(carte, sign_in, post, invite, session, fate):
    invitation, path = invite("sam@example.com")
    end(invitation, fate)
    if fate == "unknown":
        path = "/invitations/unknown"
    browser = sign_in("sam", carte)

    page = browser.get(path)
    assert page.status_code == 404
    assert "It has been used, was taken back, has expired, or its link is not complete." in page.text
    assert "restaurant that is not yours" not in page.text
    assert without_tokens(page) == without_tokens(browser.get("/invitations/never-was"))
    assert carte.test_client().get(path).status_code == 404
    assert post(browser, path).status_code == 404
    assert post(carte.test_client(), path, {"continue": "development"}).status_code == 404
    assert roles(session, user_id(session, "sam")) == [("urban-burger", "staff")]


def test_an_administrator_s_invitation(carte, sign_in, post, invite, session):
    _, path = invite("sam@example.com", "administrator", None)
    browser = sign_in("sam", carte)
    assert "administrator" in browser.get(path).text

    assert post(browser, path).status_code == 302
    assert 'data-role="administrator"' in browser.get("/restaurant/").text


def test_accepted_twice_at_once_it_gives_one_membership(carte, sign_in, post, invite, session):
    _, path = invite("sam@example.com")
    browsers = [sign_in("sam", carte) for _ in range(4)]
    ready = threading.Barrier(len(browsers))

    def accept(browser):
        ready.wait()
        return post(browser, path).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        assert sorted(pool.map(accept, browsers)) == [302, 404, 404, 404]
    assert roles(session, user_id(session, "sam")) == [("urban-burger", "staff"), ("panda-garden", "manager")]


def test_two_invitations_accepted_at_once_give_one_membership_of_the_stronger_role(
    carte, sign_in, post, invite, session
):
    paths = [invite("sam@example.com", role)[1] for role in ("viewer", "owner", "staff", "manager")]
    browsers = [sign_in("sam", carte) for _ in paths]
    ready = threading.Barrier(len(paths))

    def accept(browser, path):
        ready.wait()
        return post(browser, path).status_code

    with ThreadPoolExecutor(len(paths)) as pool:
        assert list(pool.map(accept, browsers, paths)) == [302] * 4
    assert roles(session, user_id(session, "sam")) == [("urban-burger", "staff"), ("panda-garden", "owner")]
