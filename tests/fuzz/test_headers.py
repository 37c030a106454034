"""Headers that no browser sends: read carefully or not at all."""

from __future__ import annotations

import pytest

from tests.fuzz.asking import FORM, NOBODY, Asking, send
from tests.fuzz.making import HEADERS

pytestmark = pytest.mark.slow

_ADDRESSES = (
    Asking("GET", "/"),
    Asking("GET", "/restaurant/1/menu/", person=NOBODY),
    Asking("GET", "/restaurant/1/menu/JSON", person=NOBODY),
    Asking("GET", "/admin/"),
    Asking("GET", "/admin/items/?flt0_price_at_least=1"),
    Asking("GET", "/admin/items/edit/?id=1"),
    Asking("GET", "/admin/items/export/csv/"),
    Asking("GET", "/admin/items/ajax/lookup/?name=section"),
    Asking("GET", "/login", person=NOBODY),
    Asking("GET", "/login/development?token=sesame", person=NOBODY),
    Asking("GET", "/static/carte.css", person=NOBODY),
    Asking("GET", "/healthz", person=NOBODY),
    Asking("GET", "/nonexistent"),
    Asking("POST", "/admin/items/edit/?id=1", b"row_version=1&price=3", FORM),
    Asking("POST", "/admin/items/ajax/update/", b"list_form_pk=1&row_version=1&price=%D9%A3", FORM),
    Asking("POST", "/login/development", b"token=sesame&person=olga", FORM, NOBODY),
    Asking("POST", "/logout", b"x=1", FORM),
)
_ALL = [
    asking.but(headers=((name, value),))
    for name, values in HEADERS.items()
    for value in values
    for asking in _ADDRESSES
]


@pytest.mark.slow
def test_every_header_in_many_places(target):
    target.check_all(_ALL[::7])


def test_a_taste_of_the_headers(target):
    """Each header has its turn, at another address each time; few enough for the quick tier."""
    target.check_all(_ALL[:: len(_ADDRESSES) + 1])


_COOKIES = (
    "",
    "carte",
    "carte=",
    "carte=x",
    "carte=.eJx",
    "carte=" + "A" * 5000,
    "carte=\xff\xfe",
    'carte="',
    'carte="\\377"',
    ";;;=;=x",
    "carte=a; carte=b",
    "\x00=\x00",
    "$Version=1; carte=x; $Path=/",
    "=" * 300,
    "__Host-carte=x",
    "remember_token=1|x",
    "session=eyJfdXNlcl9pZCI6MX0.x.x",
    "carte=eyJfdXNlcl9pZCI6MX0.aaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaa",
)


@pytest.mark.parametrize("cookie", _COOKIES)
def test_a_cookie_that_is_not_ours_is_nobody(target, cookie):
    headers = (("Cookie", cookie),)
    target.check(Asking("GET", "/admin/items/", person=NOBODY, headers=headers))
    target.check(Asking("GET", "/", person=NOBODY, headers=headers))
    with send(
        target.app, Asking("POST", "/logout", b"x=1", FORM, headers=headers), target.browsers["ada"]
    ) as answer:
        # The token in the header belongs to another cookie.
        assert answer.status_code == 400


@pytest.mark.parametrize("name", [b"carte=%s.x.x", b"carte=%sx"])
def test_a_cookie_that_was_changed_is_nobody(target, name):
    ours = target.browsers["ada"].cookie.removeprefix("carte=").encode()
    headers = (("Cookie", (name % ours).decode()),)

    target.check(Asking("GET", "/admin/items/", person=NOBODY, headers=headers))


_OURS = ("localhost", "LOCALHOST", "localhost:5000", "127.0.0.1:80", "[::1]", "[::1]:5000")
_OTHERS = (
    "evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "localhost, evil.example",
    "localhost@evil.example",
    "localhost evil.example",
    "localhost/",
    "localhost\\",
    "localhost#",
    "localhost?",
    "[::1",
    "::1",
    "[::1]x",
    "127.1",
    "localhost:abc",
    "localhost:80:5000",
    "localhost.",
    "l\xf6calhost",
    "x" * 5000,
    "%6cocalhost",
    "\x00",
    "-",
    "[]",
    "[::2]",
)


@pytest.mark.parametrize("host", _OURS)
def test_a_host_of_ours(target, host):
    target.check(Asking("GET", "/", headers=(("Host", host),)))


@pytest.mark.parametrize("host", _OTHERS)
@pytest.mark.parametrize("address", ["/", "/admin/items/", "/nonexistent", "/static/carte.css", "/admin"])
def test_a_host_that_is_not_ours(target, host, address):
    """400 before anything is looked at, so that no link or redirect is ever made of it."""
    asking = Asking("GET", address, headers=(("Host", host),))
    with send(target.app, asking, target.browsers["ada"]) as answer:
        assert answer.status_code == 400
        assert "evil" not in str(answer.headers)
