"""What a restaurant may say of itself."""

from __future__ import annotations

import pytest

from app.domain import facts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Soup"),
        ("currency", "EUR"),
        ("time_zone", "Europe/Vienna"),
        ("language", "pt-BR"),
        ("address", ""),
        ("phone", "+1 415 555 0100"),
        ("website", ""),
        ("website", "https://soup.example"),
        ("website", "HTTP://soup.example:8080/menu?day=1"),
        ("website", "https://süppe.example/"),
        ("description", "Two\nlines"),
    ],
)
def test_what_can_be(name, value):
    assert facts.fault(name, value) is None


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("name", "", "empty"),
        ("currency", "", "empty"),
        ("currency", "usd", "currency code"),
        ("time_zone", "Mars", "time zone"),
        ("time_zone", "localtime", "time zone"),
        ("language", "x1x", "language tag"),
        ("website", "keep.example", "https://"),
        ("website", "javascript:alert(1)", "https://"),
        ("website", "https://", "https://"),
        ("website", "https:keep.example", "https://"),
        ("website", "http://[", "https://"),
        ("website", "https://a b.example", "https://"),
    ],
)
def test_what_cannot_be(name, value, words):
    assert words in facts.fault(name, value)


def test_what_a_restaurant_must_have_is_among_its_facts():
    assert set(facts.NAMES) > facts.REQUIRED
