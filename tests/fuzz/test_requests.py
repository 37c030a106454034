"""Requests that no page of ours sends: each is answered as the contract says, and none half-written."""

from __future__ import annotations

import pytest

from tests.fuzz import making
from tests.fuzz.asking import Asking

#: What was found once, kept as it was sent.
FOUND = [
    # Whoever asks for the head of a form was told that it does not say its version.
    Asking("HEAD", "/admin/items/edit/?id=1"),
    # A year beyond every calendar was a fault of ours on each static file.
    Asking(
        "GET",
        "/static/carte.css",
        headers=(("If-Modified-Since", "Thu, 99 Jan 99999999999999 00:00:00 GMT"),),
    ),
    # JSON was read as an empty form: refused, but for a name that it was said to lack.
    Asking("POST", "/admin/items/new/", b'{"name": "x"}', "application/json"),
]


@pytest.mark.parametrize("asking", FOUND)
def test_what_was_found_before(target, asking):
    target.check(asking)


def test_a_taste_of_everything(target):
    """Each field and each parameter has its odd values; few enough for the quick tier."""
    target.check_all(making.sweep(target.surface, every=997))


@pytest.mark.slow
def test_each_field_with_odd_values(target):
    target.check_all(making.sweep(target.surface, every=101))


@pytest.mark.slow
def test_addresses(target, fuzz):
    fuzz(making.addresses(target.surface), 400)


@pytest.mark.slow
def test_forms(target, fuzz):
    fuzz(making.forms(target.surface), 400)
