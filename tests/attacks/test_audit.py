"""Each attack leaves a line in the audit: who, what, why; and nothing else of the database is other."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.audit import Event
from app.models import AuditEntry
from tests.support.browsing import post
from tests.support.rows import FOREIGN, OWN, Rows, row_id

#: Who asks for what, with which form, and what they are answered; a form without a token has `token` alone.
ATTACKS = [
    ("stan", "GET", "/admin/items/details/?id={item}", None, 404),
    ("stan", "GET", "/admin/items/edit/?id={item}", None, 404),
    ("stan", "POST", "/admin/items/edit/?id={item}", {"row_version": "1", "name": "x"}, 404),
    ("stan", "POST", "/admin/items/delete/", {"id": "{item}"}, 404),
    ("stan", "POST", "/admin/items/ajax/update/", {"list_form_pk": "{item}", "row_version": "1"}, 404),
    ("stan", "POST", "/admin/items/action/", {"action": "delete", "rowid": "{item}"}, 404),
    ("stan", "POST", "/admin/restaurants/{place}/visit", {}, 404),
    ("stan", "GET", "/admin/items/ajax/lookup/?name=nothing", None, 404),
    ("mia", "POST", "/admin/items/new/", {"section": "{section}", "name": "x", "price": "1"}, 422),
    ("mia", "POST", "/admin/menus/new/", {"restaurant": "{elsewhere}", "name": "x"}, 422),
    ("mia", "POST", "/admin/people/edit/?id={membership}", {"row_version": "1", "role": "owner"}, 403),
    ("sam", "POST", "/admin/people/new/", {"email": "x@example.com", "role": "owner"}, 403),
    ("olga", "POST", "/admin/people/new/", {"email": "x@example.com", "role": "administrator"}, 422),
    ("vic", "POST", "/admin/items/action/", {"action": "sold_out", "rowid": "{item}"}, 403),
    ("vic", "GET", "/admin/users/", None, 403),
    ("olga", "POST", "/admin/items/action/", {"action": "nonsense", "rowid": "{item}"}, 400),
    ("olga", "POST", "/admin/items/delete/", "no token", 400),
    ("olga", "GET", "/admin/items/delete/", None, 405),
    ("olga", "POST", "/admin/account/identities/1000000/delete", {}, 404),
    ("-", "POST", "/admin/items/delete/", "no token", 400),
    ("-", "GET", "/invitations/unknown", None, 404),
    ("-", "GET", "/login/google/authorized?state=forged&code=x", None, 400),
]


@pytest.fixture
def places(rows: Rows) -> dict[str, int]:
    return {
        "item": row_id(rows.item()),
        "place": row_id(rows.restaurant(OWN)),
        "elsewhere": row_id(rows.restaurant(FOREIGN)),
        "section": row_id(rows.section(FOREIGN)),
        "membership": row_id(rows.membership("mia")),
    }


def test_each_attack_leaves_one_line(make_app, sign_in, rows: Rows, places, unchanged):
    app = make_app(GOOGLE_OAUTH_CLIENT_ID="id", GOOGLE_OAUTH_CLIENT_SECRET="secret")
    browsers = {key: sign_in(key, app) for key in ("stan", "mia", "sam", "vic", "olga")}
    browsers["-"] = app.test_client()

    for who, method, path, form, status in ATTACKS:
        address, browser = path.format_map(places), browsers[who]
        before = newest(rows)
        with unchanged():
            if method == "GET":
                answer = browser.get(address)
            elif form == "no token":
                answer = browser.post(address, data={"id": "1"})
            else:
                answer = post(browser, address, {k: v.format_map(places) for k, v in form.items()})

        assert answer.status_code == status, (who, method, address)
        lines = since(rows, before)
        assert len(lines) == 1, (who, method, address, lines)
        assert lines[0].by_name.lower().startswith("" if who == "-" else who)
        assert lines[0].subject.startswith(f"{method} /")
        assert lines[0].event in {Event.REQUEST_REFUSED, Event.SIGN_IN_REFUSED}


def test_a_slip_of_the_pen_is_no_attack(sign_in, rows: Rows):
    olga, before = sign_in("olga"), newest(rows)

    assert post(olga, "/admin/menus/new/", {"restaurant": "", "name": ""}).status_code == 422

    assert since(rows, before) == []


def newest(rows: Rows) -> int:
    rows.session.expire_all()
    return rows.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)) or 0


def since(rows: Rows, number: int) -> list[AuditEntry]:
    return list(rows.session.scalars(select(AuditEntry).where(AuditEntry.id > number)))
