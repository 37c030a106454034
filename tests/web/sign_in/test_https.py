"""Carte and its provider both over https, with an authority that only REQUESTS_CA_BUNDLE knows."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from contextlib import contextmanager

import pytest
import requests
import trustme
from werkzeug.serving import make_server

from tests.support.browsing import post
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
def serving(app, listener, authority):
    """Serve Carte over https on an open socket."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "cert.pem", authority / "key.pem")
    server = make_server("localhost", 0, app, threaded=True, ssl_context=context, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def tls(authority):
    return {"TLS_CERT": str(authority / "cert.pem"), "TLS_KEY": str(authority / "key.pem")}


def hidden(page, name):
    return re.findall(rf'name="{name}" value="([^"]+)"', page)[0]


@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_first_visit_over_https(make_app, authority, monkeypatch, environment):
    ca = str(authority / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca)
    settings = {"CARTE_ENV": environment, "CARTE_SIGN_UP": "open", "SECRET_KEY": "k" * 40}
    with socket.create_server(("localhost", 0)) as listener, requests.Session() as browser:
        address = f"https://localhost:{listener.getsockname()[1]}"
        browser.verify = ca
        with running_provider(f"{address}/login/google/authorized", ca=ca, **tls(authority)) as provider:
            provider.account("anna-1", email="anna@example.com", email_verified=True, name="Anna Adams")
            app = make_app(CARTE_PUBLIC_URL=address, **settings, **provider.settings())
            with serving(app, listener, authority):
                answer = first_visit(browser, address, provider)
                page = browser.get(f"{address}/restaurant/", timeout=10).text

    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"] == "/admin/restaurants/new/"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-carte=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "data-person" in page


def first_visit(browser, address, provider):
    """Go from Carte's sign-in page to the provider and back; returns Carte's answer."""
    form = {"csrf_token": hidden(browser.get(f"{address}/login", timeout=10).text, "csrf_token")}
    leaving = browser.post(
        f"{address}/login/google",
        data=form,
        headers={"Referer": f"{address}/login"},
        allow_redirects=False,
        timeout=10,
    )
    callback = provider.visit(leaving.headers["Location"], "anna-1")
    assert callback.startswith(f"{address}/login/google/authorized?")
    return browser.get(callback, allow_redirects=False, timeout=10)


def test_an_unknown_authority_is_refused(make_app, authority):
    with running_provider("http://localhost/login/google/authorized", **tls(authority)) as provider:
        browser = make_app(**provider.settings()).test_client()

        assert post(browser, "/login/google").status_code == 400
