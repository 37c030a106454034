"""Providers that are gone, hang, or talk nonsense: one clean page, soon."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.web.sign_in import fetching
from tests.support.browsing import post
from tests.web.sign_in.dancing import sign_in

CREDENTIALS = {"OIDC_CLIENT_ID": "carte", "OIDC_CLIENT_SECRET": "secret"}


@contextmanager
def saying(answer: bytes, status: int = 200):
    """Run a server that answers everything so; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            # Whoever follows a redirect finds everything in order there.
            self.send_response(200 if "elsewhere" in self.path else status)
            self.send_header("Location", f"{address}/elsewhere")
            self.end_headers()
            self.wfile.write(answer.replace(b"ISSUER", address.encode()))

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address
        server.shutdown()


def document(**changes):
    found = {
        "issuer": "ISSUER",
        "authorization_endpoint": "ISSUER/a",
        "token_endpoint": "ISSUER/t",
        "jwks_uri": "ISSUER/k",
    }
    return json.dumps({**found, **changes}).encode()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (document(), 500),
        (document(), 302),
        (b"<html>", 200),
        (b"[]", 200),
        (b"\xff\xfe", 200),
        (b"[" * 100_000, 200),
        (b" " * (fetching.MOST_BYTES + 1), 200),
        (document(issuer="https://elsewhere.example"), 200),
        (document(authorization_endpoint="http://elsewhere.example/a"), 200),
        (document(authorization_endpoint="javascript:alert(1)"), 200),
        (document(token_endpoint=None), 200),
        (document(jwks_uri=["ISSUER"]), 200),
    ],
)
def test_nonsense_is_one_clean_page(make_app, answer, status):
    with saying(answer, status) as address:
        browser = make_app(**CREDENTIALS, OIDC_ISSUER=address).test_client()

        assert post(browser, "/login/oidc").status_code == 400


def test_the_description_above_is_taken_when_nothing_is_wrong_with_it(make_app):
    with saying(document()) as address:
        browser = make_app(**CREDENTIALS, OIDC_ISSUER=address).test_client()

        assert post(browser, "/login/oidc").status_code == 302


def test_a_provider_that_is_gone_is_one_clean_page(make_app):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    browser = make_app(**CREDENTIALS, OIDC_ISSUER=address).test_client()

    answer = post(browser, "/login/oidc")

    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_a_provider_that_hangs_is_given_up(make_app, monkeypatch):
    assert fetching.SECONDS < 5
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        browser = make_app(**CREDENTIALS, OIDC_ISSUER=address).test_client()

        assert post(browser, "/login/oidc").status_code == 400


@pytest.mark.node
def test_a_token_endpoint_that_hangs_is_given_up(make_app, provider, monkeypatch):
    browser = make_app(**provider.settings()).test_client()
    sign_in(browser, provider, "anna-1")
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    provider.slow_down(True)
    try:
        assert sign_in(browser, provider, "anna-1").status_code == 400
    finally:
        provider.slow_down(False)
