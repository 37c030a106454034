"""A form left open over night: its person signs in again beside it, and saves what they had typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.models import UserSession
from tests.support.pages import Page
from tests.support.rows import Rows

TOKEN = "a-token-that-only-this-test-knows"
PAGE = f"/login/development?token={TOKEN}"


@pytest.fixture
def browser(make_app):
    return make_app(CARTE_DEV_LOGIN_TOKEN=TOKEN, CARTE_BIND="127.0.0.1").test_client()


def _sign_in(browser, person: str) -> None:
    """Sign in as a page does it: with the page's own token."""
    answer = browser.post(
        "/login/development", data={"person": person, "token": TOKEN, "csrf_token": _token(browser.get(PAGE))}
    )
    assert answer.status_code == 302
    browser.get(answer.location)


def _token(page) -> str:
    [token] = {
        attrs["content"] for attrs, _ in Page(page).all("content", "meta") if attrs["name"] == "csrf-token"
    }
    return token


def _open_form(browser, rows: Rows) -> tuple[str, dict[str, str]]:
    url = f"/admin/items/edit/?id={rows.item().id}"
    page = browser.get(url)
    return url, {**Page(page).fields(), "csrf_token": _token(page), "description": "A long story."}


def _secret(browser) -> str:
    with browser.session_transaction() as cookie:
        return cookie["csrf_token"]


def _present(session) -> UserSession:
    return session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()


def test_who_signs_in_again_saves_the_form_that_stayed_open(browser, session):
    rows = Rows(session)
    _sign_in(browser, "mia")
    url, typed = _open_form(browser, rows)
    _present(session).expires_at = datetime.now(UTC)

    answer = browser.post(url, data=typed)
    assert answer.status_code == 401
    assert "what you typed is still there" in answer.text
    _sign_in(browser, "mia")

    assert browser.post(url, data=typed).status_code == 302
    assert rows.again(rows.item()).description == "A long story."


def test_the_version_decides_about_what_others_saved_over_night(browser, session):
    rows = Rows(session)
    _sign_in(browser, "mia")
    url, typed = _open_form(browser, rows)
    rows.item().description = "A short one."
    _present(session).expires_at = datetime.now(UTC)
    _sign_in(browser, "mia")

    answer = browser.post(url, data=typed)

    page = Page(answer)
    assert answer.status_code == 409
    assert list(page.texts("data-conflict-for")) == ["description"]
    assert page.fields()["description"] == "A long story."


@pytest.mark.parametrize("over", ["expired", "still alive"])
def test_the_session_is_new_and_the_old_one_ends(browser, session, over):
    _sign_in(browser, "mia")
    with browser.session_transaction() as cookie:
        old, secret = cookie["_user_id"], cookie["csrf_token"]
    if over == "expired":
        _present(session).expires_at = datetime.now(UTC) - timedelta(hours=1)

    _sign_in(browser, "mia")

    with browser.session_transaction() as cookie:
        assert cookie["_user_id"] != old
        assert cookie["csrf_token"] == secret
    session.expire_all()
    first = session.scalars(select(UserSession).order_by(UserSession.id)).first()
    assert first.ended_at is not None


def test_another_person_gets_a_secret_of_their_own(browser, session):
    rows = Rows(session)
    _sign_in(browser, "mia")
    url, typed = _open_form(browser, rows)
    secret = _secret(browser)

    _sign_in(browser, "olga")

    with browser.session_transaction() as cookie:
        assert cookie.get("csrf_token") != secret
    assert browser.post(url, data=typed).status_code == 400
    # Nor does it come back with its first owner.
    _sign_in(browser, "mia")
    assert _secret(browser) != secret
    assert browser.post(url, data=typed).status_code == 400


def test_a_secret_planted_before_the_sign_in_is_worth_nothing(browser, session):
    """Session fixation: somebody else's whole cookie, or one of nobody, is in the browser beforehand."""
    planted = browser.application.test_client()
    _sign_in(planted, "sam")
    with planted.session_transaction() as cookie:
        copied = dict(cookie)
    for stuff in (
        copied,
        {"csrf_token": copied["csrf_token"]},
        {**copied, "_user_id": "1"},
    ):
        victim = browser.application.test_client()
        with victim.session_transaction() as cookie:
            cookie.update(stuff)

        _sign_in(victim, "mia")

        with victim.session_transaction() as cookie:
            assert cookie.get("csrf_token") != copied["csrf_token"]
            assert cookie["_user_id"] != copied["_user_id"]


def test_a_session_that_was_ended_on_purpose_leaves_nothing(browser, session):
    _sign_in(browser, "mia")
    secret = _secret(browser)
    _present(session).ended_at = datetime.now(UTC)

    _sign_in(browser, "mia")

    with browser.session_transaction() as cookie:
        assert cookie.get("csrf_token") != secret
