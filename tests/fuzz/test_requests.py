"""Requests that no page of ours sends: each is answered as the contract says, and none half-written."""

from __future__ import annotations

import pytest

from tests.fuzz import making
from tests.fuzz.asking import FORM, Asking

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
    # A row's history, and the row is no row: the list of filters was a fault of ours.
    Asking("GET", "/admin/history/?flt1_about_is=menu_item-x"),
    Asking("GET", "/admin/history/?flt1_about_is=%00&flt6_day_from=9999-12-31&flt2_person_is=" + "9" * 20),
    # Two versions of one row: the one with its number counts, malformed as it is.
    Asking("POST", "/admin/sections/delete/", b"id=1&confirm=1&row_version=1&row_version-1=x", FORM),
    # Holes that Flask-Admin has and the base view mends: each must be answered as the contract says.
    Asking("GET", "/admin/items/edit/?id=" + "9" * 20),
    Asking("GET", "/admin/items/edit/?id=%D9%A3"),
    Asking("GET", "/admin/items/?page=" + "9" * 20 + "&sort=-1&flt0_price_at_least=1e9&search=%00%ED%A0%80"),
    Asking("POST", "/admin/items/edit/?id=1", b"row_version=1&price=3&url=//evil.example", FORM),
    Asking("POST", "/admin/items/edit/?id=1", b"row_version=1&name=a%01b", FORM),
    Asking("POST", "/admin/items/edit/?id=1", b"row_version=7&price=3", FORM),
    Asking("POST", "/admin/restaurants/edit/?id=1", b"row_version=1&name=Fine&currency=XXQ", FORM),
    Asking("POST", "/admin/items/action/", b"action=delete&rowid=1&rowid=2000000000", FORM),
    Asking("POST", "/admin/items/ajax/update/", b"list_form_pk=1&row_version=1&price=1&name=x", FORM),
]


@pytest.mark.parametrize("asking", FOUND)
def test_what_was_found_before(target, asking):
    target.check(asking)


def test_a_taste_of_everything(target):
    """Each field and each parameter has its odd values; few enough for the quick tier."""
    target.check_all(making.sweep(target.surface, every=4999))


@pytest.mark.slow
def test_each_field_with_odd_values(target):
    target.check_all(making.sweep(target.surface, every=997))


@pytest.mark.slow
def test_addresses(target, fuzz):
    fuzz(making.addresses(target.surface), 250)


@pytest.mark.slow
def test_forms(target, fuzz):
    fuzz(making.forms(target.surface), 200)
