"""Providers that are gone, hang, or talk nonsense: one clean page, soon."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from app.web.sign_in import fetching
from tests.support.browsing import post
from tests.web.sign_in.dancing import sign_in, start, who

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

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield address
        server.shutdown()


class Drip:
    """A server that says `head` at once, then a blank every tenth of a second, far too many of them.

    `before`, where it is given, is the whole answer to the first who asks.
    """

    def __init__(self, head: bytes, before: bytes) -> None:
        self.head = head
        self.first = [before] if before else []
        #: Whether somebody has listened to the end.
        self.was_heard_out = False
        self.over = threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.server.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self.talk, args=self.server.accept()[:1], daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            if self.first:
                connection.sendall(self.first.pop().replace(b"ISSUER", self.address.encode()))
            else:
                connection.sendall(self.head)
                self.go_on(connection)

    def go_on(self, connection: socket.socket) -> None:
        for _ in range(200):
            connection.sendall(b" ")
            if self.over.wait(0.1):
                return
        self.was_heard_out = True


@contextmanager
def dripping(head: bytes, before: bytes = b""):
    """Run a `Drip`."""
    drip = Drip(head, before)
    threading.Thread(target=drip.serve, daemon=True).start()
    yield drip
    drip.over.set()
    drip.server.shutdown(socket.SHUT_RDWR)
    drip.server.close()


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


#: Where a provider may talk without an end: in its head, in a body of a known length, in one without.
HEADS = [
    b"HTTP/1.1 200 OK\r\nX: ",
    b"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n{",
]


@pytest.mark.parametrize("head", HEADS)
def test_a_provider_that_talks_on_and_on_is_given_up(make_app, monkeypatch, head):
    """Each byte in time, and never the last."""
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    with dripping(head) as drip:
        browser = make_app(**CREDENTIALS, OIDC_ISSUER=drip.address).test_client()

        assert post(browser, "/login/oidc").status_code == 400
        assert not drip.was_heard_out


@pytest.mark.parametrize("head", HEADS)
def test_a_token_endpoint_that_talks_on_and_on_is_given_up(make_app, monkeypatch, head):
    described = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + document()
    with dripping(head, described) as drip:
        browser = make_app(**CREDENTIALS, OIDC_ISSUER=drip.address).test_client()
        state = parse_qs(urlsplit(start(browser, "oidc")).query)["state"][0]
        monkeypatch.setattr(fetching, "SECONDS", 0.5)

        assert browser.get(f"/login/oidc/authorized?state={state}&code=x").status_code == 400
        assert not drip.was_heard_out


TOKENS = [
    b"<html><h1>Sign in</h1></html>",
    b"",
    b"[]",
    b"null",
    b"{}",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"access_token": "a"}',
    b'{"access_token": "a", "token_type": "Bearer"}',
    b'{"access_token": "a", "token_type": "Bearer", "id_token": ["x"]}',
    b'{"access_token": ["a"], "token_type": {}, "id_token": "a.b.c", "expires_in": "x"}',
    b'{"access_token": "a", "token_type": "Bearer", "id_token": "' + b"x" * fetching.MOST_BYTES + b'"}',
    b'{"error": "<script>alert(1)</script>", "error_description": "<script>alert(1)</script>"}',
]


def test_nonsense_from_the_token_endpoint_is_one_clean_page(make_app):
    answers = [(answer, 200) for answer in TOKENS] + [(TOKENS[0], 302), (TOKENS[0], 500), (TOKENS[4], 503)]
    with saying(document()) as described:
        app = make_app(**CREDENTIALS, OIDC_ISSUER=described)
        browser, directory = app.test_client(), app.blueprints["oidc"]._directory
        for answer, status in answers:
            state = parse_qs(urlsplit(start(browser, "oidc")).query)["state"][0]
            with saying(answer, status) as address:
                moment, known = directory._described
                directory._described = (moment, replace(known, token_endpoint=f"{address}/t"))
                said = browser.get(f"/login/oidc/authorized?state={state}&code=x")

            assert said.status_code == 400, answer[:80]
            assert said.text.count("<h1>") == 1
            assert "<script>alert" not in said.text
            assert who(browser) is None


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
