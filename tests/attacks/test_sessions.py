"""Cookies that are planted, copied, changed or outlived: each is nobody's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from app.domain import tokens
from app.models import UserSession
from tests.support.browsing import csrf_token
from tests.support.pages import Page
from tests.support.rows import Rows, row_id
from tests.web.sign_in.dancing import who

_TOKEN = {"CARTE_DEV_LOGIN_TOKEN": "sesame"}


@pytest.fixture
def carte(make_app):
    return make_app(**_TOKEN)


def _with(app, cookie: str):
    """Return a browser that has this cookie, as it stands."""
    client = app.test_client()
    client.set_cookie("carte", cookie, domain="localhost")
    return client


def _cookie(client) -> str:
    return client.get_cookie("carte").value


def _signed(app, key: str, content: dict) -> str:
    """Return a cookie as an application with this key would sign it."""
    before, app.secret_key = app.secret_key, key
    signed = SecureCookieSessionInterface().get_signing_serializer(app).dumps(content)
    app.secret_key = before
    return str(signed)


def test_a_planted_cookie_is_worth_nothing_after_the_sign_in(carte, post):
    """The attacker knows the cookie that the victim's browser had, and the secret of its forms."""
    victim = carte.test_client()
    planted = _signed(carte, carte.secret_key, {"csrf_token": "known to the attacker", "_user_id": "chosen"})
    victim.set_cookie("carte", planted, domain="localhost")
    known = csrf_token(victim)

    answer = post(victim, "/login/development", {"person": "olga", "token": "sesame"})

    assert answer.status_code == 302
    assert who(victim) == "olga"
    assert who(_with(carte, planted)) is None
    assert victim.post("/logout", data={"csrf_token": known}).status_code == 400
    with victim.session_transaction() as cookie:
        assert cookie["_user_id"] != "chosen"
        assert "known to the attacker" not in cookie.values()


def test_every_sign_in_is_a_session_of_its_own(carte, post, rows: Rows):
    """Signing in again ends the one before; no two are alike, and none is in the database as it is."""
    olga, cookies = carte.test_client(), []
    for _ in range(3):
        post(olga, "/login/development", {"person": "olga", "token": "sesame"})
        cookies.append(_cookie(olga))

    assert [who(_with(carte, cookie)) for cookie in cookies] == [None, None, "olga"]
    kept = {row.token_hash for row in rows.session.scalars(select(UserSession))}
    with olga.session_transaction() as cookie:
        assert tokens.digest(cookie["_user_id"]) in kept
        assert cookie["_user_id"] not in kept


_ENDS = ("signed out", "disabled", "ended elsewhere", "expired")


@pytest.mark.parametrize("end", _ENDS)
def test_a_copied_cookie_is_over_with_its_session(carte, sign_in, post, rows: Rows, unchanged, end):
    """At the very next click, for reading as for writing."""
    olga = sign_in("olga", carte)
    assert who(olga) == "olga"
    copied, token = _cookie(olga), csrf_token(olga)
    row, item, moment = (
        rows.session.scalars(select(UserSession)).one(),
        row_id(rows.item()),
        datetime.now(UTC),
    )
    match end:
        case "signed out":
            assert post(olga, "/logout").status_code == 302
        case "disabled":
            row.user.disabled_at = moment
        case "ended elsewhere":
            row.ended_at = moment
        case "expired":
            row.expires_at = moment
    thief = _with(carte, copied)
    form = {"csrf_token": token, "id": item, "list_form_pk": item, "row_version": 1, "price": "1"}
    with unchanged():
        assert thief.get("/admin/items/").status_code == 302
        assert thief.get("/admin/items/export/csv/").status_code == 302
        for path in ("/admin/items/delete/", "/admin/items/ajax/update/", f"/admin/items/edit/?id={item}"):
            assert thief.post(path, data=form).status_code == 401, path
        assert who(thief) is None


def test_a_removed_member_is_refused_at_the_next_click(sign_in, post, rows: Rows, unchanged):
    """Olga removes Sam while he has the form open; he is signed in still, and may do nothing there."""
    sam, olga = sign_in("sam"), sign_in("olga")
    item, path = rows.item(), f"/admin/items/edit/?id={rows.item().id}"
    form = Page(sam.get(path)).fields() | {"price": "0.01"}
    cell = {"list_form_pk": item.id, "row_version": item.version, "price": "0.01"}
    assert post(olga, "/admin/people/delete/", {"id": rows.membership("sam").id}).status_code == 302

    with unchanged():
        assert post(sam, path, form).status_code == 403
        assert post(sam, "/admin/items/ajax/update/", cell).status_code == 403
        for page in ("/admin/items/", path, "/admin/items/export/csv/", "/admin/history/", "/admin/people/"):
            assert sam.get(page).status_code == 403, page
    assert who(sam) == "sam"


