"""Refusals and faults as answers: a page, or a problem in JSON."""

from __future__ import annotations

import re

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import TooManyRequests

from app.domain import errors
from app.extensions import csrf, db
from app.web.error_words import words_of

_COLLISION = errors.Collision("price", "Price", "$2.99", "$3.25", "$3.50 <b>")
_REFUSALS = {
    "malformed": (400, errors.Malformed("No version.")),
    "forbidden": (403, errors.Forbidden("Your role does not allow this.")),
    "not-found": (404, errors.NotFound("Row 7 is not yours.")),
    "blocked": (409, errors.Blocked("It has 3 dishes.")),
    "conflict": (409, errors.Conflict((_COLLISION,), 4)),
    "invalid": (422, errors.Invalid({"price": "A price is zero or more."})),
    "sign-in": (401, errors.SignInNeeded("Sign in to go on.")),
    "plain": (400, errors.Refusal("No.")),
    "stale": (409, StaleDataError("UPDATE …")),
    "deadlock": (409, OperationalError("UPDATE …", {}, DeadlockDetected())),
    "gone": (404, ObjectDeletedError(None, "It was there a moment ago.")),
    "often": (429, TooManyRequests(retry_after=30)),
    "fault": (500, ZeroDivisionError("secret detail")),
}


def raising(app):
    """Give the application an address for each refusal."""
    app.testing = False

    @app.route("/raise/<name>", methods=["GET", "POST"])
    @csrf.exempt
    def raise_it(name):
        raise _REFUSALS[name][1]

    return app


@pytest.fixture
def client(app):
    return raising(app).test_client()


def is_whole(page):
    """Tell whether a page has what every page has."""
    html = page.text
    return (
        '<html lang="en">' in html
        and html.count("<h1>") == 1
        and html.count("<main") == 1
        and re.search(r"<title>.+</title>", html) is not None
    )


@pytest.mark.parametrize("name", _REFUSALS)
def test_a_refusal_is_a_whole_page(client, name):
    page = client.post(f"/raise/{name}")

    assert page.status_code == _REFUSALS[name][0]
    assert page.mimetype == "text/html"
    assert is_whole(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert "secret detail" not in page.text
    assert "Traceback" not in page.text


@pytest.mark.parametrize("name", _REFUSALS)
@pytest.mark.parametrize(
    "headers",
    [{"Accept": "application/json"}, {"X-Requested-With": "XMLHttpRequest"}],
    ids=["accept", "script"],
)
def test_a_refusal_is_a_problem_to_scripts(client, name, headers):
    answer = client.post(f"/raise/{name}", headers=headers)

    assert answer.status_code == _REFUSALS[name][0]
    assert answer.mimetype == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(answer.json)
    assert answer.json["status"] == answer.status_code
    assert "secret detail" not in answer.text


def test_a_reader_who_is_nobody_is_led_to_the_sign_in_and_back(client):
    answer = client.get("/raise/sign-in?q=fish%20%26%20chips")

    assert answer.status_code == 302
    assert answer.location == "/login?next=%2Fraise%2Fsign-in%3Fq%3Dfish%2520%2526%2520chips"


def test_who_has_to_sign_in_is_led_there_first(client):
    assert '<a class="button primary" href="/login">' in client.post("/raise/sign-in").text
    assert '<a class="button primary" href="/restaurant/">' in client.post("/raise/malformed").text


def test_a_failed_sign_in_calls_nobody_signed_out_who_is_signed_in():
    words = words_of(errors.SignInFailed("The provider does not answer."), 400)

    assert words.title_for(signed_in=False) == "You are not signed in"
    assert words.title_for(signed_in=True) == "That sign-in did not work"


def test_a_refusal_says_why(client):
    assert "Your role does not allow this." in client.get("/raise/forbidden").text
    assert "It has 3 dishes." in client.get("/raise/blocked").text


def test_a_404_keeps_its_reason_to_itself(client):
    missing, foreign = client.get("/nowhere/7"), client.get("/raise/not-found")

    token = re.compile(r'content="[^"]+"|value="[^"]+"')
    assert token.sub("", missing.text) == token.sub("", foreign.text)
    assert "Row 7" not in foreign.text
    assert "nowhere" not in missing.text


def test_invalid_values_are_named_by_field(client):
    page, answer = (
        client.get("/raise/invalid"),
        client.get("/raise/invalid", headers={"Accept": "application/json"}),
    )

    assert 'data-error-for="price">A price is zero or more.' in page.text
    assert answer.json["errors"] == {"price": "A price is zero or more."}


def test_a_conflict_shows_both_values(client):
    page, answer = (
        client.get("/raise/conflict"),
        client.get("/raise/conflict", headers={"Accept": "application/json"}),
    )

    assert 'data-conflict-for="price"' in page.text
    for hook, value in (("base", "$2.99"), ("theirs", "$3.25"), ("mine", "$3.50 &lt;b&gt;")):
        assert f"data-{hook}>{value}</dd>" in page.text
    assert answer.json["row_version"] == 4
    assert answer.json["conflicts"] == [
        {"field": "price", "base": "$2.99", "theirs": "$3.25", "mine": "$3.50 <b>"}
    ]


def test_too_often_says_when_again(client):
    assert client.get("/raise/often").headers["Retry-After"] == "30"


def test_a_json_address_answers_in_json(client):
    assert client.get("/nowhere/JSON").mimetype == "application/problem+json"
    assert client.get("/admin-free/ajax/lookup/").mimetype == "application/problem+json"
    assert client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "text/html"


def test_a_form_without_its_token_says_that_nothing_is_lost(client):
    page = client.post("/logout")

    assert page.status_code == 400
    assert "what you typed is still there" in page.text
    assert is_whole(page)


def test_a_body_beyond_the_limit(client):
    page = client.post("/logout", data={"text": "x" * 3_000_000})

    assert page.status_code == 413
    assert is_whole(page)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:80",
        "[::2]:5000",
        "[",
        "localhost@evil.example",
        "evil.example@localhost",
    ],
)
def test_an_unknown_host(client, host):
    page = client.get("/", headers={"Host": host})

    assert page.status_code == 400
    assert host not in page.text
    assert is_whole(page)


