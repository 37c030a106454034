"""Whoever comes by an invitation begins in the restaurant that it is for, with every list whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.roles import Role
from app.services import inviting
from tests.support.browsing import post
from tests.support.pages import Page
from tests.support.rows import FOREIGN, SECOND, Rows


@pytest.fixture
def carte(make_app):
    return make_app(CARTE_DEV_LOGIN_TOKEN="t", CARTE_SIGN_UP="invited")


@pytest.fixture
def rows(session):
    return Rows(session)


def _link(rows: Rows, email: str, place: str = FOREIGN) -> str:
    _, token = inviting.invite(
        rows.session,
        email=email,
        role=Role.STAFF,
        restaurant=rows.restaurant(place),
        by=None,
        at=datetime.now(UTC),
    )
    rows.session.commit()
    return f"/invitations/{token}"


def _home(client) -> tuple[str, bool]:
    """Return where one works, and whether lists are narrowed to it."""
    page = Page(client.get("/admin/items/"))
    [(body, _)] = page.all("data-person", "body")
    return body["data-restaurant"], bool(page.all("data-narrowed"))


def test_signed_in_already(carte, sign_in, rows: Rows):
    olga = sign_in("olga", carte)
    post(olga, f"/admin/restaurants/{rows.restaurant(SECOND).id}/visit")
    assert _home(olga) == ("super-stir-fry", True)

    assert post(olga, _link(rows, "olga@example.com")).status_code == 302

    assert _home(olga) == ("panda-garden", False)


def test_by_signing_in(carte, rows: Rows):
    newcomer = carte.test_client()
    post(newcomer, _link(rows, "anna@example.com", SECOND), {"continue": "1"})
    assert _home(newcomer) == ("super-stir-fry", False)

    again = carte.test_client()
    post(again, _link(rows, "anna@example.com"), {"continue": "1"})

    assert _home(again) == ("panda-garden", False)
