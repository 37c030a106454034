"""Every route for everybody: the answers of matrix.txt, and no route outside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.fuzz.verdict import page_faults
from tests.routes import matrix
from tests.routes.matrix import NOBODY, PEOPLE
from tests.support.browsing import csrf_token
from tests.support.rows import Rows

_TOKEN = {"CARTE_DEV_LOGIN_TOKEN": "sesame"}
_FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def served(make_app: Callable[..., Flask]) -> Flask:
    return make_app(**_TOKEN)


def _browser(app: Flask, sign_in: Callable[..., FlaskClient], person: str) -> FlaskClient:
    return app.test_client() if person == NOBODY else sign_in(person, app)


def _send(client: FlaskClient, path: str, form: str) -> TestResponse:
    return client.post(path, data=f"csrf_token={csrf_token(client)}&{form}", content_type=_FORM)


@pytest.mark.parametrize("person", PEOPLE)
def test_answers(served, sign_in, rows: Rows, person):
    """Everybody gets, at each route, the answer that the table says."""
    ids = matrix.ids_for(rows)
    client = _browser(served, sign_in, person)
    wrong = []
    for line in matrix.lines():
        for path, form in line.requests({**ids[""], **ids.get(line.view, {})}):
            with client.get(path) if line.method == "GET" else _send(client, path, form) as answer:
                status = answer.status_code
            if status != line.answers[person]:
                wrong.append((line.number, line.method, path, form, status, line.answers[person]))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("person", ["ada", NOBODY])
def test_no_page_brings_script_or_style_of_its_own(served, sign_in, rows: Rows, person):
    """Nor does one lack its language, title, heading or main part; refusals neither."""
    ids = matrix.ids_for(rows)
    client = _browser(served, sign_in, person)
    faults, seen = [], 0
    for line in matrix.lines():
        if line.method != "GET":
            continue
        path, _ = next(line.requests({**ids[""], **ids.get(line.view, {})}))
        with client.get(path) as answer:
            if answer.mimetype != "text/html" or answer.location:
                continue
            seen += 1
            faults += [(path, fault) for fault in page_faults(answer.text)]
            faults += [(path, "a style sheet within the page")] * ("<style" in answer.text)
    assert seen > 10
    assert faults == []


def test_every_route_is_in_the_table(served, rows: Rows):
    """A new route needs its line: method by method, no rule of the application is left out."""
    ids = matrix.ids_for(rows)
    known = set()
    urls = served.url_map.bind("localhost")
    for line in matrix.lines():
        path, _ = next(line.requests({**ids[""], **ids.get(line.view, {})}))
        try:
            rule, _values = urls.match(path.partition("?")[0], method=line.method, return_rule=True)
        except (NotFound, MethodNotAllowed, RequestRedirect):
            continue
        known.add((rule.rule, line.method))

    all_of_them = {
        (rule.rule, method)
        for rule in served.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert all_of_them - known == set()


@pytest.mark.parametrize("person", ["olga", NOBODY])
def test_method_comes_first_then_the_token(served, sign_in, person):
    """A wrong method is 405 to everybody, a POST without its token 400, before anything else is judged."""
    client = _browser(served, sign_in, person)
    wrong = []
    for rule in served.url_map.iter_rules():
        path = (
            rule.rule.replace("<export_type>", "csv")
            .replace("<token>", "x")
            .replace("<path:filename>", "carte.css")
        )
        path = re.sub(r"<row:\w+>", "1", path).replace("<uuid:act>", str(UUID(int=0)))
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            expected = 400 if method in rule.methods else 405
            got = client.open(path, method=method, data={"id": "1"}).status_code
            # An address that one rule reads and another posts to has two rules here.
            allowed = {
                m for other in served.url_map.iter_rules() if other.rule == rule.rule for m in other.methods
            }
            if got != (400 if method in allowed else expected):
                wrong.append((method, path, got))
    assert not wrong


def test_nobody_is_led_to_the_sign_in_and_back(served):
    """The sign-in knows where its reader was going, query and all, whether that place exists or not."""
    answer = served.test_client().get("/admin/nonexistent/?id=1&b=%2F")

    assert answer.location == "/login?next=%2Fadmin%2Fnonexistent%2F%3Fid%3D1%26b%3D%252F"


@pytest.mark.parametrize("view", ["items", "sections", "menus", "restaurants"])
def test_foreign_is_missing_byte_by_byte(served, sign_in, rows: Rows, view):
    """The page of another restaurant's row is that of no row at all, but for what must differ."""
    client = sign_in("mia", served)
    ids = matrix.ids_for(rows)[view]

    pages = []
    for number in (ids["panda"], matrix.MISSING):
        answer = client.get(f"/admin/{view}/details/?id={number}")
        assert answer.status_code == 404
        pages.append((_without_token(answer.text), sorted(dict(answer.headers).keys() - {"Set-Cookie"})))

    assert pages[0] == pages[1]


def _without_token(page: str) -> str:
    return re.sub(r'((?:csrf-token" content|csrf_token" value)=)"[^"]*"', r'\1""', page)
