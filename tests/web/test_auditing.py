"""Who signed in, who did not and why: one line each on stderr."""

from __future__ import annotations

import logging

import pytest

from tests.web.sign_in.test_development import choose


@pytest.fixture
def unconfigure(monkeypatch):
    """Puts logging back to where a new process has it, without what pytest listens with during a test."""

    def put_back():
        monkeypatch.setattr(logging.getLogger(), "handlers", [])
        monkeypatch.setattr(logging.getLogger("carte"), "handlers", [])
        logging.getLogger("carte").setLevel(logging.NOTSET)

    level = logging.getLogger("carte").level
    yield put_back
    logging.getLogger("carte").setLevel(level)


def lines(capsys):
    return [line for line in capsys.readouterr().err.splitlines() if "sign" in line]


def test_each_sign_in_and_sign_out_is_one_line(make_app, post, capsys, unconfigure):
    unconfigure()
    token = {"CARTE_DEV_LOGIN_TOKEN": "the-token-of-this-start"}
    for app in (make_app(**token), make_app(**token)):
        browser = app.test_client()
        capsys.readouterr()

        choose(post, browser, "olga")
        [line] = lines(capsys)
        assert "signed in: user=" in line
        assert "provider=development from=127.0.0.1" in line

        post(browser, "/logout")
        [line] = lines(capsys)
        assert "signed out: user=" in line


def test_a_refusal_is_one_line_with_its_reason(make_app, capsys, unconfigure):
    unconfigure()
    google = {"GOOGLE_OAUTH_CLIENT_ID": "id", "GOOGLE_OAUTH_CLIENT_SECRET": "secret"}
    browser = make_app(**google).test_client()
    capsys.readouterr()

    browser.get("/login/google/authorized?state=%0Aforged&code=x")

    [line] = lines(capsys)
    assert "sign-in refused: provider=google reason='This sign-in did not start here" in line


def test_where_logging_has_an_owner_there_is_no_second_line(make_app, post, capsys, unconfigure):
    unconfigure()
    logging.getLogger().addHandler(logging.StreamHandler())
    app = make_app(CARTE_DEV_LOGIN_TOKEN="the-token-of-this-start")
    capsys.readouterr()

    choose(post, app.test_client(), "olga")

    assert logging.getLogger("carte").handlers == []
