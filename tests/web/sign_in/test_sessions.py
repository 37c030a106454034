"""The sign-in page, the session behind the cookie, and the ways out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.models import Identity, Membership, UserSession
from tests.web.sign_in.dancing import who

GOOGLE = {"GOOGLE_OAUTH_CLIENT_ID": "id", "GOOGLE_OAUTH_CLIENT_SECRET": "secret"}
GITHUB = {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "secret"}
OIDC = {
    "OIDC_CLIENT_ID": "id",
    "OIDC_CLIENT_SECRET": "secret",
    "OIDC_ISSUER": "https://id.example",
    "OIDC_NAME": "Acme",
}
PRODUCTION = {"CARTE_ENV": "production", "CARTE_PUBLIC_URL": "https://carte.example", "SECRET_KEY": "k" * 40}


@pytest.mark.parametrize(
    ("env", "buttons"),
    [
        ({}, []),
        (GOOGLE, ["Google"]),
        (GITHUB, ["GitHub"]),
        (OIDC, ["Acme"]),
        (GOOGLE | GITHUB | OIDC, ["Google", "GitHub", "Acme"]),
    ],
)
def test_no_credentials_no_button(make_app, env, buttons):
    page = make_app(**env).test_client().get("/login").text

    assert [name for name in ("Google", "GitHub", "Acme") if f"Continue with {name}" in page] == buttons


def test_a_provider_without_credentials_has_no_route(client, post):
    for name in ("google", "github", "oidc"):
        assert post(client, f"/login/{name}").status_code == 404
        assert client.get(f"/login/{name}/authorized").status_code == 404


def test_the_redirect_uris_are_shown_in_development_only(make_app):
    assert "http://localhost/login/google/authorized" in make_app(**GOOGLE).test_client().get("/login").text
    assert "/authorized" not in make_app(**GOOGLE, **PRODUCTION).test_client().get("/login").text


def test_without_any_way_in_the_page_says_what_to_do(make_app):
    page = make_app(**PRODUCTION).test_client().get("/login")

    assert page.status_code == 200
    assert "docs/google.md" in page.text


def test_the_way_on_is_kept_in_the_form(make_app):
    browser = make_app(**GOOGLE).test_client()

    assert (
        'name="next" value="/admin/items/?page=2"'
        in browser.get("/login?next=%2Fadmin%2Fitems%2F%3Fpage%3D2").text
    )
    assert 'name="next"' not in browser.get("/login?next=https://evil.example/").text


def test_whoever_is_signed_in_goes_on(sign_in, make_app):
    assert sign_in("olga").get("/login?next=/restaurant/1/").location == "/restaurant/1/"
    assert sign_in("olga").get("/login?next=//evil.example").location == "/admin/"


def test_signing_out_ends_the_session_and_every_copy_of_its_cookie(app, sign_in, post, session):
    browser = sign_in("olga")
    with browser.session_transaction() as cookie:
        copied = dict(cookie)
    assert who(browser) == "olga"

    answer = post(browser, "/logout")

    assert (answer.status_code, answer.location) == (302, "/login")
    assert browser.get_cookie("carte") is None
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert who(thief) is None
    assert session.scalars(select(UserSession)).one().ended_at is not None


def test_signing_out_needs_post_and_csrf_and_nobody(app, sign_in, post):
    browser = sign_in("olga")

    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout").status_code == 400
    assert who(browser) == "olga"
    assert post(app.test_client(), "/logout").status_code == 302


@pytest.mark.parametrize("change", ["ended", "expired", "disabled"])
def test_it_is_over_at_the_next_request(sign_in, session, change):
    browser = sign_in("olga")
    assert who(browser) == "olga"
    row = session.scalars(select(UserSession)).one()
    moment = datetime.now(UTC)
    match change:
        case "ended":
            row.ended_at = moment
        case "expired":
            row.expires_at = moment
        case "disabled":
            row.user.disabled_at = moment

    assert who(browser) is None
    assert browser.get("/welcome").status_code == 302


def test_a_removed_membership_is_gone_at_the_next_request(sign_in, session):
    browser = sign_in("sam")
    assert 'data-role="staff"' in browser.get("/restaurant/").text
    sam = session.scalars(select(Identity).where(Identity.subject == "sam")).one()
    session.delete(session.scalars(select(Membership).where(Membership.user_id == sam.user_id)).one())

    assert "data-role" not in browser.get("/restaurant/").text


def test_its_use_is_written_once_a_minute(sign_in, session):
    browser = sign_in("olga")
    row = session.scalars(select(UserSession)).one()
    row.last_seen_at = old = datetime.now(UTC) - timedelta(seconds=61)

    assert who(browser) == "olga"

    session.refresh(row)
    written = row.last_seen_at
    assert written > old
    assert who(browser) == "olga"
    session.refresh(row)
    assert row.last_seen_at == written


def test_who_somebody_is_takes_two_queries_however_many_restaurants(app, sign_in, query_counter):
    def count(key):
        browser = sign_in(key, app)
        with query_counter(app) as queries:
            browser.get("/welcome")
        return len(queries)

    assert count("ada") == count("sam") == count("olga") == 2


@pytest.mark.parametrize(
    ("person", "sign_up", "status", "place"),
    [
        (None, "open", 302, "/login?next=%2Fwelcome"),
        ("olga", "open", 302, "/admin/"),
        ("ada", "invited", 302, "/admin/"),
        ("stan", "open", 200, None),
        ("stan", "invited", 200, None),
    ],
)
def test_the_page_of_a_person_without_a_restaurant(
    make_app, sign_in, session, person, sign_up, status, place
):
    app = make_app(CARTE_SIGN_UP=sign_up)
    stan = session.scalars(select(Identity).where(Identity.subject == "stan")).one()
    session.delete(session.scalars(select(Membership).where(Membership.user_id == stan.user_id)).one())
    browser = sign_in(person, app) if person else app.test_client()

    answer = browser.get("/welcome")

    assert (answer.status_code, answer.location) == (status, place)
    if status == 200:
        assert "invite stan@example.com" in answer.text
        assert "http://localhost/invitations/…" in answer.text
        assert "Sign in with another account" in answer.text
        assert 'href="/admin/account/"' in answer.text
        assert ("Open a restaurant" in answer.text) == (sign_up == "open")


def test_a_forged_cookie_is_a_guest(app):
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = "1"
    assert who(browser) is None
