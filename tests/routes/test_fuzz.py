"""Requests that no page of ours sends, chosen by a fixed seed: whatever is wrong with them, never a 500."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from app.admin.views import VIEWS
from tests.support.browsing import csrf_token
from tests.support.rows import Rows

pytestmark = pytest.mark.slow

_FORM = "application/x-www-form-urlencoded"
_LISTS = [endpoint for *_, endpoint in VIEWS]

#: Percent-encoded, so that bytes which are no text can be among them.
_ODD = [
    "", "0", "-1", "1", "1,2", "1.5", "1e9", "NaN", "Infinity", "-0", "%00", "a%00b", "%FF", "%ED%A0%80",
    "%C3%28", "9" * 30, "9" * 5000, "2147483647", "2147483648", "9223372036854775808", "-2147483649",
    "%25", "_", "%5C", "'", "%22%3B--", "%3Cscript%3E", "%7B%7B7*7%7D%7D", "%D9%A3", "%F0%9F%8D%9F",
    "%E2%80%AEabc", "%EF%BF%BE", "%0D%0A", "x" * 5000, "%C3%A9" * 2000, "%20", "+", "true", "None",
    "null", "[]", "1%202", "0x10", "%EF%BC%93", "../../etc",
]  # fmt: skip

_QUERIES = ("id", "page", "page_size", "sort", "desc", "search", "name", "query", "limit", "offset", "url")
_FIELDS = (
    "name", "description", "price", "position", "section", "menu", "restaurant", "sold_out", "currency",
    "time_zone", "language", "address", "phone", "website", "role", "email", "row_version",
    "list_form_pk", "id", "rowid", "action", "confirm", "url", "base-name", "base-price", "_add_another",
    "_continue_editing",
)  # fmt: skip
_GETS = ("", "new/", "edit/", "details/", "deletion/", "ajax/lookup/", "export/csv/", "export/xlsx/")
_POSTS = ("new/", "edit/", "delete/", "action/", "ajax/update/")


@pytest.fixture
def ada(sign_in) -> FlaskClient:
    """Who may do most meets most code."""
    return sign_in("ada")


def _odd(chance: random.Random) -> str:
    return chance.choice(_ODD)


def _gets(chance: random.Random, filters: list[str], numbers: dict[str, int]) -> Iterator[str]:
    for _ in range(260):
        view, path = chance.choice(_LISTS), chance.choice(_GETS)
        names = chance.sample((*_QUERIES, *chance.choices(filters, k=4)), k=chance.randint(1, 4))
        query = [*_right_query(chance, path, numbers[view]), *(f"{name}={_odd(chance)}" for name in names)]
        yield f"/admin/{view}/{path}?{'&'.join(query)}"
    for value in _ODD:
        part = quote(value[:200], safe="%")
        yield f"/admin/{part}/"
        yield f"/admin/{chance.choice(_LISTS)}/export/{part}/"
        yield f"/restaurant/{part}/menu/JSON"


def _right_query(chance: random.Random, path: str, number: int) -> list[str]:
    """Return, for three requests in four, what the page cannot do without."""
    if chance.random() < 0.25:
        return []
    lookup = [f"name={chance.choice(['section', 'menu', 'restaurant'])}"]
    row = [f"id={number}"]
    return {"ajax/lookup/": lookup, "edit/": row, "details/": row, "deletion/": row}.get(path, [])


def _bodies(chance: random.Random, numbers: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield addresses and form bodies; one in two is right but for some field."""
    for _ in range(240):
        view, path = chance.choice(_LISTS), chance.choice(_POSTS)
        fields = [f"{name}={_odd(chance)}" for name in chance.sample(_FIELDS, k=chance.randint(1, 6))]
        if chance.random() < 0.7:
            number = numbers[view]
            fields = [*_right(view, path, number), *fields]
        chance.shuffle(fields)
        yield f"/admin/{view}/{path}?id={numbers[view]}", "&".join(fields)


def _right(view: str, path: str, number: int) -> list[str]:
    action = "sold_out" if view == "items" else "enable" if view == "users" else "nothing"
    return {
        "new/": ["name=Fine", "email=a%40b.example"],
        "edit/": ["row_version=1", "name=Fine"],
        "delete/": ["row_version=999", f"id={number}"],
        "action/": [f"action={action}", f"rowid={number}"],
        "ajax/update/": [f"list_form_pk={number}", "row_version=1"],
    }[path]


