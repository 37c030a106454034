"""Leaving for a provider whose sign-in is at another place than its issuer: over a page, not a redirect."""

from __future__ import annotations

from html import unescape

import pytest

from tests.support.browsing import post
from tests.web.sign_in.test_failing_providers import CREDENTIALS, document, saying

ELSEWHERE = "https://sign-in.example.net/authorize"


def _leave(make_app, endpoint, **form):
    with saying(document(authorization_endpoint=endpoint)) as address:
        browser = make_app(**CREDENTIALS, OIDC_ISSUER=address, OIDC_NAME="Keycloak & Co").test_client()
        return browser, post(browser, "/login/oidc", form)


def test_a_sign_in_at_the_issuer_is_a_redirect(make_app):
    _, answer = _leave(make_app, "ISSUER/a")

    assert answer.status_code == 302
    assert "Refresh" not in answer.headers


@pytest.mark.parametrize("endpoint", [ELSEWHERE, "http://127.0.0.1:1/a", "http://localhost/a"])
def test_a_sign_in_elsewhere_is_a_page_that_goes_on_by_itself(make_app, endpoint):
    browser, answer = _leave(make_app, endpoint, next="/admin/menus/")

    assert answer.status_code == 200
    url = answer.headers["Refresh"].removeprefix("0; url=")
    assert url.startswith(f"{endpoint}?response_type=code&")
    assert f'href="{url}"' in unescape(answer.text)
    assert "<title>Leaving for Keycloak &amp; Co" in answer.text
    assert answer.text.count("<h1") == 1
    assert answer.headers["Cache-Control"] == "no-store"
    with browser.session_transaction() as cookie:
        [pending] = cookie["pending"]
    assert f"state={pending['state']}&" in f"{url}&"
    assert pending["next_path"] == "/admin/menus/"


@pytest.mark.parametrize("endpoint", [f"{ELSEWHERE}\r\nX: y", f"{ELSEWHERE}\n", f"{ELSEWHERE}/ü"])
def test_an_address_that_no_header_can_have(make_app, endpoint):
    assert _leave(make_app, endpoint)[1].status_code == 400


def test_a_quote_in_the_address_stays_in_it(make_app):
    _, answer = _leave(make_app, f'{ELSEWHERE}/"><script>')

    assert answer.status_code == 200
    assert '"><script>' not in answer.text
