from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.errors import SignInDenied
from app.services import vouching

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)


def vouched(email: object = "anna@example.com", verified: object = True, name: object = "Anna Adams"):
    return vouching.checked(
        issuer="https://issuer.example", subject="anna-1", email=email, verified=verified, name=name
    )


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1, "", [True]])
def test_only_true_is_verified(verified):
    assert vouched(verified=verified).verified is False


@pytest.mark.parametrize("email", [None, 5, "", "anna", "a\0@b.c", "a@" + "b" * 300, ["anna@example.com"]])
def test_no_address_is_never_verified(email):
    assert (vouched(email=email).email, vouched(email=email).verified) == ("", False)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Anna Adams", "Anna Adams"),
        ("  Anna \n Adams ", "Anna Adams"),
        ("", "anna"),
        (None, "anna"),
        ("a\0b", "anna"),
        ("x" * 121, "anna"),
    ],
)
def test_the_name_of_a_new_person(session, name, kept):
    assert vouching.welcome(session, vouched(name=name), at=AT).user.name == kept


def test_an_unverified_address_makes_nobody(session):
    with pytest.raises(SignInDenied):
        vouching.welcome(session, vouched(verified=False), at=AT)


def test_whoever_was_first_by_a_moment_is_the_person(session):
    first = vouching.welcome(session, vouched(), at=AT)

    assert vouching.welcome(session, vouched(name="Again"), at=AT) is first
    assert first.user.name == "Anna Adams"


def test_nobody_is_recognised_by_an_address(session):
    vouching.welcome(session, vouched(), at=AT)
    other = vouching.checked(
        issuer="https://other.example", subject="anna-1", email="anna@example.com", verified=True, name=""
    )

    assert vouching.recognise(session, other, at=AT) is None
