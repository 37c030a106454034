"""The way back from a real provider, bent by somebody: refused on a clean page, nothing written."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from tests.support.elsewhere import ELSEWHERE, EVIL, led_away
from tests.web.sign_in.dancing import OpenIDProvider, come_back, running_provider, start, who
from tests.web.sign_in.dancing import sign_in as go_and_return

pytestmark = pytest.mark.node

_CALLBACKS = [f"http://localhost/login/{name}/authorized" for name in ("google", "oidc")]
_SCRIPT = f"<script>alert('{EVIL}')</script>"


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIDProvider]:
    with running_provider(*_CALLBACKS) as running:
        running.account("anna-1", email="anna@example.com", email_verified=True, name="Anna Adams")
        yield running


@pytest.fixture
def carte(make_app, provider):
    """Carte with the provider under both names: nobody mistakes the one for the other."""
    return make_app(**provider.settings(), **provider.settings("OIDC"))


def _query(callback: str, **changes: str | None) -> str:
    """Return the callback's address with these parameters in place of its own; None leaves one out."""
    parts = urlsplit(callback)
    sent = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return f"{parts.path}?{urlencode({name: value for name, value in sent.items() if value is not None})}"


def test_no_bent_callback_signs_anybody_in(carte, provider, unchanged):
    """Each refused with a whole page; the real one, sent last, still works once and no second time."""
    browser, thief = carte.test_client(), carte.test_client()
    callback = provider.visit(start(browser), "anna-1")
    own_state = parse_qs(urlsplit(start(thief)).query)["state"][0]
    bent = {
        "another browser": (thief, _query(callback)),
        "a stolen code in a sign-in of one's own": (thief, _query(callback, state=own_state)),
        "no state": (browser, _query(callback, state=None)),
        "a blank state": (browser, _query(callback, state="")),
        "a made-up state": (browser, _query(callback, state="forged")),
        "the state of somebody else": (browser, _query(callback, state=own_state)),
        "another provider's door": (browser, _query(callback).replace("/google/", "/oidc/")),
        "NUL for a state": (browser, _query(callback, state="\0")),
        "a list for a state": (browser, _query(callback).replace("state=", "state[]=")),
    }
    with unchanged():
        for name, (client, address) in bent.items():
            answer = client.get(address)
            assert answer.status_code == 400, name
            assert answer.text.count("<h1>") == 1, name
            assert who(client) is None, name
    assert come_back(browser, callback).status_code == 302
    with unchanged():
        assert come_back(browser, callback).status_code == 400


_ANSWERS: dict[str, dict[str, str | None]] = {
    "another issuer": {"iss": "https://evil.example"},
    "a blank issuer": {"iss": ""},
    "no issuer": {"iss": None},
    "no code": {"code": None},
    "a blank code": {"code": ""},
    "a forged code": {"code": "forged"},
    "a long code": {"code": "x" * 5000},
    "a code of script": {"code": _SCRIPT},
}


def test_no_bent_answer_of_the_provider_does(carte, provider, unchanged):
    """With the right state: another issuer, none, another code, none."""
    for name, changes in _ANSWERS.items():
        browser = carte.test_client()
        callback = provider.visit(start(browser), "anna-1")
        with unchanged():
            answer = browser.get(_query(callback, **changes))

        assert answer.status_code == 400, name
        assert answer.text.count("<h1>") == 1, name
        assert EVIL not in answer.text, name
        assert who(browser) is None, name
        # A state counts once, also one that was refused.
        assert come_back(browser, callback).status_code == 400, name


@pytest.mark.parametrize("known", [True, False], ids=["known state", "forged state"])
def test_the_words_of_a_forged_error_are_shown_nowhere(carte, provider, unchanged, caplog, known):
    for error in ("access_denied", "server_error", _SCRIPT, ""):
        browser = carte.test_client()
        asked = parse_qs(urlsplit(start(browser)).query)
        words = {
            "error_description": f"{_SCRIPT} Call +1 555 and tell them your password\r\nforged: line",
            "error_uri": f"javascript:alert('{EVIL}')",
            "error": error,
            "iss": provider.issuer,
            "state": asked["state"][0] if known else "forged",
        }
        with unchanged(), caplog.at_level(logging.INFO, "carte.audit"):
            answer = browser.get(f"/login/google/authorized?{urlencode(words)}")

        assert answer.status_code == 400, error
        told = answer.text + str(answer.headers)
        assert not [said for said in (EVIL, "<script>alert", "password", "forged: line") if said in told], (
            error
        )
        assert who(browser) is None
    assert not [line for line in caplog.messages if "\n" in line or "<script>" in line]


def test_no_address_leads_off_the_site_by_way_of_a_provider(carte, provider):
    """Neither the `next` of the form nor one that is put into the way back."""
    for place in ELSEWHERE[::3]:
        browser = carte.test_client()
        callback = provider.visit(start(browser, next=place), "anna-1")
        answer = browser.get(f"{_query(callback)}&next={quote(place)}&url={quote(place)}")
        assert answer.status_code == 302, place
        assert not led_away(answer), (place, answer.location)


def test_what_was_planted_before_the_sign_in_is_worth_nothing_after(carte, provider, sign_in):
    """An attacker's cookie, put into the victim's browser: neither of its halves outlives the sign-in."""
    attacker = sign_in("stan", carte)
    with attacker.session_transaction() as cookie:
        planted = {**cookie, "csrf_token": "planted", "_flashes": [("success", _SCRIPT)], "next": f"//{EVIL}"}
    victim = carte.test_client()
    with victim.session_transaction() as cookie:
        cookie.update(planted)
    assert who(victim) == "stan"

    assert go_and_return(victim, provider, "anna-1").status_code == 302

    with victim.session_transaction() as cookie:
        kept = dict(cookie)
    assert kept["_user_id"] != planted["_user_id"]
    assert not {"planted", _SCRIPT} & set(map(str, kept.values()))
    assert re.fullmatch(r"user-\d+", str(who(victim)))
    # The session that the attacker shared in is over, as the victim left it.
    assert who(attacker) is None
