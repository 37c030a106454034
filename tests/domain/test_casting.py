from __future__ import annotations

import pytest

from app.domain.actors import Actor, Held
from app.domain.casting import description
from app.domain.roles import Role


def actor(*roles, is_admin=False):
    held = tuple(
        Held(number, f"Place {number}", f"place-{number}", role) for number, role in enumerate(roles, 1)
    )
    return Actor(1, "olga", "Olga", "", is_admin, held)


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (actor(Role.OWNER, Role.OWNER), "owner of two restaurants"),
        (actor(Role.MANAGER), "manager of Place 1"),
        (actor(Role.STAFF, Role.OWNER), "owner of Place 2 and staff of Place 1"),
        (actor(*[Role.VIEWER] * 12), "viewer of 12 restaurants"),
        (actor(is_admin=True), "administrator of the installation"),
        (actor(), "in no restaurant yet"),
    ],
)
def test_a_person_in_a_few_words(person, words):
    assert description(person) == words
