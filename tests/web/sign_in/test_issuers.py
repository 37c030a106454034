"""A provider whose issuer ends in a slash, as Auth0's does: found by discovery, set up either way."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import select

from app.models import Identity
from tests.web.sign_in.dancing import start, who

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Auth(BaseHTTPRequestHandler):
    """Signs in one person, whose nonce it is told."""

    nonce = ""

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server.server_port}/"

    def do_GET(self):
        self.say(
            {
                "/.well-known/openid-configuration": {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}authorize",
                    "token_endpoint": f"{self.issuer}token",
                    "jwks_uri": f"{self.issuer}keys",
                },
                "/keys": {"keys": [RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)]},
            }.get(self.path)
        )

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "auth0|anna", "aud": "carte", "iat": now, "exp": now + 60}
        claims |= {"nonce": Auth.nonce, "email": "anna@example.com", "email_verified": True}
        self.say(
            {
                "access_token": "a",
                "token_type": "Bearer",
                "id_token": jwt.encode(claims, KEY, algorithm="RS256"),
            }
        )

    def say(self, document):
        self.send_response(200 if document else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    def log_message(self, *_args):
        pass


@contextmanager
def running():
    with ThreadingHTTPServer(("127.0.0.1", 0), Auth) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("written", ["", "/"])
def test_an_issuer_that_ends_in_a_slash(make_app, session, written):
    with running() as address:
        credentials = {"OIDC_CLIENT_ID": "carte", "OIDC_CLIENT_SECRET": "secret"}
        browser = make_app(**credentials, OIDC_ISSUER=f"{address}{written}").test_client()
        asked = parse_qs(urlsplit(start(browser, "oidc")).query)
        Auth.nonce = asked["nonce"][0]

        answer = browser.get(f"/login/oidc/authorized?code=x&state={asked['state'][0]}")

        assert answer.status_code == 302, answer.text
        identity = session.scalars(select(Identity).where(Identity.subject == "auth0|anna")).one()
        assert identity.issuer == f"{address}/"
        assert who(browser) == f"user-{identity.user_id}"