def _filters(client: FlaskClient) -> list[str]:
    return sorted(
        {
            name
            for view in _LISTS
            for name in re.findall(r'name="(flt\d+_\w+)"', client.get(f"/admin/{view}/").text)
        }
    )


@pytest.fixture
def numbers(rows: Rows) -> dict[str, int]:
    return {view: rows.of(view).id for view in _LISTS}


def test_addresses(ada, numbers):
    chance = random.Random(20261122)
    filters = _filters(ada)
    assert len(filters) >= 10

    broken = []
    for number, url in enumerate(_gets(chance, filters, numbers)):
        headers = {"Accept-Language": chance.choice(["en", "de-DE", "ar", "hi", "x" * 200, "*;q=a", ""])}
        with ada.get(url, headers=headers) as answer:
            if answer.status_code >= 500:
                broken.append((number, url[:300], answer.status_code))
    assert not broken, broken


def test_forms(ada, numbers):
    chance = random.Random(20261123)
    broken = []
    for number, (url, body) in enumerate(_bodies(chance, numbers)):
        with _post(ada, url, body) as answer:
            if answer.status_code >= 500:
                broken.append((number, url, body[:300], answer.status_code))
    assert not broken, broken


def _post(client: FlaskClient, url: str, body: str) -> Any:
    return client.post(url, data=f"csrf_token={csrf_token(client)}&{body}", content_type=_FORM)


_PART = b'--b\r\nContent-Disposition: form-data; name="name"%s\r\n\r\nx\r\n--b--'
_MULTIPART = "multipart/form-data; boundary=b"

_MIXED = [
    ("application/json", b"[" * 5000 + b"]" * 5000),
    ("application/json", json.dumps({"name": "x", "row_version": 1, "list_form_pk": 1}).encode()),
    ("application/json", b"{"),
    ("text/plain", b"name=x"),
    (_MULTIPART, _PART % b""),
    (_MULTIPART, _PART % b'; filename="x"'),
    (_MULTIPART, b"--b\r\n"),
    ("multipart/form-data", b"nothing"),
    (_FORM, b"&&&=&==&%&%zz&" + b"a=1&" * 900),
    (f"{_FORM}; charset=utf-16", "name=é".encode("utf-16")),
    ("", b"\xff\xfe\x00"),
    ("application/octet-stream", bytes(range(256))),
]


@pytest.mark.parametrize("token", [True, False])
def test_bodies_of_other_kinds(ada, numbers, token):
    """JSON, files, halves of forms, with a token in the header and without."""
    headers = {"X-CSRFToken": csrf_token(ada)} if token else {}
    for view in _LISTS:
        for path in _POSTS:
            for kind, body in _MIXED:
                url = f"/admin/{view}/{path}?id={numbers[view]}"
                with ada.post(url, data=body, content_type=kind, headers=headers) as answer:
                    assert answer.status_code < 500, (url, kind, answer.status_code)


def test_a_body_beyond_the_limit_is_413(ada, numbers):
    answer = ada.post(
        f"/admin/items/edit/?id={numbers['items']}", data=b"name=" + b"x" * 3_000_000, content_type=_FORM
    )
    assert answer.status_code == 413


def test_as_many_rows_as_a_body_can_name(ada):
    body = "action=delete&" + "&".join(f"rowid={number}" for number in range(1, 140_000))
    assert _post(ada, "/admin/items/action/", body).status_code == 400


def test_repeated_fields(ada, numbers):
    """The first of each counts, and a switch's last; none of them breaks."""
    item = numbers["items"]
    body = f"list_form_pk={item}&list_form_pk=x&row_version=1&row_version=x&price=1&price=x"
    assert _post(ada, "/admin/items/ajax/update/", body).status_code == 200
    body = f"list_form_pk={item}&row_version=2&sold_out=0&sold_out=1"
    answer = _post(ada, "/admin/items/ajax/update/", body)
    assert (answer.status_code, answer.json["value"]) == (200, True)
