"""Every answer's headers: pages, refusals, faults, files, redirects; in development and behind https."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.extensions import csrf
from tests.support.browsing import post

KEY = "k" * 32
PRODUCTION = {
    "CARTE_ENV": "production",
    "CARTE_PUBLIC_URL": "https://menus.example.com",
    "SECRET_KEY": KEY,
    "CARTE_DEV_LOGIN": "0",
}
GITHUB = {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "hush"}
OIDC = {"OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "hush"}

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'"],
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "Strict-Transport-Security"

#: What stands for each converter's argument in an address.
_GIVEN = {
    "filename": "carte.css",
    "export_type": "csv",
    "token": "unknown",
    "path": "nowhere",
}


def policy_of(answer):
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in parts}


def assert_protected(answer):
    """Every header is there, once, and as it should be."""
    for name, value in ALWAYS.items():
        assert answer.headers.getlist(name) == [value], name
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1
    assert policy_of(answer) == POLICY
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert len(answer.headers.getlist("Cache-Control")) <= 1


def _addresses(app: Flask):
    for rule in app.url_map.iter_rules():
        given = {name: _GIVEN.get(name, _number(rule, name)) for name in rule.arguments}
        yield app.url_map.bind("localhost").build(rule.endpoint, given, method=min(rule.methods))


def _number(rule: Rule, name: str) -> object:
    return 1 if rule._converters[name].regex != "[^/]+" else "1"


@pytest.fixture
def broken(make_app):
    """An application with an address that fails."""
    app = make_app()
    app.testing = False

    @app.route("/fails", methods=["GET", "POST"])
    @csrf.exempt
    def fails():
        raise ZeroDivisionError

    return app


@pytest.mark.parametrize("person", [None, "olga", "ada"])
def test_every_address(make_app, sign_in, person):
    app = make_app(CARTE_DEV_LOGIN_TOKEN="token")
    client = sign_in(person, app) if person else app.test_client()
    seen = set()

    for path in sorted(set(_addresses(app))):
        for ask in (client.get, client.head, client.options, client.post, lambda path: post(client, path)):
            with ask(path) as answer:
                assert_protected(answer)
                assert HSTS not in answer.headers
                private = path.startswith(("/admin", "/login", "/invitations", "/welcome", "/logout"))
                if private or answer.status_code >= 400:
                    assert answer.headers["Cache-Control"] == "no-store", path
                seen.add(answer.status_code)

    assert {200, 302, 400, 404, 405} <= seen


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda client: client.get("/fails"), 500),
        (lambda client: client.post("/fails", headers={"Accept": "application/json"}), 500),
        (lambda client: client.get("/", base_url="http://evil.example"), 400),
        (lambda client: client.post("/logout", data=b"x" * 3_000_000), 413),
        (lambda client: client.get("/restaurant/1/menu/JSON"), 200),
        (lambda client: client.get("/healthz"), 200),
    ],
    ids=["fault", "fault-json", "host", "large", "json", "health"],
)
def test_answers_of_other_kinds(broken, ask, status):
    with ask(broken.test_client()) as answer:
        assert answer.status_code == status
        assert_protected(answer)


def test_a_refused_form(sign_in, app):
    answer = post(sign_in("olga"), "/admin/people/new/", {"email": "nobody"})

    assert answer.status_code == 422
    assert_protected(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_too_often(make_app):
    app = make_app(CARTE_LIMIT_LOGIN="1/hour", **GITHUB)
    answers = [post(app.test_client(), "/login/github") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 429]
    for answer in answers:
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert policy_of(answer)["form-action"] == ["'self'", "https://github.com"]


def test_a_database_that_is_gone(make_app, unreachable):
    app = make_app(DATABASE_URL=unreachable)
    answer = app.test_client().get("/restaurant/")

    assert answer.status_code == 503
    assert_protected(answer)


def test_files_keep_their_year(client):
    style = re.search(r'href="(/static/[^"]+/carte.css)"', client.get("/restaurant/").text)[1]
    with client.get(style) as answer:
        # What only a page obeys stays away: half of the bytes of a small script.
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Content-Security-Policy" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get(style, headers={"If-None-Match": answer.headers["ETag"]}) as again:
        assert again.status_code == 304
        assert again.headers["X-Content-Type-Options"] == "nosniff"
        assert again.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_picture_that_may_be_opened_as_a_page_obeys_as_a_page(client):
    picture = re.search(r'href="(/static/[^"]+/favicon.svg)"', client.get("/restaurant/").text)[1]
    with client.get(picture) as answer:
        assert_protected(answer)


def test_what_guests_read_is_kept_and_what_names_a_person_is_not(client, sign_in):
    for path in ("/restaurant/", "/restaurant/1/"):
        assert "Cache-Control" not in client.get(path).headers
        page = sign_in("vic").get(path)
        assert 'data-person="vic"' in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_an_export_is_not_kept(sign_in, app):
    with sign_in("olga").get("/admin/items/export/csv/") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert_protected(answer)


def test_https_only_behind_https(make_app):
    client = make_app(**PRODUCTION).test_client()
    paths = ["/restaurant/", "/admin/", "/nowhere", "/static/carte.css", "/login", "/restaurant/JSON"]

    for path in paths:
        with client.get(path) as answer:
            assert_protected(answer)
            assert answer.headers[HSTS] == "max-age=63072000"


def test_a_developers_other_servers_stay_within_reach(make_app):
    client = make_app(CARTE_PUBLIC_URL="https://localhost:8443").test_client()

    assert HSTS not in client.get("/restaurant/").headers


def test_the_cookie_is_bound_to_this_host_behind_https(make_app):
    cookie = make_app(**PRODUCTION).test_client().get("/login").headers["Set-Cookie"]

    assert cookie.startswith("__Host-carte=")
    assert set(cookie.split("; ")[1:]) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_the_cookie_of_a_developers_machine(client):
    cookie = client.get("/login").headers["Set-Cookie"]

    assert cookie.startswith("carte=")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize(
    ("issuer", "targets"),
    [
        ("https://id.example.com", ["https://id.example.com"]),
        ("https://ID.example.com:443/realms/carte", ["https://id.example.com"]),
        ("https://id.example.com:8443/realms/carte", ["https://id.example.com:8443"]),
        ("http://localhost:9000", ["http://localhost:9000"]),
        # A policy cannot name these; a page leads there.
        ("http://[::1]:9000", []),
        ("https://a;script-src*", []),
        ("https://*", []),
    ],
)
def test_where_forms_may_end(make_app, issuer, targets):
    app = make_app(**OIDC, OIDC_ISSUER=issuer)

    policy = policy_of(app.test_client().get("/login"))

    assert policy == {**POLICY, "form-action": ["'self'", *targets]}


def test_all_providers_are_named(make_app):
    google = {"GOOGLE_OAUTH_CLIENT_ID": "id", "GOOGLE_OAUTH_CLIENT_SECRET": "hush"}
    app = make_app(**google, **GITHUB, **OIDC, OIDC_ISSUER="https://id.example.com")

    assert policy_of(app.test_client().get("/login"))["form-action"] == [
        "'self'",
        "https://accounts.google.com",
        "https://github.com",
        "https://id.example.com",
    ]


def test_an_address_that_is_a_key_goes_nowhere(client):
    """Not into a cache, not to another site."""
    for path in ("/invitations/unknown", "/login/development?token=outdated"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
