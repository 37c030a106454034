"""Forms that are not ours: a token that is missing, forged or somebody else's; a POST in a GET's clothes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask import Flask

from tests.support.browsing import csrf_token
from tests.support.rows import Rows, row_id
from tests.support.telling import newest

_SETTINGS = {
    "CARTE_DEV_LOGIN_TOKEN": "sesame",
    "GITHUB_OAUTH_CLIENT_ID": "id",
    "GITHUB_OAUTH_CLIENT_SECRET": "secret",
}


@pytest.fixture
def carte(make_app) -> Flask:
    return make_app(**_SETTINGS)


def _forms(app: Flask, rows: Rows) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield every address that is posted to, with a form that does something there, but for its token."""
    item = rows.item()
    item.price = 777
    rows.session.commit()
    change = newest(rows, item)
    shared = {"section": rows.section().id, "menu": rows.menu().id, "restaurant": rows.restaurant().id}
    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods:
            continue
        path = re.sub(r"<row:\w+>", str(change.id), rule.rule)
        path = path.replace("<uuid:act>", str(UUID(str(change.act)))).replace("<token>", "x")
        row = _row(rows, rule.rule)
        yield path + (f"?id={row.id}" if path.endswith("/edit/") else ""), _form(row) | shared


def _row(rows: Rows, path: str) -> Any:
    view = path.split("/")[2] if path.startswith("/admin/") else ""
    if view == "people":
        return rows.membership("sam")
    return rows.of(view) if view in {"sections", "menus", "restaurants", "users"} else rows.item()


def _form(row: Any) -> dict[str, object]:
    number = row_id(row)
    return {
        **dict.fromkeys(("id", "rowid", "list_form_pk"), number),
        "row_version": row.version,
        "action": "delete",
        "confirm": "1",
        "name": "Forged",
        "role": "owner",
        "email": "new@example.com",
        "token": "sesame",
        "person": "ada",
        "choice": "mine",
    }


def test_no_form_is_taken_without_its_own_token(carte, sign_in, rows: Rows, unchanged):
    """Each POST there is: with no token, a made-up one, another person's, an older session's of one's own."""
    olga, forms = sign_in("olga", carte), list(_forms(carte, rows))
    good = csrf_token(olga)
    tokens: dict[str, dict[str, object]] = {
        "none": {},
        "blank": {"csrf_token": ""},
        "a word": {"csrf_token": "forged"},
        "cut off": {"csrf_token": good[:-1]},
        "signed by nobody": {"csrf_token": f"{good.rpartition('.')[0]}.AAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        "another's": {"csrf_token": csrf_token(sign_in("mia", carte))},
        "her own of another browser": {"csrf_token": csrf_token(sign_in("olga", carte))},
        "a guest's": {"csrf_token": csrf_token(carte.test_client())},
        "the wrong one first": {"csrf_token": ["forged", good]},
        "under another name": {"csrf-token": good, "X-CSRFToken": good, "_csrf": good},
    }
    assert len(forms) > 30
    wrong = []
    with unchanged():
        for path, form in forms:
            for name, token in tokens.items():
                answer = olga.post(path, data={**form, **token})
                if answer.status_code != 400:
                    wrong.append((path, name, answer.status_code))
            query = f"{'&' if '?' in path else '?'}{urlencode({'csrf_token': good})}"
            if (got := olga.post(path + query, data=form).status_code) != 400:
                wrong.append((path, "in the query", got))
    assert wrong == []
    assert olga.get("/admin/").status_code == 200


def test_a_token_in_a_header_is_the_same_token(carte, sign_in, rows: Rows, unchanged):
    olga, foreign = sign_in("olga", carte), csrf_token(sign_in("mia", carte))
    forms = list(_forms(carte, rows))
    with unchanged():
        for path, form in forms:
            for header in (
                {"X-CSRFToken": foreign},
                {"X-CSRF-Token": ""},
                {"X-XSRF-TOKEN": csrf_token(olga)},
            ):
                assert olga.post(path, data=form, headers=header).status_code == 400, (path, header)


def test_behind_https_a_form_comes_from_our_own_pages(make_app, sign_in, rows: Rows, unchanged):
    """A sibling's page, or one of plain http, may have set a cookie of its own: its token is not enough."""
    public = {"CARTE_PUBLIC_URL": "https://carte.example", "CARTE_ENV": "production", "SECRET_KEY": "k" * 40}
    olga, number = sign_in("olga", make_app(**public)), row_id(rows.item())
    form = {"csrf_token": csrf_token(olga), "id": number, "row_version": rows.item().version}
    elsewhere = (
        None,
        "https://evil.example/",
        "http://carte.example/",
        "https://carte.example.evil.example/",
    )
    for referer in (*elsewhere, "https://carte.example:444/", "https://carte.example@evil.example/"):
        with unchanged():
            headers = {"Referer": referer} if referer else {}
            assert olga.post("/admin/items/delete/", data=form, headers=headers).status_code == 400, referer

    ours = {"Referer": "https://carte.example/admin/items/"}
    assert olga.post("/admin/items/delete/", data=form, headers=ours).status_code == 302


@pytest.mark.parametrize("person", ["olga", None])
def test_reading_does_nothing_that_a_form_does(carte, sign_in, rows: Rows, unchanged, person):
    """GET and HEAD with all that the form would send, its valid token too, and with words for POST."""
    client = sign_in(person, carte) if person else carte.test_client()
    token = csrf_token(client)
    overrides = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    # Whoever is nobody is led to the sign-in from all that is the admin's.
    refused = {405} if person else {405, 302}
    also_read = {rule.rule for rule in carte.url_map.iter_rules() if "GET" in rule.methods}
    forms, wrong = list(_forms(carte, rows)), []
    with unchanged():
        for path, form in forms:
            query = urlencode({**form, "csrf_token": token, "_method": "POST", "method": "POST"}, doseq=True)
            address = f"{path}{'&' if '?' in path else '?'}{query}"
            readable = re.sub(r"/\d+/", "/<row:number>/", path.partition("?")[0]) in also_read
            for method in ("GET", "HEAD"):
                for headers in ({}, {**dict.fromkeys(overrides, "POST"), "X-CSRFToken": token}):
                    with client.open(address, method=method, headers=headers) as answer:
                        got = answer.status_code
                    if not readable and got not in refused and "/invitations/" not in path:
                        wrong.append((method, path, got))
    assert wrong == []
    assert (client.get("/admin/").status_code == 200) is bool(person)


def test_a_word_for_another_method_is_no_other_method(carte, sign_in, rows: Rows, unchanged):
    """A POST stays a POST: it is judged as one, token first, and no route knows PUT, PATCH or DELETE."""
    olga, item = sign_in("olga", carte), rows.item()
    with unchanged():
        for method in ("DELETE", "PUT", "PATCH"):
            headers = {"X-HTTP-Method-Override": method, "X-CSRFToken": csrf_token(olga)}
            path = f"/admin/items/edit/?id={item.id}&_method={method}"
            assert olga.post(path, data={"_method": method}, headers=headers).status_code == 400
            assert olga.open(path, method=method, headers=headers).status_code == 405
