from __future__ import annotations

import pytest

from app.domain import emails


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("anna@example.com", "Anna@Example.COM", True),
        ("anna@example.com", " anna@example.com ", True),
        ("straße@example.com", "STRASSE@example.com", False),
        ("kim@example.com", "\u212aim@example.com", False),
        ("büro@example.com", "BÜRO@example.com", True),
        ("anna@example.com", "anne@example.com", False),
        ("bu\u0308ro@example.com", "Büro@example.com", True),
        ("éss@example.com", "éß@example.com", False),
        ("änna@strasse.example", "änna@straße.example", False),
        ("éfi@example.com", "é\ufb01@example.com", False),
        ("ék@example.com", "é\u212a@example.com", False),
        ("", "", False),
    ],
)
def test_addresses_that_are_one(one, other, same):
    assert emails.are_same(one, other) is same
    assert emails.are_same(other, one) is same


@pytest.mark.parametrize("text", ["anna@example.com", "a+b@c.d", "büro@münchen.example"])
def test_addresses(text):
    assert emails.is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        "a@b\n",
        "a\0@b",
        "a@" + "b" * 260,
        "ß" * 33 + "@example.com",
    ],
)
def test_no_addresses(text):
    assert not emails.is_address(text)


def test_only_a_verified_address_proves_whose_it_is():
    assert emails.proves("Anna@Example.com", "anna@example.com", verified=True)
    assert not emails.proves("anna@example.com", "anna@example.com", verified=False)
    assert not emails.proves("anne@example.com", "anna@example.com", verified=True)
