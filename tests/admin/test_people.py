"""People: invited by a link, given another role, removed; never the last owner."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.roles import Role
from app.models import Invitation, Membership
from tests.support.pages import Page
from tests.support.rows import AT, FOREIGN, OWN, SECOND, Rows


@pytest.fixture
def olga(sign_in):
    return sign_in("olga")


def test_an_invitation_shows_its_link_once(olga, app, post, rows: Rows):
    place = rows.restaurant().id
    form = {"email": " New@Example.com ", "role": "manager", "restaurant": place}

    answer = post(olga, "/admin/people/new/", form)

    [(_, link)] = Page(answer).all("data-invitation-url")
    assert link.startswith("http://localhost/invitations/")
    stored = rows.session.query(Invitation).filter_by(restaurant_id=place).one()
    assert (stored.role, stored.email.lower()) == ("manager", "new@example.com")
    assert stored.created_by_id == rows.user("olga").id
    assert link not in olga.get("/admin/people/").text
    assert app.test_client().get(link.removeprefix("http://localhost")).status_code == 200


def test_a_day_is_said_in_the_clock_of_the_restaurant(olga, rows: Rows):
    membership = rows.session.query(Membership).filter_by(user_id=rows.user("sam").id).one()
    membership.restaurant.time_zone = "America/Los_Angeles"
    membership.created_at = datetime(2026, 1, 1, 3, tzinfo=UTC)

    assert "Dec 31, 2025" in olga.get(f"/admin/people/details/?id={membership.id}").text


_IMPOSSIBLE = [
    ("email", ""),
    ("email", "nobody"),
    ("email", "a\x00@b.example"),
    ("email", "x" * 10_000),
    ("role", ""),
    ("role", "administrator"),
    ("role", "OWNER"),
    ("restaurant", ""),
    ("restaurant", "abc"),
]


def test_an_invitation_that_cannot_be(olga, post, rows: Rows, subtests):
    for field, typed in _IMPOSSIBLE:
        with subtests.test(field=field, typed=typed):
            form = {
                "email": "new@example.com",
                "role": "staff",
                "restaurant": rows.restaurant().id,
                field: typed,
            }

            answer = post(olga, "/admin/people/new/", form)

            assert answer.status_code == 422
            assert field in Page(answer).texts("data-error-for")
            assert rows.count(Invitation) == 0


def test_nobody_invites_elsewhere(olga, sign_in, post, rows: Rows):
    rows.join("olga", FOREIGN, Role.MANAGER)
    place = rows.restaurant(FOREIGN).id
    form = {"email": "new@example.com", "role": "owner", "restaurant": place}

    answer = post(sign_in("olga"), "/admin/people/new/", form)

    assert answer.status_code == 422
    assert "restaurant" in Page(answer).texts("data-error-for")
    assert rows.count(Invitation) == 0


def test_the_roles_on_offer(olga):
    assert Page(olga.get("/admin/people/new/")).options("role") == {
        "owner": "Owner",
        "manager": "Manager",
        "staff": "Staff",
        "viewer": "Viewer",
    }


def test_another_role(olga, post, rows: Rows):
    membership = rows.membership("sam")
    page = Page(olga.get(f"/admin/people/edit/?id={membership.id}"))
    assert page.fields()["role"] == "staff"

    answer = post(olga, f"/admin/people/edit/?id={membership.id}", {**page.fields(), "role": "manager"})

    assert answer.status_code == 302
    assert rows.again(membership).role == "manager"


_NO_ROLES = ["", "emperor", "administrator", "Owner"]


def test_no_such_role(olga, post, rows: Rows, subtests):
    for role in _NO_ROLES:
        with subtests.test(role=role):
            membership = rows.membership("sam")
            form = {"row_version": membership.version, "role": role}

            answer = post(olga, f"/admin/people/edit/?id={membership.id}", form)

            assert answer.status_code == 422
            assert "role" in Page(answer).texts("data-error-for")
            assert rows.again(membership).role == "staff"


def test_a_membership_keeps_its_person_and_place(olga, post, rows: Rows):
    membership = rows.membership("sam")
    before = (membership.user_id, membership.restaurant_id)
    form = {
        "row_version": membership.version,
        "role": "viewer",
        "user": rows.user("vic").id,
        "user_id": rows.user("vic").id,
        "restaurant": rows.restaurant(SECOND).id,
        "restaurant_id": rows.restaurant(SECOND).id,
    }

    assert post(olga, f"/admin/people/edit/?id={membership.id}", form).status_code == 302

    stored = rows.again(membership)
    assert (stored.user_id, stored.restaurant_id, stored.role) == (*before, "viewer")


def test_removal(olga, sign_in, post, rows: Rows):
    membership = rows.membership("mia")
    mia = sign_in("mia")
    assert mia.get("/admin/items/").status_code == 200

    assert post(olga, "/admin/people/delete/", {"id": membership.id}).status_code == 302

    assert rows.again(membership) is None
    assert rows.user("mia").disabled_at is None
    assert mia.get("/admin/items/").status_code == 403


def test_the_last_owner_is_neither_demoted_nor_removed(olga, sign_in, post, rows: Rows):
    membership = rows.membership("olga")
    number = membership.id
    form = {"row_version": membership.version, "role": "manager"}

    for client in (olga, sign_in("ada")):
        for answer in (
            post(client, f"/admin/people/edit/?id={number}", form),
            post(client, "/admin/people/delete/", {"id": number, "confirm": "1"}),
            post(client, "/admin/people/action/", {"action": "delete", "rowid": number, "confirm": "1"}),
        ):
            assert answer.status_code == 409
            assert f"Olga Ruiz is the last owner of {OWN}" in answer.text

    assert rows.again(membership).role == "owner"


def test_with_a_second_owner_the_first_may_go(olga, post, rows: Rows):
    rows.membership("mia").role = Role.OWNER
    membership = rows.membership("olga")

    assert post(olga, "/admin/people/delete/", {"id": membership.id}).status_code == 302

    assert rows.again(membership) is None


def test_both_owners_at_once_may_not(olga, post, rows: Rows):
    rows.membership("mia").role = Role.OWNER
    both = [rows.membership("mia").id, rows.membership("olga").id]

    answer = post(olga, "/admin/people/action/", {"action": "delete", "rowid": both})

    assert answer.status_code == 409
    assert rows.session.query(Membership).filter(Membership.id.in_(both)).count() == 2


def test_a_disabled_owner_does_not_count(olga, post, rows: Rows):
    rows.membership("mia").role = Role.OWNER
    rows.user("mia").disabled_at = AT

    assert post(olga, "/admin/people/delete/", {"id": rows.membership("olga").id}).status_code == 409
