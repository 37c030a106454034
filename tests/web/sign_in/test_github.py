"""GitHub, by a stand-in for its three addresses: there is no real one to run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from app.models import Identity, User
from tests.web.sign_in.dancing import come_back, start, who

SECRET = "the client's secret"


class GitHub:
    """One person at GitHub, as the token and the API tell of them."""

    def __init__(self):
        self.person = {"id": 583231, "login": "anna", "name": None, "email": "public@example.com"}
        self.emails = [
            {"email": "old@example.com", "primary": False, "verified": True},
            {"email": "anna@example.com", "primary": True, "verified": True},
        ]
        self.challenge = ""
        self.scope = "read:user,user:email"
        self.url = ""

    def token(self, form):
        assert form["client_secret"] == [SECRET]
        verifier = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        if base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != self.challenge or form["code"] != [
            "code"
        ]:
            return {"error": "bad_verification_code"}
        return {"access_token": "token", "scope": self.scope, "token_type": "bearer"}

    def api(self, path, authorization):
        assert authorization == "Bearer token"
        return {"/api/user": self.person, "/api/user/emails": self.emails}[path]


@pytest.fixture
def github():
    """The stand-in; `url` is its address."""
    stand_in = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.reply(stand_in.token(form))

        def do_GET(self):
            self.reply(stand_in.api(self.path, self.headers["Authorization"]))

        def reply(self, answer):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stand_in.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield stand_in
        server.shutdown()


@pytest.fixture
def carte(make_app, github):
    return make_app(
        GITHUB_OAUTH_CLIENT_ID="carte",
        GITHUB_OAUTH_CLIENT_SECRET=SECRET,
        GITHUB_URL=github.url,
        GITHUB_API_URL=f"{github.url}/api",
    )


def sign_in(browser, github, callback="code=code"):
    url = start(browser, "github")
    assert url.startswith(f"{github.url}/login/oauth/authorize?")
    asked = parse_qs(urlsplit(url).query)
    assert asked["redirect_uri"] == ["http://localhost/login/github/authorized"]
    assert asked["scope"] == ["read:user user:email"]
    github.challenge = asked["code_challenge"][0]
    return come_back(browser, f"/login/github/authorized?{callback}&state={asked['state'][0]}")


def test_a_person_is_their_number_and_their_primary_verified_address(carte, github, session):
    browser = carte.test_client()

    assert sign_in(browser, github).status_code == 302

    identity = session.scalars(select(Identity).where(Identity.issuer == github.url)).one()
    assert (identity.subject, identity.email, identity.email_verified) == ("583231", "anna@example.com", True)
    assert identity.user.name == "anna"
    assert who(browser) == f"user-{identity.user_id}"


def test_another_login_of_the_same_number_is_the_same_person(carte, github, session):
    sign_in(carte.test_client(), github)
    before = session.scalar(select(func.count(User.id)))
    github.person["login"] = "renamed"

    assert sign_in(carte.test_client(), github).status_code == 302
    assert session.scalar(select(func.count(User.id))) == before


@pytest.mark.parametrize(
    "emails",
    [
        [],
        [{"email": "anna@example.com", "primary": True, "verified": False}],
        [{"email": "anna@example.com", "primary": False, "verified": True}],
        [{"email": "anna@example.com", "primary": True, "verified": "true"}],
        [{"email": "no address", "primary": True, "verified": True}],
    ],
)
def test_only_a_primary_verified_address_makes_a_person(carte, github, emails):
    github.emails = emails
    browser = carte.test_client()

    assert sign_in(browser, github).status_code == 403
    assert who(browser) is None


@pytest.mark.parametrize(
    ("person", "emails"),
    [
        ({"message": "Bad credentials"}, []),
        ([], []),
        ({"id": "583231"}, []),
        ({"id": True}, []),
        ({"id": 1}, {"message": "Not Found"}),
    ],
)
def test_nonsense_of_the_api_is_one_clean_page(carte, github, person, emails):
    github.person, github.emails = person, emails

    assert sign_in(carte.test_client(), github).status_code == 400


@pytest.mark.parametrize(
    "callback",
    [
        "code=wrong",
        "error=access_denied",
        "error=redirect_uri_mismatch",
        "",
        "code=code&iss=https://x.example",
    ],
)
def test_a_refused_callback_is_one_clean_page(carte, github, callback):
    browser = carte.test_client()

    answer = sign_in(browser, github, callback)

    assert answer.status_code == 400
    assert re.search("<h1>.+</h1>", answer.text)
    assert who(browser) is None


def test_scopes_worded_otherwise_do_not_matter(carte, github):
    github.scope = "user"

    assert sign_in(carte.test_client(), github).status_code == 302


def test_somebody_who_signs_in_again_is_asked_which_account_and_stays_who_they_are(carte, github, session):
    browser = carte.test_client()
    sign_in(browser, github)
    person = who(browser)
    asked = parse_qs(urlsplit(start(browser, "github", purpose="again", next="/restaurant/1/")).query)
    github.challenge = asked["code_challenge"][0]

    answer = come_back(browser, f"/login/github/authorized?code=code&state={asked['state'][0]}")

    assert asked["prompt"] == ["select_account"]
    assert (answer.status_code, answer.location) == (302, "/restaurant/1/")
    assert who(browser) == person
