"""Who signed in, who was refused and why: a line each on stderr, and one in the audit."""

from __future__ import annotations

import logging

import pytest
from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import services
from app.domain.audit import Event
from app.domain.roles import Role
from app.models import AuditEntry
from app.web import auditing
from tests.support.rows import FOREIGN, Rows, row_id
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


def kept(session, event):
    session.expire_all()
    return list(session.scalars(select(AuditEntry).where(AuditEntry.event == event).order_by(AuditEntry.id)))


@pytest.mark.parametrize(
    ("person", "method", "path", "status"),
    [
        ("stan", "GET", "/admin/items/details/?id=1", 404),
        ("vic", "GET", "/admin/items/edit/?id=1", 403),
        ("vic", "GET", "/admin/items/delete/", 405),
        ("sam", "POST", "/admin/items/action/", 400),
    ],
)
def test_a_refused_request_is_a_line_with_who_what_and_why(
    app, session, sign_in, person, method, path, status
):
    browser = sign_in(person)

    assert browser.open(path, method=method).status_code == status

    [line] = kept(session, Event.REQUEST_REFUSED)
    assert line.by_name.lower().startswith(person)
    assert line.subject == f"{method} {path}"
    assert line.reason.startswith(str(status))
    assert line.address == "127.0.0.1"


def test_nobody_who_is_refused_is_a_line_too(app, session):
    answer = app.test_client().post("/admin/items/delete/", data={"id": "1"})

    assert answer.status_code == 400
    [line] = kept(session, Event.REQUEST_REFUSED)
    assert (line.by_id, line.subject) == (None, "POST /admin/items/delete/")


def test_a_refused_sign_in_says_why_and_no_secret(make_app, session):
    google = {"GOOGLE_OAUTH_CLIENT_ID": "id", "GOOGLE_OAUTH_CLIENT_SECRET": "secret"}

    make_app(**google).test_client().get("/login/google/authorized?state=forged&code=the-code")

    [line] = kept(session, Event.SIGN_IN_REFUSED)
    assert (line.provider, line.subject) == ("google", "GET /login/google/authorized")
    assert "did not start here" in line.reason
    assert "the-code" not in f"{line.subject}{line.reason}"


def test_a_token_in_an_address_is_not_kept(app, session, caplog):
    app.test_client().get("/invitations/a-secret-token")

    [line] = kept(session, Event.REQUEST_REFUSED)
    assert line.subject == "GET /invitations/<token>"
    assert "a-secret-token" not in caplog.text


def test_what_is_not_refused_is_no_line(app, session, sign_in):
    olga = sign_in("olga")
    for path in ("/admin/", "/admin/items/", "/restaurant/1/", "/restaurant/999999/", "/nonexistent"):
        olga.get(path)

    assert kept(session, Event.REQUEST_REFUSED) == []


def test_coming_and_going(make_app, post, session):
    browser = make_app(CARTE_DEV_LOGIN_TOKEN="the-token-of-this-start").test_client()

    choose(post, browser, "olga")
    post(browser, "/logout")

    [came] = kept(session, Event.SIGNED_IN_AS_DEVELOPER)
    [went] = kept(session, Event.SIGNED_OUT)
    assert (came.by_name, came.provider, went.by_name) == ("Olga Ruiz", "development", "Olga Ruiz")
    assert kept(session, Event.SIGNED_IN) == []


def test_who_is_refused_without_end_fills_no_disk(app, session, monkeypatch):
    monkeypatch.setattr(auditing, "_MOST_OF_NETWORK", RateLimitItemPerMinute(3))
    browser = app.test_client()

    for _ in range(5):
        assert browser.post("/admin/items/delete/").status_code == 400

    assert len(kept(session, Event.REQUEST_REFUSED)) == 3


def test_what_was_asked_of_a_row_is_its_restaurants_to_read(app, session, sign_in):
    """Not those of where the person works: Mia may not edit in Panda Garden, which she only views."""
    rows = Rows(session)
    rows.join("mia", FOREIGN, Role.VIEWER)
    item, foreign = row_id(rows.item(FOREIGN)), row_id(rows.restaurant(FOREIGN))

    assert sign_in("mia").get(f"/admin/items/edit/?id={item}").status_code == 403

    [line] = kept(session, Event.REQUEST_REFUSED)
    assert line.restaurant_id == foreign


def test_what_nobody_knows_the_restaurant_of_is_the_administrators(app, session, sign_in):
    olga, sam = sign_in("olga"), sign_in("sam")

    for browser in (olga, sam):
        assert browser.get("/admin/items/details/?id=2000000000").status_code == 404

    of_two, of_one = kept(session, Event.REQUEST_REFUSED)
    assert of_two.restaurant_id is None
    assert of_one.restaurant_id == row_id(Rows(session).restaurant())


def test_a_database_that_is_held_up_takes_nobodys_answer(app, session, sign_in, monkeypatch):
    """The line on stderr has to do; the refusal is the same."""
    vic = sign_in("vic")

    def fail(*_args, **_kwargs):
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(services.auditing, "note", fail)

    assert vic.get("/admin/items/edit/?id=1").status_code == 403
    assert kept(session, Event.REQUEST_REFUSED) == []
