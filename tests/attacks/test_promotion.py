"""People who would be more than they are: by their own row, by an invitation, by a word in any form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.roles import Role
from app.models import Invitation
from app.services import inviting
from tests.support.pages import Page
from tests.support.rows import FOREIGN, OWN, Rows, row_id

_POWER = {"role": "owner", "administrator_since": "2020-01-01", "is_admin": "1", "restaurant": "1"}


def _ways_up(rows: Rows, who: str):
    """Yield every address at which a role is given, with a form that gives one to this person."""
    member, user = rows.membership(who), rows.user(who)
    form = {"row_version": member.version, **_POWER}
    cell = {"list_form_pk": member.id, "row_version": member.version, "role": "owner"}
    yield f"/admin/people/edit/?id={member.id}", form
    yield "/admin/people/ajax/update/", cell
    yield "/admin/people/delete/", {"id": rows.membership("olga").id, "confirm": "1"}
    yield "/admin/people/action/", {"action": "delete", "rowid": rows.membership("olga").id, "confirm": "1"}
    yield "/admin/people/new/", {**_POWER, "email": user.email, "restaurant": rows.restaurant().id}
    user_form = {"row_version": user.version, "name": user.name, "email": user.email, **_POWER}
    yield f"/admin/users/edit/?id={user.id}", user_form
    yield "/admin/users/ajax/update/", {"list_form_pk": user.id, "row_version": user.version, "name": "x"}
    yield "/admin/users/new/", {**_POWER, "email": user.email, "role": "administrator"}
    yield "/admin/users/delete/", {"id": rows.user("ada").id}
    yield "/admin/users/action/", {"action": "delete", "rowid": rows.user("ada").id}


@pytest.mark.parametrize("who", ["mia", "sam", "vic"])
def test_nobody_promotes_themselves(sign_in, post, rows: Rows, unchanged, who):
    client = sign_in(who)
    for path, form in list(_ways_up(rows, who)):
        with unchanged():
            assert post(client, path, form).status_code == 403, path


def test_no_owner_makes_an_administrator(sign_in, post, rows: Rows, unchanged):
    """Neither of herself nor of anybody: an owner grants no more than her own role."""
    olga, place = sign_in("olga"), row_id(rows.restaurant())
    email = rows.user("olga").email
    for role in (
        "administrator",
        "Administrator",
        "ADMIN",
        "root",
        "owner\0",
        " owner",
        ["administrator", "staff"],
    ):
        for restaurant in (place, "", "0"):
            form = {
                "email": email,
                "role": role,
                "restaurant": restaurant,
                "administrator_since": "2020-01-01",
            }
            with unchanged():
                assert post(olga, "/admin/people/new/", form).status_code == 422, (role, restaurant)
    member = rows.membership("sam")
    for role in ("administrator", "OWNER", "", "root"):
        form = {"row_version": member.version, "role": role}
        with unchanged():
            assert post(olga, f"/admin/people/edit/?id={member.id}", form).status_code == 422, role
    for path, form in list(_ways_up(rows, "olga"))[5:]:
        with unchanged():
            assert post(olga, path, form).status_code == 403, path


def test_no_word_in_a_form_makes_an_owner(sign_in, post, rows: Rows):
    """What Sam may save he saves; the role that he sends along stays a word."""
    sam, item = sign_in("sam"), rows.item()
    page = f"/admin/items/edit/?id={item.id}"
    form = Page(sam.get(page)).fields() | {"price": "4", "user_id": rows.user("sam").id, **_POWER}

    assert post(sam, page, form).status_code == 302

    assert (rows.again(item).price, rows.membership("sam").role) == (400, Role.STAFF)
    assert rows.user("sam").administrator_since is None
    assert sam.get("/admin/sections/new/").status_code == 403


def test_an_owner_invites_to_her_own_restaurants_alone(sign_in, post, rows: Rows, unchanged):
    for who, place in (("stan", OWN), ("olga", FOREIGN)):
        form = {"email": rows.user(who).email, "role": "owner", "restaurant": row_id(rows.restaurant(place))}
        client = sign_in(who)
        with unchanged():
            assert post(client, "/admin/people/new/", form).status_code == 422, who


def test_an_invitation_gives_its_own_role(sign_in, post, rows: Rows):
    """Whatever its form says: the role, the place and the address are those of the row."""
    mia = sign_in("mia")
    token = inviting.invite(
        rows.session,
        email="mia@example.com",
        role=Role.VIEWER,
        restaurant=rows.restaurant(FOREIGN),
        by=None,
        at=datetime.now(UTC),
    )[1]
    more = {**_POWER, "restaurant_id": rows.restaurant().id, "email": "ada@example.com"}

    assert post(mia, f"/invitations/{token}", more).status_code == 302

    assert rows.membership("mia", FOREIGN).role == Role.VIEWER
    assert rows.membership("mia").role == Role.MANAGER
    assert rows.user("mia").administrator_since is None
    assert rows.session.query(Invitation).one().email == "mia@example.com"