def test_an_unknown_host_is_refused_before_anything_else(client):
    page = client.post("/logout", headers={"Host": "evil.example"})

    assert "not one that Carte answers to" in page.text


@pytest.mark.parametrize("host", ["localhost:5000", "LOCALHOST:5000", "127.0.0.1:5000", "[::1]:5000"])
def test_every_name_of_a_developers_machine(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/restaurant/1/", "/restaurant/1/menu/JSON", "/restaurant/1/edit/"])
def test_a_database_that_is_gone(make_app, unreachable, path):
    app = make_app(DATABASE_URL=unreachable)
    app.testing = False

    answer = app.test_client().get(path)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.mimetype == "application/problem+json" if path.endswith("JSON") else is_whole(answer)


@pytest.mark.parametrize("path", ["/nowhere", "/", "/admin/items/"])
def test_a_page_for_somebody_who_cannot_be_looked_up(make_app, unreachable, path):
    app = make_app(DATABASE_URL=unreachable)
    app.testing = False
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = "some-token", True

    page = client.get(path)

    assert page.status_code == 503
    assert is_whole(page)
    assert "data-person" not in page.text


def test_a_database_without_tables_says_what_to_run(make_app, empty_database_url):
    app = make_app(DATABASE_URL=empty_database_url)
    app.testing = False

    page = app.test_client().get("/")

    assert page.status_code == 503
    assert "flask db upgrade" in page.text


def test_a_faulty_statement_is_our_own_mistake(app):
    app.testing = False

    @app.get("/faulty")
    def faulty():
        with db.engine.connect() as connection:
            connection.execute(text("SELEKT 1"))

    page = app.test_client().get("/faulty")

    assert page.status_code in {500, 503}
    assert is_whole(page)
    assert "SELEKT" not in page.text


def test_a_signed_in_person_stays_so_on_an_error_page(app, sign_in):
    page = sign_in("olga").get("/nowhere")

    assert page.status_code == 404
    assert 'data-person="olga"' in page.text
    assert 'href="/admin/"' in page.text
