from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from app.models import Identity, User, UserSession
from tests.web.sign_in.dancing import come_back, sign_in, start, who

pytestmark = pytest.mark.node


def people(session):
    return session.scalar(select(func.count(User.id)))


def anna(session):
    return session.scalars(select(Identity).where(Identity.subject == "anna-1")).one()


@pytest.fixture
def google(make_app, provider):
    """Carte with the provider in Google's place, sign-up open."""
    return make_app(**provider.settings())


@pytest.mark.parametrize("name", ["google", "oidc"])
def test_a_first_visit_makes_a_person_and_leads_to_their_first_restaurant(make_app, provider, session, name):
    app = make_app(**provider.settings(name.upper()))
    browser = app.test_client()

    answer = sign_in(browser, provider, "anna-1", name)

    assert (answer.status_code, answer.location) == (302, "/admin/restaurants/new/")
    identity = anna(session)
    assert (identity.issuer, identity.email, identity.email_verified) == (
        provider.issuer,
        "Anna@Example.com",
        True,
    )
    assert (identity.user.name, identity.user.email) == ("Anna Adams", "Anna@Example.com")
    assert who(browser) == f"user-{identity.user_id}"


def test_a_second_visit_finds_the_person_and_keeps_their_own_name(google, provider, session):
    sign_in(google.test_client(), provider, "anna-1")
    anna(session).user.name = "Anna the Great"
    before = people(session)
    provider.account("anna-1", email="new@example.com", email_verified=False, name="Another")

    browser = google.test_client()
    answer = sign_in(browser, provider, "anna-1")

    assert answer.status_code == 302
    assert people(session) == before
    assert (anna(session).user.name, anna(session).user.email) == ("Anna the Great", "Anna@Example.com")
    assert (anna(session).email, anna(session).email_verified) == ("new@example.com", False)


def test_an_address_links_no_accounts(google, provider, session):
    sign_in(google.test_client(), provider, "anna-1")
    provider.account("another-anna", email="Anna@Example.com", email_verified=True, name="Anna Adams")

    sign_in(google.test_client(), provider, "another-anna")

    found = session.scalars(select(Identity).where(Identity.email == "Anna@Example.com"))
    assert len({identity.user_id for identity in found}) == 2


def test_only_the_hash_of_the_cookie_is_kept_and_no_token_of_the_provider(google, provider, session):
    browser = google.test_client()
    sign_in(browser, provider, "anna-1")

    with browser.session_transaction() as cookie:
        kept = dict(cookie)
    row = session.scalars(select(UserSession)).one()
    assert row.provider == "google"
    assert row.token_hash not in kept.values()
    assert set(kept) <= {"_user_id", "_fresh", "_id", "csrf_token"}


def test_the_way_to_the_provider_has_state_nonce_and_pkce(google):
    url = start(google.test_client())

    for part in ("state=.{20,}", "nonce=.{40,}", "code_challenge=.{43}", "code_challenge_method=S256"):
        assert re.search(part, url)
    assert "redirect_uri=http%3A%2F%2Flocalhost%2Flogin%2Fgoogle%2Fauthorized" in url


def test_a_sign_in_starts_by_post_with_csrf_only(google, client):
    browser = google.test_client()

    assert browser.get("/login/google").status_code == 405
    assert browser.post("/login/google").status_code == 400


def test_cancelling_is_a_clean_page(google, provider, session):
    before = people(session)
    browser = google.test_client()

    answer = sign_in(browser, provider, None)

    assert answer.status_code == 400
    assert "cancelled" in answer.text
    assert (who(browser), people(session)) == (None, before)


def test_a_wrong_state_is_refused_and_the_real_sign_in_goes_on(google, provider):
    browser = google.test_client()
    callback = provider.visit(start(browser), "anna-1")

    assert browser.get("/login/google/authorized?code=x&state=forged").status_code == 400
    assert browser.get("/login/google/authorized?error=access_denied&state=forged").status_code == 400
    assert browser.get("/login/google/authorized").status_code == 400
    assert come_back(browser, callback).status_code == 302


def test_a_callback_in_another_browser_is_refused(google, provider):
    callback = provider.visit(start(google.test_client()), "anna-1")
    thief = google.test_client()

    assert come_back(thief, callback).status_code == 400
    assert who(thief) is None


