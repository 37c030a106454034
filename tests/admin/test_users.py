"""Users: for administrators, who disable and enable them and invite administrators."""

from __future__ import annotations

import pytest

from app.domain.roles import Role
from app.models import Invitation, Restaurant
from tests.support.pages import Page
from tests.support.rows import AT, Rows


@pytest.fixture
def ada(sign_in):
    return sign_in("ada")


def test_disable_and_enable(ada, sign_in, post, rows: Rows):
    sam, user = sign_in("sam"), rows.user("sam")
    page = Page(ada.get(f"/admin/users/deletion/?id={user.id}"))

    assert post(ada, "/admin/users/delete/", page.fields()).status_code == 302

    assert rows.again(user).disabled_at is not None
    assert rows.again(rows.membership("sam")) is not None
    assert sam.get("/admin/items/").status_code == 302
    assert [level for level, _ in Page(ada.get("/admin/users/")).flashes] == ["success"]

    assert post(ada, "/admin/users/action/", {"action": "enable", "rowid": user.id}).status_code == 302
    assert rows.again(user).disabled_at is None
    assert sam.get("/admin/items/").status_code == 302
    assert sign_in("sam").get("/admin/items/").status_code == 200


def test_disabling_a_last_owner_is_not_silent(ada, post, rows: Rows):
    """A stolen account must be shut at once; what it leaves behind is said."""
    olga = rows.user("olga")

    assert post(ada, "/admin/users/action/", {"action": "delete", "rowid": olga.id}).status_code == 302

    flashes = Page(ada.get("/admin/users/")).flashes
    [words] = [words for level, words in flashes if level == "warning"]
    assert "at: Super Stir Fry, Urban Burger." in words
    assert rows.again(olga).disabled_at is not None


def test_a_warning_fits_into_a_cookie(ada, post, rows: Rows):
    for number in range(40):
        place = Restaurant(
            name=f"{number:02} {'long name ' * 11}".strip(),
            slug=f"place-{number}",
            currency="EUR",
            time_zone="UTC",
            language="en",
            created_at=AT,
        )
        rows.session.add(place)
        rows.session.flush()
        rows.join("olga", place.name, Role.OWNER)

    answer = post(ada, "/admin/users/delete/", {"id": rows.user("olga").id})

    assert len(answer.headers["Set-Cookie"]) < 4000
    assert "and 37 more" in ada.get("/admin/users/").text


def test_nobody_disables_themselves(ada, post, rows: Rows):
    user, other = rows.user("ada"), rows.user("sam")

    assert post(ada, "/admin/users/delete/", {"id": user.id}).status_code == 409
    both = {"action": "delete", "rowid": [other.id, user.id]}
    assert post(ada, "/admin/users/action/", both).status_code == 409

    assert rows.again(user).disabled_at is None
    assert rows.again(other).disabled_at is None


def test_an_administrator_is_invited(ada, post, rows: Rows):
    answer = post(ada, "/admin/users/new/", {"email": "root@example.com", "role": "administrator"})

    assert Page(answer).all("data-invitation-url")
    stored = rows.session.query(Invitation).one()
    assert (stored.role, stored.restaurant_id) == ("administrator", None)


def test_who_a_person_is(ada, rows: Rows):
    shown = Page(ada.get(f"/admin/users/details/?id={rows.user('olga').id}")).texts("data-field")
    assert shown["identities"] == "carte:cast (olga@example.com)"
    assert shown["memberships"] == "Urban Burger (owner), Super Stir Fry (owner)"


def test_an_address_is_an_address(ada, post, rows: Rows):
    user = rows.user("sam")
    sent = Page(ada.get(f"/admin/users/edit/?id={user.id}")).fields()

    answer = post(ada, f"/admin/users/edit/?id={user.id}", {**sent, "email": "nobody"})

    assert answer.status_code == 422
    assert "email" in Page(answer).texts("data-error-for")
    assert rows.again(user).email == "sam@example.com"


def test_only_administrators(sign_in, rows: Rows):
    number = rows.user("olga").id
    for person in ("olga", "vic"):
        client = sign_in(person)
        assert client.get("/admin/users/").status_code == 403
        assert client.get(f"/admin/users/details/?id={number}").status_code == 403
        assert "/admin/users/" not in client.get("/admin/").text
