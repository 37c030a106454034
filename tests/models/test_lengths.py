"""Lengths are read from the columns."""

from __future__ import annotations

import pytest

from app.models import MenuItem, Restaurant
from app.models.lengths import longest


def test_a_length_is_its_column_s():
    assert longest(Restaurant.phone) == 40


@pytest.mark.parametrize("column", [MenuItem.description, MenuItem.price])
def test_what_is_not_bounded_text_has_none(column):
    with pytest.raises(TypeError, match="has no length"):
        longest(column)
