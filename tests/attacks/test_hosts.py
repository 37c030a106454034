"""Forged words about who asks and by which name: behind no proxy none is heard, behind one the last."""

from __future__ import annotations

import logging
import re

import pytest

from tests.support.elsewhere import EVIL
from tests.support.pages import Page
from tests.support.rows import Rows

_GITHUB = {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "secret"}
_PRODUCTION = {"CARTE_ENV": "production", "CARTE_PUBLIC_URL": "https://carte.example", "SECRET_KEY": "k" * 40}
_OURS = "https://carte.example"
_REFERER = {"Referer": f"{_OURS}/login"}

#: What a client might send to be taken for somebody, or us for another place.
_FORGED = (
    {"X-Forwarded-Host": EVIL},
    {"X-Forwarded-Host": f"{EVIL}, carte.example"},
    {"X-Forwarded-Host": f"carte.example, {EVIL}"},
    {"X-Forwarded-Proto": "http"},
    {"X-Forwarded-Proto": "javascript"},
    {"X-Forwarded-Port": "666"},
    {"X-Forwarded-Prefix": f"//{EVIL}"},
    {"Forwarded": f"for=127.0.0.1;host={EVIL};proto=http"},
    {"X-Host": EVIL, "X-Original-Host": EVIL, "X-Real-Host": EVIL},
    {"X-Original-URL": f"//{EVIL}", "X-Rewrite-URL": f"//{EVIL}"},
)


def _redirect_uri(answer) -> str:
    return re.findall("redirect_uri=([^&]+)", answer.location)[0]


@pytest.mark.parametrize("hops", ["0", "1"])
def test_no_link_that_leaves_carte_has_a_forged_host(make_app, sign_in, post, rows: Rows, hops):
    """Redirect URIs and invitations are of the public URL, whatever a request says of itself."""
    app = make_app(**_PRODUCTION, **_GITHUB, CARTE_PROXY_HOPS=hops)
    olga, wanted = sign_in("olga", app), "https%3A%2F%2Fcarte.example%2Flogin%2Fgithub%2Fauthorized"
    form = {"email": "new@example.com", "role": "viewer", "restaurant": rows.restaurant().id}
    heard = 0
    for headers in _FORGED:
        guest = app.test_client()
        leaving = post(guest, "/login/github", headers={**headers, **_REFERER})
        invited = post(olga, "/admin/people/new/", form, headers={**headers, **_REFERER})
        assert {leaving.status_code, invited.status_code} <= {302, 200, 400}, headers
        if leaving.status_code == 302:
            heard += 1
            assert _redirect_uri(leaving) == wanted, headers
            [(_, link)] = Page(invited).all("data-invitation-url")
            assert link.startswith(f"{_OURS}/invitations/"), headers
        for answer in (leaving, invited):
            assert EVIL not in answer.text + str(answer.headers), headers
            assert "666" not in str(answer.location), headers
    # Behind a proxy, the two whose last word is another host are refused.
    assert heard == len(_FORGED) - (2 if hops == "1" else 0)


#: What a proxy passes on, and whether its last word is a host of ours.
_HOSTS = {
    EVIL: 400,
    f"carte.example, {EVIL}": 400,
    f"carte.example@{EVIL}": 400,
    f"carte.example.{EVIL}": 400,
    f"{EVIL}, carte.example": 302,
    "carte.example": 302,
    "carte.example:443": 302,
    ", ": 302,
}


def test_behind_one_proxy_its_own_word_counts(make_app):
    """It appends to what it was told, so the last host is the one that it saw."""
    client = make_app(**_PRODUCTION, CARTE_PROXY_HOPS="1").test_client()
    for host, status in _HOSTS.items():
        answer = client.get("/admin/items/", headers={"X-Forwarded-Host": host})

        assert answer.status_code == status, host
        assert EVIL not in answer.text + str(answer.headers), host


#: How many proxies there are, what the last of them passes on, and who it is that asks.
_ASKING = [
    ("0", "1.2.3.4", "127.0.0.1"),
    ("1", "1.2.3.4", "1.2.3.4"),
    ("1", "9.9.9.9, 1.2.3.4", "1.2.3.4"),
    ("1", "127.0.0.1, 1.2.3.4", "1.2.3.4"),
    ("2", "1.2.3.4", "127.0.0.1"),
    ("2", "9.9.9.9, 1.2.3.4, 5.6.7.8", "1.2.3.4"),
]


def test_who_asks_is_whom_the_nearest_proxies_saw(make_app, caplog):
    apps = {hops: make_app(**_PRODUCTION, **_GITHUB, CARTE_PROXY_HOPS=hops) for hops in "012"}
    for hops, forwarded, seen in _ASKING:
        with caplog.at_level(logging.WARNING, "carte.audit"):
            apps[hops].test_client().get(
                "/login/github/authorized?state=forged", headers={"X-Forwarded-For": forwarded}
            )

        assert caplog.messages[-1].endswith(f"from={seen}"), (hops, forwarded)


def test_an_address_that_is_none_breaks_no_line(make_app, caplog):
    """What a proxy passes on unread stays within its line of the log."""
    app = make_app(**_PRODUCTION, **_GITHUB, CARTE_PROXY_HOPS="1")
    with caplog.at_level(logging.WARNING, "carte.audit"):
        for forwarded in ("unknown", "x" * 3000, '"a\\nb"', "%0aforged", "::1%eth0", '"1.2.3.4'):
            answer = app.test_client().get(
                "/login/github/authorized?state=x", headers={"X-Forwarded-For": forwarded}
            )
            assert answer.status_code == 400

    assert not [line for line in caplog.messages if "\n" in line or "\r" in line]


def test_no_forged_word_signs_a_developer_in(make_app, post, unchanged):
    """Also where a proxy is set up: whoever comes through one is not at this machine."""
    app = make_app(CARTE_DEV_LOGIN_TOKEN="sesame", CARTE_PROXY_HOPS="1")
    form, client = {"person": "ada", "token": "sesame"}, app.test_client()
    away = {"REMOTE_ADDR": "192.168.0.7"}
    with unchanged():
        for headers in ({"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-For": "::1, 127.0.0.1"}, {}):
            environ = away if not headers else {}
            page = client.get("/login/development?token=sesame", headers=headers, environ_overrides=environ)
            answer = post(client, "/login/development", form, headers=headers, environ_overrides=environ)
            assert (page.status_code, answer.status_code) == (404, 404), headers
