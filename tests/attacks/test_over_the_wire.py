"""The attacks whose bytes matter, against bin/run itself: raw addresses, hosts, headers and bodies."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.orm import Session

from app import tenancy
from tests.attacks.wire import Browser
from tests.house import starting
from tests.support import contents, filling, running
from tests.support.elsewhere import EVIL, leads_away
from tests.support.ports import free_port
from tests.support.rows import FOREIGN, OWN, Rows, row_id

pytestmark = pytest.mark.slow

_TOKEN = "for-the-attacks-only-0123456789abcdef"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with the sample data for all of these attacks: none of them is to leave a trace."""
    made = request.getfixturevalue(f"{request.param}_databases")
    address = made.copy(filling.load_samples)
    yield address
    made.drop(address)


@pytest.fixture(scope="module")
def port(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of Carte as a developer starts it."""
    number = free_port()
    project = starting.copy(tmp_path_factory.mktemp("attacked") / "project")
    settings = {"DATABASE_URL": url, "CARTE_DEV_LOGIN_TOKEN": _TOKEN, "WEB_CONCURRENCY": "1"}
    settings |= {"GITHUB_OAUTH_CLIENT_ID": "id", "GITHUB_OAUTH_CLIENT_SECRET": "secret"}
    settings |= {f"CARTE_LIMIT_{name}": "10000/minute" for name in ("LOGIN", "CALLBACK", "INVITE", "EXPORT")}
    with starting.Start(project, ("--port", str(number)), settings) as start:
        start.serving()
        yield number


@pytest.fixture
def guest(port: int) -> Browser:
    return Browser(port)


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    engine: Engine = create_engine(running.settings(url).database_url, poolclass=NullPool)
    with Session(engine) as opened:
        tenancy.enter(opened, tenancy.Unscoped(tenancy.Reason.COMMAND_LINE))
        yield opened
    engine.dispose()


@pytest.fixture
def unchanged(session: Session) -> Callable[[], AbstractContextManager[None]]:
    return partial(contents.unchanged, session)


def signed_in(port: int, person: str) -> Browser:
    browser = Browser(port)
    assert browser.sign_in(person, _TOKEN).status == 302
    assert browser.who() == person
    return browser


_AWAY = (
    f"//{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"http:{EVIL}",
    f"https:{EVIL}",
    f"javascript:alert(1)//{EVIL}",
    f"/\t/{EVIL}",
    f"/\r\n/{EVIL}",
    f"/admin/\r\nLocation: https://{EVIL}/",
    f"/admin/\r\nSet-Cookie: carte={EVIL}",
    f"/..//{EVIL}",
    f"%2f%2f{EVIL}",
    f"/admin//{EVIL}",
    f"\uff0f\uff0f{EVIL}",
    f"data:text/html,{EVIL}",
)


def test_no_location_leads_off_the_site(port):
    """After a sign-in, a saving and a sign-out, as the header stands on the wire."""
    olga = signed_in(port, "olga")
    for place in _AWAY:
        answers = [
            olga.sign_in("olga", _TOKEN, next=place),
            olga.post("/admin/items/action/", {"action": "sold_out", "rowid": "1", "url": place}),
        ]
        for answer in answers:
            assert (answer.status, len(answer.all("Location"))) == (302, 1), place
            assert not leads_away(answer.location), (place, answer.location)
            assert EVIL not in str(answer.headers), place
    away = olga.post("/logout", {"next": f"//{EVIL}", "url": f"//{EVIL}"})
    assert (away.status, away.location) == (302, "/login")


def test_no_spelling_of_a_path_is_another_host(guest):
    paths = [f"//{EVIL}", f"//{EVIL}/", f"//{EVIL}/..", f"//{EVIL}/%2e%2e", f"///{EVIL}/admin", f"/\\{EVIL}/"]
    paths += [f"/%5c{EVIL}/", f"/%2f{EVIL}/", f"/%2f%2f{EVIL}", f"/admin//{EVIL}", f"/admin/%0d%0aA:{EVIL}"]
    paths += [
        f"/.//{EVIL}",
        f"/..//{EVIL}/..",
        f"http://{EVIL}/admin",
        f"/restaurant//{EVIL}//",
        f"//{EVIL}//admin",
    ]
    for path in paths:
        for ending in ("", f"?next=//{EVIL}"):
            answer = guest.get(path + ending)
            assert answer.status in {302, 308, 400, 404}, (path, answer.status)
            place = answer.location.partition("?")[0].removeprefix(f"http://localhost:{guest.port}")
            assert not place or (place.startswith("/") and not place.startswith(("//", "/\\"))), (path, place)


_HOSTS = (
    EVIL,
    f"localhost.{EVIL}",
    f"localhost:{EVIL}",
    f"{EVIL}:80",
    f"localhost@{EVIL}",
    "0.0.0.0",
    "[::2]",
    "",
)


def test_a_forged_host_is_refused_and_repeated_nowhere(guest, unchanged):
    with unchanged():
        for host in _HOSTS:
            for path in ("/", "/login", "/admin/items/", f"/login/development?token={_TOKEN}", "/nowhere"):
                answer = guest.get(path, {"Host": host})
                assert answer.status == 400, (host, path)
                assert EVIL not in answer.text + str(answer.headers)


_FORWARDED = (
    {"X-Forwarded-Host": EVIL},
    {"X-Forwarded-Host": f"{EVIL}, localhost"},
    {"X-Forwarded-Server": EVIL},
    {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Prefix": f"//{EVIL}"},
    {"X-Forwarded-Port": "666"},
    {"Forwarded": f"for=1.2.3.4;host={EVIL};proto=https"},
    {"X-Host": EVIL},
    {"X-Original-Host": EVIL},
    {"X-HTTP-Host-Override": EVIL},
    {"X-Original-URL": "/admin/users/"},
    {"X-Rewrite-URL": "/admin/users/"},
    {"SCRIPT_NAME": f"//{EVIL}"},
    {"SCRIPT-NAME": f"//{EVIL}"},
    {"PATH_INFO": "/admin/users/"},
    {"X-Script-Name": f"//{EVIL}"},
    {"REMOTE_USER": "olga"},
    {"X-Remote-User": "olga"},
    {"X-SSL": "1", "Front-End-Https": "on"},
)


def test_words_of_a_proxy_that_nobody_set_up_are_not_heard(guest):
    """The redirect URI, the way to the sign-in, links and cookies are those of the address itself."""
    plain = guest.post("/login/github")
    wanted = f"http%3A%2F%2Flocalhost%3A{guest.port}%2Flogin%2Fgithub%2Fauthorized"
    assert (plain.status, f"redirect_uri={wanted}&" in plain.location) == (302, True)
    for headers in _FORWARDED:
        leaving = guest.post("/login/github", headers=headers)
        assert f"redirect_uri={wanted}&" in leaving.location or leaving.status == 400, headers
        admin = guest.get("/admin/items/", headers)
        assert (admin.status, admin.location) in {(302, "/login?next=%2Fadmin%2Fitems%2F"), (400, "")}, (
            headers
        )
        page = guest.get("/restaurant/", headers)
        assert page.status in {200, 400}, headers
        for answer in (leaving, admin, page):
            said = answer.text + answer.location + str(answer.all("Set-Cookie"))
            assert EVIL not in said, headers
            assert "666" not in answer.location.replace(str(guest.port), ""), headers
            assert "Secure" not in str(answer.all("Set-Cookie")), headers


def test_an_invitation_s_link_has_no_forged_host(port):
    olga = signed_in(port, "olga")
    form = {"email": "new@example.com", "role": "viewer", "restaurant": "1"}
    for headers in (
        {"X-Forwarded-Host": EVIL},
        {"Forwarded": f"host={EVIL}"},
        {"Referer": f"http://{EVIL}/"},
    ):
        answer = olga.post("/admin/people/new/", form, headers)
        assert answer.status == 200
        assert f"http://localhost:{port}/invitations/" in answer.text
        assert EVIL not in answer.text


def test_the_development_sign_in_is_for_this_machine_and_this_token(guest, unchanged):
    """Not by a name that was made to point here, not through a proxy, not without the token."""
    page, form = f"/login/development?token={_TOKEN}", {"person": "ada", "token": _TOKEN}
    elsewhere = [
        {"Host": f"{EVIL}:{guest.port}"},
        {"Host": f"localhost.{EVIL}"},
        {"Host": "7f000001.rbndr.us"},
    ]
    proxied = [{"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}, {"Via": "1.1 x"}]
    proxied += [{"X-Real-IP": "127.0.0.1"}, {"True-Client-IP": "::1"}, {"X-Forwarded-Host": "localhost"}]
    with unchanged():
        for status, headers in [*((400, each) for each in elsewhere), *((404, each) for each in proxied)]:
            assert guest.get(page, headers).status == status, headers
            assert guest.post("/login/development", form, headers).status == status, headers
        for token in ("", "x", _TOKEN[:-1], _TOKEN.upper(), f"{_TOKEN} "):
            assert guest.get(f"/login/development?token={token.strip()}x").status == 403
            assert guest.post("/login/development", {**form, "token": token}).status == 403
        assert guest.get("/login/development").status == 403
        assert guest.post(f"/login/development?token={_TOKEN}", {"person": "ada"}).status == 403
        assert guest.post("/login/development", {**form, "csrf_token": "forged"}).status == 400
    assert guest.who() is None


def test_no_row_of_another_tenant_over_the_wire(port, session, unchanged):
    rows, stan = Rows(session), signed_in(port, "stan")
    item, mine = rows.item(OWN), row_id(rows.item(FOREIGN))
    number, version = row_id(item), str(item.version)
    with unchanged():
        for path in (f"details/?id={number}", f"edit/?id={number}", f"deletion/?id={number}"):
            assert stan.get(f"/admin/items/{path}").status == 404
        cell = {"list_form_pk": number, "row_version": version, "price": "0.01"}
        for path, form in (
            (f"edit/?id={number}", {"row_version": version, "name": "Taken", "price": "0.01"}),
            ("delete/", {"id": number, "row_version": version, "confirm": "1"}),
            ("ajax/update/", cell),
            ("action/", {"action": "delete", "rowid": [mine, number], "confirm": "1"}),
        ):
            assert stan.post(f"/admin/items/{path}", form).status == 404, path
        assert (
            item.name
            not in stan.get(f"/admin/items/export/csv/?flt0_restaurant_is={item.restaurant_id}").text
        )


def test_no_token_but_ones_own_over_the_wire(port, session, unchanged):
    olga, mia = signed_in(port, "olga"), signed_in(port, "mia")
    form = {"id": row_id(Rows(session).item())}
    with unchanged():
        for token in ("", "forged", mia.token(), Browser(port).token()):
            assert olga.post("/admin/items/delete/", {**form, "csrf_token": token}).status == 400
        good = olga.token()
        assert olga.send("POST", f"/admin/items/delete/?csrf_token={good}&id={form['id']}", b"").status == 400
        assert olga.get(f"/admin/items/delete/?csrf_token={good}&id={form['id']}&_method=POST").status == 405


def test_a_cookie_is_worth_something_once(port):
    """Not planted before the sign-in, not changed, not after the sign-out."""
    guest = Browser(port)
    guest.token()
    planted = guest.cookie
    assert guest.sign_in("olga", _TOKEN).status == 302
    assert guest.cookie != planted
    olga, copies = guest.cookie, [guest.cookie[:-1], guest.cookie + "x", guest.cookie.replace("=", "=x", 1)]
    for cookie in (planted, *copies, f"{planted}; {planted}", olga.rpartition(".")[0]):
        assert Browser(port, cookie).who() is None, cookie
    assert Browser(port, olga).who() == "olga"

    assert guest.post("/logout").status == 302
    assert {Browser(port, cookie).who() for cookie in {olga, planted, guest.cookie, *guest.given}} == {None}


def test_bodies_and_heads_that_are_too_much(port, session, unchanged):
    """Deep, huge, packed or many: a refusal, and never a fault."""
    olga, kind = signed_in(port, "olga"), {"Content-Type": "application/x-www-form-urlencoded"}
    token, path = olga.token(), f"/admin/items/edit/?id={row_id(Rows(session).item())}"
    deep = "[" * 100_000 + "]" * 100_000
    many = "&".join(f"field{number}=x" for number in range(10_000))
    packed = gzip.compress(b"csrf_token=" + token.encode() + b"&name=" + b"x" * 3_000_000)
    sent = {
        "3 MB": (f"csrf_token={token}&name={'x' * 3_000_000}".encode(), kind, {413}),
        "3 MB of one field's name": (b"x" * 3_000_000, kind, {413}),
        "10,000 fields": (f"csrf_token={token}&{many}".encode(), kind, {400}),
        "nested brackets": (f"csrf_token={token}&name{'[a]' * 20_000}=x".encode(), kind, {400}),
        "deep JSON": (deep.encode(), {"Content-Type": "application/json", "X-CSRFToken": token}, {400}),
        "deep JSON in a field": (f"csrf_token={token}&row_version={deep}".encode(), kind, {400}),
        "JSON of numbers": (json.dumps([10**400]).encode(), {"Content-Type": "application/json"}, {400}),
        "packed": (packed, {**kind, "Content-Encoding": "gzip", "X-CSRFToken": token}, {400, 415}),
        "NUL": (f"csrf_token={token}&row_version=%00&name=%00".encode(), kind, {400}),
        "surrogates": (f"csrf_token={token}&row_version=%ED%A0%80&name=%ED%B0%80".encode(), kind, {400}),
        "an absurd number": (f"csrf_token={token}&row_version={'9' * 5000}".encode(), kind, {400, 409}),
    }
    with unchanged():
        for name, (body, headers, right) in sent.items():
            assert olga.send("POST", path, body, headers).status in right, name
        for name, headers in {
            "1,000 cookies": {"Cookie": "; ".join(f"c{number}=x" for number in range(1000))},
            "100 of ours": {"Cookie": "; ".join(f"carte=x{number}" for number in range(100))},
            "a long one": {"Cookie": f"carte={'x' * 200_000}"},
        }.items():
            assert olga.get("/admin/items/", headers).status in {302, 400, 431}, name
        assert olga.get(f"/admin/items/?search={'x' * 1_000_000}").status in {400, 414, 431}
        assert olga.get(f"/admin/items/?id=%00&search=%ED%A0%80&page={'9' * 3000}").status == 200
    assert olga.get("/healthz").status == 200
