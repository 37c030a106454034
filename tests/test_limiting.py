"""How often: each kind for whom it counts, with Redis and without, and with a Redis that goes away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import redis

from app.models import Invitation
from tests.support import redis_servers
from tests.support.browsing import post
from tests.support.needs import REDIS_URL, needs
from tests.support.ports import free_port
from tests.support.rows import Rows

GITHUB = {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "hush"}
#: Seconds after which an answer will not come any more.
NEVER = 60


def _start(app, address="192.0.2.1", **headers):
    browser = app.test_client()
    return post(browser, "/login/github", environ_base={"REMOTE_ADDR": address}, headers=headers)


def _starts(app, times=4, **kwargs):
    return [_start(app, **kwargs).status_code for _ in range(times)]


@pytest.fixture
def rows(session):
    return Rows(session)


def test_sign_ins_of_one_address(make_app):
    app = make_app(CARTE_LIMIT_LOGIN="2/hour", **GITHUB)

    assert _starts(app) == [302, 302, 429, 429]
    assert _start(app, "192.0.2.2").status_code == 302


@pytest.mark.parametrize("address", ["2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"])
def test_a_household_has_one_count_for_all_its_addresses(make_app, address):
    app = make_app(CARTE_LIMIT_LOGIN="1/hour", **GITHUB)

    assert _start(app, "2001:db8:0:1::7").status_code == 302
    assert _start(app, address).status_code == 429
    assert _start(app, "2001:db8:0:2::7").status_code == 302


def test_what_says_too_often_says_for_how_long(make_app):
    app = make_app(CARTE_LIMIT_LOGIN="1/hour", **GITHUB)
    _start(app)

    page = _start(app)
    problem = _start(app, Accept="application/json")

    assert page.status_code == problem.status_code == 429
    assert 3500 < int(page.headers["Retry-After"]) <= 3600
    assert "Wait 60 minutes" in page.text
    assert page.text.count("<h1") == 1
    assert problem.mimetype == "application/problem+json"
    assert problem.json["status"] == 429
    assert 3500 < int(problem.headers["Retry-After"]) <= 3600


def test_a_forged_form_counts_for_nobody(make_app):
    app = make_app(CARTE_LIMIT_LOGIN="1/hour", **GITHUB)
    forged = [app.test_client().post("/login/github").status_code for _ in range(3)]

    assert forged == [400, 400, 400]
    assert _start(app, "127.0.0.1").status_code == 302


def test_the_development_sign_in_is_not_counted(make_app):
    app = make_app(CARTE_LIMIT_LOGIN="1/hour", CARTE_DEV_LOGIN_TOKEN="token")
    form = {"token": "token", "person": "olga"}

    assert [post(app.test_client(), "/login/development", form).status_code for _ in range(3)] == [302] * 3


def test_coming_back_too_often_keeps_the_sign_in_that_is_on_its_way(make_app):
    app = make_app(CARTE_LIMIT_CALLBACK="2/hour", **GITHUB)
    browser = app.test_client()
    post(browser, "/login/github")
    with browser.session_transaction() as cookie:
        pending = cookie["pending"]
    wrong = [browser.get("/login/github/authorized?state=wrong").status_code for _ in range(3)]

    answer = browser.get(f"/login/github/authorized?state={pending[0]['state']}&code=code")

    assert wrong == [400, 400, 429]
    assert answer.status_code == 429
    with browser.session_transaction() as cookie:
        assert cookie["pending"] == pending


def _invite(client, rows: Rows, email="new@example.com"):
    form = {"email": email, "role": "staff", "restaurant": rows.restaurant().id}
    return post(client, "/admin/people/new/", form).status_code


def test_invitations_of_one_person(make_app, sign_in, rows: Rows):
    app = make_app(CARTE_LIMIT_INVITE="2/hour")
    olga = sign_in("olga", app)

    # What becomes no invitation costs nothing, nor does looking at the form.
    assert [_invite(olga, rows, "nobody") for _ in range(3)] == [422, 422, 422]
    assert [olga.get("/admin/people/new/").status_code for _ in range(3)] == [200, 200, 200]
    assert [_invite(sign_in("sam", app), rows) for _ in range(3)] == [403, 403, 403]
    assert [_invite(olga, rows) for _ in range(3)] == [200, 200, 429]
    assert rows.count(Invitation) == 2
    assert _invite(sign_in("olga", app), rows) == 429
    assert _invite(sign_in("ada", app), rows) == 200


def test_administrators_invitations_count_with_the_others(make_app, sign_in, rows: Rows):
    app = make_app(CARTE_LIMIT_INVITE="1/hour")
    ada = sign_in("ada", app)
    form = {"email": "new@example.com", "role": "administrator"}

    assert [post(ada, "/admin/users/new/", form).status_code for _ in range(2)] == [200, 429]
    assert _invite(ada, rows) == 429


def test_what_was_typed_is_on_the_page_that_says_too_often(make_app, sign_in, rows: Rows):
    olga = sign_in("olga", make_app(CARTE_LIMIT_INVITE="1/hour"))
    _invite(olga, rows)
    form = {"email": "kim@example.com", "base-email": "", "restaurant": rows.restaurant().id, "role": "staff"}

    assert "kim@example.com" in post(olga, "/admin/people/new/", form).text


def _status(client, url, method="GET"):
    # An export is a file until its answer is closed.
    with client.open(url, method=method) as answer:
        return answer.status_code


def test_exports_of_one_person(make_app, sign_in):
    app = make_app(CARTE_LIMIT_EXPORT="2/hour")
    olga, sam, vic = (sign_in(key, app) for key in ("olga", "sam", "vic"))

    assert [_status(olga, "/admin/items/export/pdf/") for _ in range(3)] == [404] * 3
    assert [_status(sam, "/admin/users/export/csv/") for _ in range(3)] == [403] * 3
    assert _status(olga, "/admin/items/export/csv/", "HEAD") == 200
    assert _status(olga, "/admin/menus/export/xlsx/") == 200
    assert _status(olga, "/admin/items/export/csv/") == 429
    assert _status(olga, "/admin/items/") == 200
    assert [_status(person, "/admin/items/export/csv/") for person in (sam, vic)] == [200, 200]


def test_two_applications_in_one_process_have_nothing_to_do_with_each_other(make_app):
    strict, lax = (make_app(CARTE_LIMIT_LOGIN=limit, **GITHUB) for limit in ("1/hour", "3/hour"))

    assert _starts(strict) == [302, 429, 429, 429]
    assert _starts(lax) == [302, 302, 302, 429]


def test_behind_a_proxy_the_address_is_the_forwarded_one(make_app):
    app = make_app(CARTE_LIMIT_LOGIN="1/hour", CARTE_PROXY_HOPS="1", **GITHUB)

    forwarded = ["198.51.100.1", "198.51.100.2", "198.51.100.1", "203.0.113.9, 198.51.100.1"]
    answers = [_start(app, **{"X-Forwarded-For": address}).status_code for address in forwarded]

    assert answers == [302, 302, 429, 429]


def test_without_a_proxy_nobody_says_who_they_are(make_app):
    app = make_app(CARTE_LIMIT_LOGIN="1/hour", **GITHUB)

    forged = [_start(app, **{"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(3)]

    assert forged == [302, 429, 429]


@contextmanager
def _emptied():
    with redis.Redis.from_url(REDIS_URL) as client:
        client.flushdb()
        yield
        client.flushdb()


@needs("redis")
def test_two_servers_on_one_redis_count_together(make_app):
    with _emptied():
        one, other = (make_app(CARTE_LIMIT_LOGIN="3/hour", REDIS_URL=REDIS_URL, **GITHUB) for _ in range(2))

        assert _starts(one, 2) == [302, 302]
        assert _starts(other, 2) == [302, 429]
        assert 3500 < int(_start(one).headers["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    "address", ["redis://127.0.0.1:{}/0", "rediss://127.0.0.1:{}/0", "unix:///no/such.{}"]
)
def test_limits_hold_without_the_redis_that_was_named(make_app, address):
    app = make_app(CARTE_LIMIT_LOGIN="2/hour", REDIS_URL=address.format(free_port()), **GITHUB)

    assert _starts(app) == [302, 302, 429, 429]


@needs("redis_server")
@pytest.mark.slow
def test_a_redis_that_dies(make_app, tmp_path):
    with redis_servers.running(tmp_path) as server:
        app = make_app(CARTE_LIMIT_LOGIN="2/hour", REDIS_URL=server.url, **GITHUB)
        assert _starts(app, 1) == [302]

        server.kill()

        assert _starts(app) == [302, 302, 429, 429]


def _look_again(app):
    """Let it be long ago that this application asked whether its Redis is back."""
    app.extensions["carte.limiting"].limiter._Limiter__last_check_backend = 0


@needs("redis_server")
@pytest.mark.slow
def test_a_redis_that_comes_back_counts_again(make_app, tmp_path):
    with redis_servers.running(tmp_path) as server:
        one, other = (make_app(CARTE_LIMIT_LOGIN="2/hour", REDIS_URL=server.url, **GITHUB) for _ in range(2))
        server.kill()
        assert _starts(one) == [302, 302, 429, 429]

        server.start()
        _look_again(one)

        assert _starts(one, 1) == [302]
        assert _starts(other, 2) == [302, 429]


@needs("redis_server")
@pytest.mark.slow
def test_readers_do_not_ask_whether_redis_is_back(make_app, tmp_path):
    with redis_servers.running(tmp_path) as server:
        app = make_app(CARTE_LIMIT_LOGIN="2/hour", REDIS_URL=server.url, **GITHUB)
        server.kill()
        _start(app)
        server.start()
        _look_again(app)

        assert app.test_client().get("/restaurant/").status_code == 200

        with redis.Redis(port=server.port) as client:
            asked = client.info("commandstats")
        # The test itself has, once, when the server came up.
        assert asked["cmdstat_ping"]["calls"] == 1


@needs("redis_server")
@pytest.mark.slow
def test_a_redis_that_freezes_holds_nobody_up(make_app, tmp_path):
    with redis_servers.running(tmp_path) as server, ThreadPoolExecutor(8) as pool:
        app = make_app(CARTE_LIMIT_LOGIN="2/hour", REDIS_URL=server.url, **GITHUB)
        assert _starts(app, 1) == [302]

        server.freeze()
        # At the same moment: each finds out by itself, and none may fail by it.
        answers = [pool.submit(_start, app) for _ in range(8)]

        try:
            assert sorted(answer.result(NEVER).status_code for answer in answers) == [302] * 2 + [429] * 6
        finally:
            server.thaw()


@needs("redis_server")
@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_redis_on_a_socket(make_app, tmp_path):
    with redis_servers.running(tmp_path) as server:
        apps = [
            make_app(CARTE_LIMIT_LOGIN="2/hour", REDIS_URL=f"unix://{server.socket}?db=1", **GITHUB)
            for _ in range(2)
        ]

        assert [_start(app).status_code for app in (*apps, *apps)] == [302, 302, 429, 429]
