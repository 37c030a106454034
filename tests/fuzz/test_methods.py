"""Every method on every route: the contract's answer, and what only asks for a head gets no body."""

from __future__ import annotations

import pytest

from tests.fuzz.asking import NOBODY, Asking, send
from tests.fuzz.surface import written

pytestmark = pytest.mark.slow

_METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "CONNECT", "BREW")


def _targets(target) -> list[str]:
    """Return one address of each rule, as a walk met it, and some that are none."""
    posted = {form.target for _, form in target.surface.forms if form.method == "POST"}
    read = {
        written(address) + "?" + "&".join(f"{name}={value}" for name, value in address.query)
        for address in target.surface.addresses
    }
    return sorted(read | posted | {"/nonexistent", "/admin/nonexistent/", "/admin", "/restaurant/1", "*"})


@pytest.mark.slow
@pytest.mark.parametrize("person", ["ada", NOBODY])
@pytest.mark.parametrize("method", _METHODS)
def test_every_method_on_many_routes(target, method, person):
    # Nothing is behind most of these: of the addresses, each method has another third.
    third = _METHODS.index(method) % 3
    addresses = _targets(target) if method == "HEAD" else _targets(target)[third::3]
    target.check_all(Asking(method, address, person=person) for address in addresses)


@pytest.mark.parametrize("person", ["ada", NOBODY])
@pytest.mark.parametrize("method", _METHODS)
def test_every_method_on_some_routes(target, method, person):
    """The same, on few enough for the quick tier."""
    target.check_all(Asking(method, address, person=person) for address in _targets(target)[::9])


def _heads(target, addresses: list[str]) -> list[object]:
    """Return the addresses of which HEAD does not say what GET would: the same status, kind and way."""
    different: list[object] = []
    for address in addresses:
        answers = []
        for method in ("GET", "HEAD"):
            with send(target.app, Asking(method, address), target.browsers["ada"]) as answer:
                answers.append((answer.status_code, answer.content_type, answer.location))
        if answers[0] != answers[1]:
            different.append((address, *answers))
    return different


@pytest.mark.slow
def test_a_head_is_that_of_the_whole(target):
    assert _heads(target, _targets(target)) == []


def test_a_head_of_some_is_that_of_the_whole(target):
    """The same, on few enough for the quick tier; the pages on which a form is sent to its own address."""
    few = [each for each in _targets(target) if "/edit/" in each or "/restoration" in each]

    assert _heads(target, [each for each in few if "/restoration" in each] + few[::4]) == []