def test_a_stolen_code_is_refused_by_pkce(google, provider):
    callback = provider.visit(start(google.test_client()), "anna-1")
    thief = google.test_client()
    [own_state] = re.findall(r"[?&]state=([^&]+)", start(thief))

    stolen = re.sub(r"state=[^&]+", f"state={own_state}", callback)

    assert come_back(thief, stolen).status_code == 400
    assert who(thief) is None


def test_a_used_callback_is_refused(google, provider):
    browser = google.test_client()
    callback = provider.visit(start(browser), "anna-1")
    with browser.session_transaction() as cookie:
        before = dict(cookie)
    assert come_back(browser, callback).status_code == 302
    assert come_back(browser, callback).status_code == 400

    again = google.test_client()
    with again.session_transaction() as cookie:
        cookie.update(before)
    assert come_back(again, callback).status_code == 400, "the provider takes a code once"


def test_ten_minutes_are_enough(google, provider):
    browser = google.test_client()
    callback = provider.visit(start(browser), "anna-1")
    with browser.session_transaction() as cookie:
        cookie["pending"] = [{**each, "left_at": each["left_at"] - 601} for each in cookie["pending"]]

    assert come_back(browser, callback).status_code == 400


@pytest.mark.parametrize("iss", ["", "&iss=https%3A%2F%2Felsewhere.example"])
def test_a_callback_must_name_its_issuer(google, provider, iss):
    browser = google.test_client()
    callback = provider.visit(start(browser), "anna-1")
    assert "&iss=" in callback

    assert come_back(browser, re.sub(r"&iss=[^&]+", iss, callback)).status_code == 400


@pytest.mark.parametrize("person", ["unverified", "text", "yes", "blank"])
def test_an_unverified_address_makes_no_person(google, provider, session, person):
    before = people(session)
    browser = google.test_client()

    answer = sign_in(browser, provider, person)

    assert answer.status_code == 403
    assert "has not verified your e-mail address" in answer.text
    assert (who(browser), people(session)) == (None, before)


def test_invited_sign_up_refuses_a_stranger_kindly(make_app, provider, session):
    before = people(session)
    browser = make_app(**provider.settings(CARTE_SIGN_UP="invited")).test_client()

    answer = sign_in(browser, provider, "anna-1")

    assert answer.status_code == 403
    assert "invitation" in answer.text
    assert (who(browser), people(session)) == (None, before)


def test_a_disabled_person_stays_outside(google, provider, session):
    sign_in(google.test_client(), provider, "anna-1")
    anna(session).user.disabled_at = anna(session).created_at
    browser = google.test_client()

    answer = sign_in(browser, provider, "anna-1")

    assert answer.status_code == 403
    assert "You cannot come in yet" in answer.text
    assert "has been switched off" in answer.text
    assert who(browser) is None


def test_the_page_that_was_asked_for_is_kept(google, provider, session, sign_in):
    from tests.web.sign_in import dancing

    browser = google.test_client()
    answer = dancing.sign_in(browser, provider, "anna-1", next="/restaurant/1/?a=b")
    assert answer.location == "/restaurant/1/?a=b"

    answer = dancing.sign_in(google.test_client(), provider, "anna-1", next="//evil.example/")
    assert answer.location == "/admin/restaurants/new/"


def test_two_tabs_may_sign_in_at_once(google, provider):
    browser = google.test_client()
    first, second = start(browser), start(browser)

    assert come_back(browser, provider.visit(first, "anna-1")).status_code == 302
    # The first arrival took everything of the anonymous browser with it.
    assert come_back(browser, provider.visit(second, "anna-1")).status_code == 400


def test_a_new_sign_in_ends_the_one_before(google, provider, session, sign_in):
    from tests.web.sign_in import dancing

    browser = sign_in("olga", google)
    with browser.session_transaction() as cookie:
        old = cookie["_user_id"]

    dancing.sign_in(browser, provider, "anna-1")

    thief = google.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = old
    assert who(thief) is None
    assert who(browser) == f"user-{anna(session).user_id}"


def test_what_an_id_token_lacks_is_asked_of_userinfo(make_app, session):
    from tests.web.sign_in.conftest import CALLBACKS
    from tests.web.sign_in.dancing import running_provider

    with running_provider(*CALLBACKS, CONFORM="1") as provider:
        provider.account("anna-1", email="anna@example.com", email_verified=True, name="Anna Adams")
        answer = sign_in(make_app(**provider.settings("OIDC")).test_client(), provider, "anna-1", "oidc")

    assert answer.status_code == 302
    assert anna(session).user.name == "Anna Adams"