def test_a_demoted_member_is_refused_at_the_next_click(sign_in, post, rows: Rows, unchanged):
    mia, member = sign_in("mia"), rows.membership("mia")
    section = rows.section().id
    assert mia.get("/admin/items/new/").status_code == 200
    form = {"row_version": member.version, "role": "viewer"}
    assert post(sign_in("olga"), f"/admin/people/edit/?id={member.id}", form).status_code == 302

    with unchanged():
        assert post(mia, "/admin/items/new/", {"section": section, "name": "Late"}).status_code == 403
        assert mia.get("/admin/people/").status_code == 403
    assert mia.get("/admin/items/").status_code == 200


def test_a_cookie_that_was_changed_or_signed_by_another_key_is_nobody(carte, sign_in, unchanged):
    olga = sign_in("olga", carte)
    ours = _cookie(olga)
    with olga.session_transaction() as cookie:
        content = dict(cookie)
    payload, moment, signature = ours.rsplit(".", 2)
    forged = [
        f"{payload}.{moment}.{signature[::-1]}",
        f"{payload}.{moment}.",
        f"{payload}.{moment}",
        f"{payload[:-2]}.{moment}.{signature}",
        f".{payload}.{moment}.{signature}",
        ours[: len(ours) // 2],
        _signed(carte, "another key, as long as ours is or longer", content),
        _signed(carte, "x", content),
        _signed(carte, "dev", content),
    ]
    guesses = (
        {"_user_id": guess, "_fresh": True} for guess in (1, "1", "olga", None, True, ["x"], {"id": 1})
    )
    # Signed by the true key, as if it had leaked: without a session behind it, it is nobody's still.
    forged += [_signed(carte, carte.secret_key, {**content, **guess}) for guess in guesses]
    with unchanged():
        for cookie in forged:
            thief = _with(carte, cookie)
            assert thief.get("/admin/items/").status_code == 302, cookie
            assert who(thief) is None, cookie
    assert who(_with(carte, ours)) == "olga"


def test_no_session_is_told_in_an_address_or_on_a_page(carte, sign_in):
    """Neither the cookie nor what is in it, nor is it taken from an address or a form."""
    olga = sign_in("olga", carte)
    with olga.session_transaction() as cookie:
        token = cookie["_user_id"]
    ours = _cookie(olga)
    for path in (
        "/admin/",
        "/admin/items/",
        "/admin/items/?page=1",
        "/restaurant/",
        "/welcome",
        "/login",
        "/nowhere",
    ):
        answer = olga.get(path)
        told = answer.text + str(answer.location)
        assert not [secret for secret in (token, tokens.digest(token), ours) if secret in told], path
        assert not re.search(r"[?&;](?:session|sid|carte|_user_id|jsessionid)=", told, re.IGNORECASE), path
    guest = carte.test_client()
    for query in (f"carte={ours}", f"session={ours}", f"_user_id={token}", f"token={token}"):
        assert guest.get(f"/admin/items/?{query}").status_code == 302
    for headers in ({"Authorization": f"Bearer {token}"}, {"X-Session": ours}, {"Cookie": f"session={ours}"}):
        assert guest.get("/admin/items/", headers=headers).status_code == 302


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({}, "carte"),
        (
            {"CARTE_ENV": "production", "CARTE_PUBLIC_URL": "https://carte.example", "SECRET_KEY": "k" * 40},
            "__Host-carte",
        ),
    ],
)
def test_how_the_cookie_is_kept(make_app, env, name):
    """No script reads it, no other site sends it with a form, no other host and no plain http has it."""
    answer = make_app(**_TOKEN, **env).test_client().get("/login")

    [cookie] = answer.headers.getlist("Set-Cookie")
    said = cookie.split("; ")
    assert said[0].startswith(f"{name}=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(said)
    assert ("Secure" in said) is bool(env)
    assert not [part for part in said if part.startswith(("Domain", "Expires", "Max-Age"))]
