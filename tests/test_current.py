from __future__ import annotations

import flask_login
import pytest
from flask import Flask

from app import current
from app.domain.errors import SignInNeeded
from app.domain.money import PLAIN
from tests.support.town import actor


@pytest.fixture
def plain() -> Flask:
    app = Flask("plain")
    app.secret_key = "k"
    flask_login.LoginManager(app).user_loader(lambda _token: None)
    return app


def test_the_person_behind_a_request(plain: Flask) -> None:
    with plain.test_request_context():
        flask_login.login_user(current.SignedIn(actor("mia"), "token"))

        assert current.person() == current.actor() == actor("mia")


def test_the_cookie_keeps_the_token_and_not_the_number() -> None:
    assert current.SignedIn(actor("mia"), "token").get_id() == "token"


def test_a_guest_is_nobody(plain: Flask) -> None:
    with plain.test_request_context():
        assert current.person() is None
        with pytest.raises(SignInNeeded):
            current.actor()


def test_now_is_aware_and_in_utc() -> None:
    assert current.now().tzname() == "UTC"


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en_US"),
        ("en-GB,de;q=0.5", "en_US"),
        ("de-DE,en;q=0.5", "de_DE"),
        ("xx-nonsense,fr;q=0.8", "fr"),
        ("*", "en_US"),
        ("../../etc", "en_US"),
    ],
)
def test_numbers_are_written_as_the_browser_asks(plain: Flask, header: str, tag: str) -> None:
    with plain.test_request_context(headers={"Accept-Language": header}):
        assert str(current.locale()) == tag


def test_numbers_are_plain_english_outside_a_request() -> None:
    assert current.locale() == PLAIN
