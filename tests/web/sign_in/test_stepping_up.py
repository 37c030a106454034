"""Signing in once more, for what asks for a recent sign-in: by a real provider, and in development."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from app.models import Identity, Invitation, User, UserSession
from tests.support.aging import age_sessions
from tests.support.browsing import csrf_token
from tests.support.pages import Page
from tests.support.rows import Rows
from tests.web.sign_in import dancing
from tests.web.sign_in.dancing import come_back, start, who

PLACE = "/admin/restaurants/deletion/?id=1"
AGAIN = "/login/again?next=%2Fadmin%2Frestaurants%2Fdeletion%2F%3Fid%3D1"
DEVELOPMENT = "/login/development/again"

node = pytest.mark.node


@pytest.fixture
def carte(make_app, provider):
    """Carte with the provider as one of any name, and the development sign-in."""
    return make_app(**provider.settings("OIDC"), CARTE_DEV_LOGIN_TOKEN="token")


@pytest.fixture
def anna(carte, provider, session):
    """The browser of Anna, who signed in with the provider eleven minutes ago."""
    browser = carte.test_client()
    dancing.sign_in(browser, provider, "anna-1", "oidc")
    age_sessions(session)
    return browser


def rows(session):
    """Return the sessions, the newest last."""
    return session.scalars(select(UserSession).order_by(UserSession.id)).all()


def is_fresh(row):
    return datetime.now(UTC) - row.created_at < timedelta(minutes=1)


def test_the_page_says_why_and_keeps_where_one_was(sign_in, make_app):
    browser = sign_in("olga", make_app(CARTE_DEV_LOGIN_TOKEN="token"))

    page = browser.get(AGAIN)

    assert page.status_code == 200
    assert "asks for a sign-in of the last ten minutes" in page.text
    assert "Continue as Olga Ruiz" in page.text
    assert Page(page).forms(DEVELOPMENT) == [{"next": [PLACE]}]


def test_nobody_is_led_to_the_sign_in(client):
    assert client.get(AGAIN).location == "/login?next=/admin/restaurants/deletion/?id%3D1"
    assert client.get("/login/again?next=//evil.example").location == "/login"


def test_in_development_it_is_one_click(sign_in, post, session, make_app):
    browser = sign_in("olga", make_app(CARTE_DEV_LOGIN_TOKEN="token"))
    age_sessions(session)
    form = csrf_token(browser)
    assert browser.get(PLACE).location == AGAIN

    answer = browser.post(DEVELOPMENT, data={"csrf_token": form, "next": PLACE})

    assert (answer.status_code, answer.location) == (302, PLACE)
    old, new = rows(session)
    assert old.ended_at is not None
    assert (new.user_id, new.provider, new.ended_at) == (old.user_id, "development", None)
    assert is_fresh(new)
    assert browser.get(PLACE).status_code == 200
    assert browser.post("/logout", data={"csrf_token": form}).status_code == 302, "its forms go on"


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil", "javascript:x"])
def test_it_leads_nowhere_else(sign_in, post, make_app, place):
    browser = sign_in("olga", make_app(CARTE_DEV_LOGIN_TOKEN="token"))

    assert post(browser, DEVELOPMENT, {"next": place}).location == "/admin/"
    assert "evil" not in browser.get("/login/again", query_string={"next": place}).text


def test_one_click_is_for_whoever_came_by_the_development_sign_in(sign_in, post, session, make_app):
    app = make_app(CARTE_DEV_LOGIN_TOKEN="token")
    browser = sign_in("olga", app)
    rows(session)[0].provider = "google"

    assert "Continue as" not in browser.get(AGAIN).text
    assert post(browser, DEVELOPMENT).status_code == 403
    assert post(app.test_client(), DEVELOPMENT).status_code == 401
    assert len(rows(session)) == 1


@pytest.mark.parametrize(
    "more",
    [{"environ_base": {"REMOTE_ADDR": "192.168.0.7"}}, {"headers": {"X-Forwarded-For": "127.0.0.1"}}],
)
def test_one_click_is_for_this_machine(sign_in, post, session, make_app, more):
    browser = sign_in("olga", make_app(CARTE_DEV_LOGIN_TOKEN="token"))

    assert "Continue as" not in browser.get(AGAIN, **more).text
    assert post(browser, DEVELOPMENT, **more).status_code == 404
    assert len(rows(session)) == 1


def test_one_click_is_not_there_where_the_development_sign_in_is_off(sign_in, post, make_app):
    browser = sign_in("olga", make_app())

    assert "not set up here any more" in browser.get(AGAIN).text
    assert post(browser, DEVELOPMENT).status_code == 404


def test_one_click_needs_its_token(sign_in, make_app, session):
    browser = sign_in("olga", make_app(CARTE_DEV_LOGIN_TOKEN="token"))

    assert browser.post(DEVELOPMENT).status_code == 400
    assert browser.get(DEVELOPMENT).status_code == 405
    assert len(rows(session)) == 1


@node
def test_a_person_is_offered_their_own_providers(make_app, provider, session):
    github = {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "secret"}
    browser = make_app(**provider.settings("OIDC", OIDC_NAME="Acme"), **github).test_client()
    dancing.sign_in(browser, provider, "anna-1", "oidc")

    page = browser.get(AGAIN)

    assert Page(page).forms("/login/oidc") == [{"next": [PLACE], "purpose": ["again"]}]
    assert "GitHub" not in page.text


@node
@pytest.mark.parametrize(
    ("kind", "proof"),
    [
        ("OIDC", {"prompt": ["login"], "max_age": ["0"]}),
        ("GOOGLE", {"prompt": ["select_account"]}),
    ],
)
def test_a_provider_is_asked_for_a_new_sign_in(make_app, provider, session, kind, proof):
    name = kind.lower()
    browser = make_app(**provider.settings(kind)).test_client()
    dancing.sign_in(browser, provider, "anna-1", name)
    age_sessions(session)

    url = start(browser, name, purpose="again", next="/restaurant/1/")
    asked = parse_qs(urlsplit(url).query)
    answer = come_back(browser, provider.visit(url, "anna-1"))

    assert {key: asked[key] for key in ("prompt", "max_age") if key in asked} == proof
    assert (answer.status_code, answer.location) == (302, "/restaurant/1/")
    old, new = rows(session)
    assert old.ended_at is not None
    assert is_fresh(new)


@node
def test_a_first_sign_in_asks_for_nothing_more(make_app, provider):
    asked = start(make_app(**provider.settings("OIDC")).test_client(), "oidc")

    assert "prompt" not in asked
    assert "max_age" not in asked


@node
@pytest.mark.parametrize(("fault", "status"), [("old auth_time", 400), ("no auth_time", 302)])
def test_when_the_person_signed_in_there_counts_where_it_is_said(anna, provider, session, fault, status):
    provider.spoil(fault)

    answer = dancing.sign_in(anna, provider, "anna-1", "oidc", purpose="again")

    assert answer.status_code == status
    assert len(rows(session)) == (1 if status == 400 else 2)
    assert who(anna) is not None


@node
def test_a_first_sign_in_may_be_an_old_one_there(carte, provider):
    provider.spoil("old auth_time")

    assert dancing.sign_in(carte.test_client(), provider, "anna-1", "oidc").status_code == 302


@node
@pytest.mark.parametrize("known", [True, False])
def test_another_account_changes_nothing(anna, carte, provider, session, invitation_of_bert, known):
    if known:
        dancing.sign_in(carte.test_client(), provider, "bert-2", "oidc")
    before = session.scalar(select(func.count(User.id))), len(rows(session)), who(anna)

    answer = dancing.sign_in(anna, provider, "bert-2", "oidc", purpose="again", invitation=invitation_of_bert)

    assert answer.status_code == 403
    assert "another account than one of yours" in answer.text
    assert (session.scalar(select(func.count(User.id))), len(rows(session)), who(anna)) == before
    assert [row.ended_at for row in rows(session)] == [None] * len(rows(session))
    assert not is_fresh(rows(session)[0])
    assert session.scalars(select(Invitation)).one().accepted_at is None


@pytest.fixture
def invitation_of_bert(session):
    """The token of an invitation for Bert."""
    from app.domain import tokens

    at = datetime.now(UTC)
    session.add(
        Invitation(
            restaurant_id=1,
            email="bert@example.com",
            role="staff",
            token_hash=tokens.digest("secret"),
            created_at=at,
            expires_at=at + timedelta(days=1),
        )
    )
    session.commit()
    return "secret"


@node
@pytest.mark.parametrize("purpose", ["again", "link"])
def test_whoever_left_must_still_be_signed_in(carte, provider, session, post, purpose):
    browser = carte.test_client()
    dancing.sign_in(browser, provider, "anna-1", "oidc")
    callback = provider.visit(start(browser, "oidc", purpose=purpose), "anna-1")
    rows(session)[0].ended_at = datetime.now(UTC)

    answer = come_back(browser, callback)

    assert answer.status_code == 400
    assert "You signed out" in answer.text
    assert who(browser) is None
    assert len(rows(session)) == 1


@node
def test_another_of_ones_own_accounts_will_do(anna, provider, session):
    identity = session.scalars(select(Identity).where(Identity.subject == "anna-1")).one()
    session.add(
        Identity(
            user_id=identity.user_id,
            issuer=provider.issuer,
            subject="bert-2",
            email="bert@example.com",
            created_at=identity.created_at,
        )
    )

    assert dancing.sign_in(anna, provider, "bert-2", "oidc", purpose="again").status_code == 302
    assert is_fresh(rows(session)[-1])


@node
def test_cancelling_changes_nothing(anna, provider, session):
    answer = dancing.sign_in(anna, provider, None, "oidc", purpose="again")

    assert answer.status_code == 400
    assert who(anna) is not None
    assert len(rows(session)) == 1


@node
def test_a_purpose_needs_somebody_and_must_be_one(carte, anna, post, session):
    assert post(carte.test_client(), "/login/oidc", {"purpose": "again"}).status_code == 401
    assert post(carte.test_client(), "/login/oidc", {"purpose": "link"}).status_code == 401
    assert post(anna, "/login/oidc", {"purpose": "take-over"}).status_code == 400


@node
def test_a_sign_in_that_left_before_an_update_comes_back(carte, provider):
    browser = carte.test_client()
    callback = provider.visit(start(browser, "oidc"), "anna-1")
    with browser.session_transaction() as cookie:
        kept = ("provider", "state", "verifier", "nonce", "next_path", "invitation", "left_at")
        cookie["pending"] = [{name: each[name] for name in kept} for each in cookie["pending"]]

    assert come_back(browser, callback).status_code == 302


@pytest.fixture
def olga(sign_in, make_app, session):
    """The browser of Olga, whose sign-in grew old while a form was open."""
    browser = sign_in("olga", make_app(CARTE_DEV_LOGIN_TOKEN="token"))
    age_sessions(session)
    return browser


def sign_in_again(browser, refused):
    """Take the way that the refusal offers; return where it leads back to."""
    assert refused.status_code == 403
    [way] = [link for link in Page(refused).links if link.startswith("/login/again")]
    [form] = Page(browser.get(way)).forms(DEVELOPMENT)
    return browser.post(DEVELOPMENT, data={"csrf_token": csrf_token(browser), "next": form["next"]}).location


def test_a_role_chosen_before_stands_in_the_form_again_and_is_not_saved(olga, post, session):
    rows = Rows(session)
    sam = rows.membership("sam")
    path = f"/admin/people/edit/?id={sam.id}"
    form = {"role": "manager", "base-role": "staff", "row_version": sam.version}

    assert sign_in_again(olga, post(olga, path, form)) == path
    page = Page(olga.get(path))

    assert page.all("data-kept")
    assert (page.fields()["role"], page.fields()["base-role"]) == ("manager", "staff")
    assert rows.again(sam).role == "staff"
    assert post(olga, path, page.fields()).status_code == 302
    assert rows.again(sam).role == "manager"
    # It is there this once.
    page = Page(olga.get(path))
    assert not page.all("data-kept")


def test_an_invitation_is_typed_once(olga, post, session):
    form = {"email": "anna@example.com", "base-email": "", "role": "owner", "base-role": "staff"}
    place = str(Rows(session).restaurant().id)

    back = sign_in_again(
        olga, post(olga, "/admin/people/new/", {**form, "restaurant": place, "base-restaurant": place})
    )
    page = Page(olga.get(back))

    assert page.fields() | {"email": "anna@example.com", "role": "owner"} == page.fields()
    assert page.fields()["restaurant"] == place
    assert session.scalar(select(func.count(Invitation.id))) == 0


def test_what_was_chosen_gives_way_to_what_somebody_saved_meanwhile(olga, post, session):
    rows = Rows(session)
    sam = rows.membership("sam")
    form = {"role": "manager", "base-role": "staff", "row_version": sam.version}
    back = sign_in_again(olga, post(olga, f"/admin/people/edit/?id={sam.id}", form))
    sam.role = "viewer"
    session.commit()

    page = Page(olga.get(back))

    assert page.fields()["role"] == "viewer"
    assert not page.all("data-kept")


def test_what_was_typed_is_nobody_elses_and_of_no_other_page(olga, post, session):
    rows = Rows(session)
    sam, vic = rows.membership("sam"), rows.membership("vic")
    form = {"role": "manager", "base-role": "staff", "row_version": sam.version}
    refused = post(olga, f"/admin/people/edit/?id={sam.id}", form)
    assert sign_in_again(olga, refused)

    page = Page(olga.get(f"/admin/people/edit/?id={vic.id}"))
    assert not page.all("data-kept")
    olga.post("/logout", data={"csrf_token": csrf_token(olga)})
    with olga.session_transaction() as cookie:
        assert "typed" not in cookie
