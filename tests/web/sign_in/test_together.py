"""Many people at the same provider in the same moment: each gets themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.models import Identity
from tests.web.sign_in.dancing import sign_in, who

pytestmark = pytest.mark.node

AT_ONCE = 8
TIMES = 48


def test_two_people_eight_at_a_time(make_app, provider, session):
    app = make_app(**provider.settings())
    key = {}
    for person in ("anna-1", "bert-2"):
        browser = app.test_client()
        sign_in(browser, provider, person)
        key[person] = who(browser)
    assert len(set(key.values())) == 2

    def visit(number):
        person = ("anna-1", "bert-2")[number % 2]
        browser = app.test_client()
        answer = sign_in(browser, provider, person)
        return answer.status_code, who(browser) == key[person]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(visit, range(TIMES))) == {(302, True)}


def test_eight_first_visits_of_one_account_make_one_person(make_app, provider, session):
    app = make_app(**provider.settings())
    before = session.scalar(select(func.count(Identity.id)))

    def visit(_number):
        browser = app.test_client()
        return sign_in(browser, provider, "anna-1").status_code, who(browser)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = set(pool.map(visit, range(AT_ONCE)))

    # What the threads wrote is not in the snapshot that this session began with.
    session.rollback()
    assert len(answers) == 1
    assert next(iter(answers))[0] == 302
    assert session.scalar(select(func.count(Identity.id))) == before + 1


def test_nothing_of_an_exchange_outlives_its_request(make_app, provider):
    app = make_app(**provider.settings())
    google = app.blueprints["google"]
    with app.test_request_context():
        first = google.session
        google.token_url_params["code_verifier"] = "mine"
        google.authorization_url_params["nonce"] = "mine"
        assert google.session is first
    with app.test_request_context():
        assert google.session is not first
        assert google.token_url_params == google.authorization_url_params == {}
