from __future__ import annotations

import pytest

from app.domain.numbers import LARGEST_KEY, whole


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("007", 7), (str(LARGEST_KEY), LARGEST_KEY)]
)
def test_whole_numbers(text, number):
    assert whole(text) == number


@pytest.mark.parametrize(
    "text",
    ["", " 7", "7\n", "+7", "-7", "1.0", "1_0", "²", "٣", "7a", str(LARGEST_KEY + 1), "9" * 5000, "0" * 5000],
)
def test_anything_else(text):
    assert whole(text) is None


def test_the_bounds_belong_to_it():
    assert [whole(text, least=1, most=12) for text in ("0", "1", "12", "13")] == [None, 1, 12, None]
