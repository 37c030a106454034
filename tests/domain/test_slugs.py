from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import slugs


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Urban Burger", "urban-burger"),
        ("Tony’s Bistro", "tonys-bistro"),
        ("Tony's Bistro ", "tonys-bistro"),
        ("Crème Brûlée & Co.", "creme-brulee-co"),
        ("--- a -- b ---", "a-b"),
        ("Bar 42", "bar-42"),
        ("日本酒", "restaurant"),
        ("🍔", "restaurant"),
        ("", "restaurant"),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert slugs.slugify(name) == slug


@given(st.text())
def test_every_name_has_a_slug(name: str) -> None:
    slug = slugs.slugify(name)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= slugs.LONGEST - 10


@given(st.text(), st.sets(st.integers(2, 30)))
def test_a_taken_slug_is_numbered(name: str, numbers: set[int]) -> None:
    slug = slugs.slugify(name)
    taken = {slug} | {f"{slug}-{number}" for number in numbers}
    fresh = slugs.unique(name, taken)

    assert fresh not in taken
    assert len(fresh) <= slugs.LONGEST


def test_a_free_slug_has_no_number() -> None:
    assert slugs.unique("Panda Garden", {"urban-burger"}) == "panda-garden"


def test_the_first_number_is_two() -> None:
    assert slugs.unique("Panda Garden", {"panda-garden"}) == "panda-garden-2"
