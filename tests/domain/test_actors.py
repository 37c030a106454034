from __future__ import annotations

import pytest

from app.domain.actors import Actor, Held
from app.domain.roles import Role

BURGER = Held(1, "Urban Burger", "urban-burger", Role.MANAGER)
PANDA = Held(2, "Panda Garden", "panda-garden", Role.VIEWER)


def person(name: str = "Mia Chen", *held: Held) -> Actor:
    return Actor(7, "mia", name, "mia@example.com", held=held)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Mia Chen", "MC"),
        ("mia", "M"),
        ("Ana Maria da Silva", "AS"),
        ("  Olga   Ruiz ", "OR"),
        ("李 雷", "李雷"),
        ("Bora Bora", "B"),
        ("élodie Ñandú", "ÉÑ"),
        ("", "?"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert person(name).initials == initials


def test_home_is_the_first_membership() -> None:
    assert person("Mia", PANDA, BURGER).home == PANDA
    assert person("Mia").home is None


def test_a_role_is_held_in_its_restaurant_alone() -> None:
    mia = person("Mia", BURGER, PANDA)

    assert mia.role_in(1) is Role.MANAGER
    assert mia.role_in(2) is Role.VIEWER
    assert mia.role_in(3) is None
    assert mia.role_in(None) is None


@pytest.mark.parametrize(("name", "first"), [("Olga Ruiz", "Olga"), ("  mia ", "mia"), ("", "")])
def test_the_first_name(name: str, first: str) -> None:
    assert person(name).first_name == first


def holding(*roles: Role, is_admin: bool = False) -> Actor:
    held = tuple(
        Held(number, f"Place {number}", f"place-{number}", role) for number, role in enumerate(roles, 1)
    )
    return Actor(1, "olga", "Olga", "", is_admin, held)


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (holding(Role.OWNER, Role.OWNER), "owner of two restaurants"),
        (holding(Role.MANAGER), "manager of Place 1"),
        (holding(Role.STAFF, Role.OWNER), "owner of Place 2 and staff of Place 1"),
        (holding(*[Role.VIEWER] * 12), "viewer of 12 restaurants"),
        (holding(is_admin=True), "administrator of the installation"),
        (holding(), "in no restaurant yet"),
    ],
)
def test_a_persons_standing_in_words(actor: Actor, words: str) -> None:
    assert actor.standing == words
