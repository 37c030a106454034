"""Carte and its provider both over https, with an authority that only REQUESTS_CA_BUNDLE knows."""

from __future__ import annotations

import re
import ssl
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests
import trustme
from werkzeug.serving import make_server

from tests.web.sign_in.dancing import running_provider

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    leaf = ca.issue_cert("localhost", "127.0.0.1")
    leaf.private_key_pem.write_to_path(folder / "key.pem")
    with (folder / "cert.pem").open("wb") as file:
        for part in leaf.cert_chain_pems:
            file.write(part.bytes())
    return folder


@contextmanager
def serving(make_app, authority, **settings):
    """Serve Carte over https on a free port; yields its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "cert.pem", authority / "key.pem")
    late = []
    server = make_server(
        "localhost", 0, lambda environ, answer: late[0](environ, answer), threaded=True, ssl_context=context
    )
    address = f"https://localhost:{server.server_port}"
    late.append(make_app(CARTE_PUBLIC_URL=address, **settings))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', page)[1]


@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_first_visit_over_https(make_app, authority, monkeypatch, environment):
    ca = str(authority / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca)
    tls = {"TLS_CERT": str(authority / "cert.pem"), "TLS_KEY": str(authority / "key.pem")}
    knows = {"late": None}

    # The provider must know Carte's port, and Carte the provider's issuer: Carte's comes first.
    settings: dict[str, str] = {"CARTE_ENV": environment, "CARTE_SIGN_UP": "open", "SECRET_KEY": "k" * 40}
    with serving(lambda **env: Late(knows, make_app, env), authority, **settings) as address:
        with running_provider(f"{address}/login/google/authorized", ca=ca, **tls) as provider:
            knows["late"] = provider.settings()
            provider.account("anna-1", email="anna@example.com", email_verified=True, name="Anna Adams")
            with requests.Session() as browser:
                browser.verify = ca
                page = browser.get(f"{address}/login", timeout=10)
                assert "Continue with Google" in page.text
                form = {"csrf_token": hidden(page.text, "csrf_token")}
                to_provider = browser.post(
                    f"{address}/login/google",
                    data=form,
                    headers={"Referer": f"{address}/login"},
                    allow_redirects=False,
                    timeout=10,
                )
                callback = provider.visit(to_provider.headers["Location"], "anna-1")
                assert callback.startswith(f"{address}/login/google/authorized?")
                answer = browser.get(callback, allow_redirects=False, timeout=10)

                assert answer.status_code == 302, answer.text
                assert urlsplit(answer.headers["Location"]).path == "/admin/restaurants/new/"
                cookie = answer.headers["Set-Cookie"]
                assert cookie.startswith("__Host-carte=")
                assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
                assert "data-person" in browser.get(f"{address}/restaurant/", timeout=10).text


def test_an_unknown_authority_is_refused(make_app, authority):
    tls = {"TLS_CERT": str(authority / "cert.pem"), "TLS_KEY": str(authority / "key.pem")}
    from tests.support.browsing import post

    with running_provider("http://localhost/login/google/authorized", **tls) as provider:
        browser = make_app(**provider.settings()).test_client()

        assert post(browser, "/login/google").status_code == 400


class Late:
    """An application that is built at its first request."""

    def __init__(self, knows, make_app, env):
        self._build = lambda: make_app(**env, **knows["late"])
        self._app = None

    def __call__(self, environ, answer):
        self._app = self._app or self._build()
        return self._app(environ, answer)
