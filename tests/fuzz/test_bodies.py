"""Bodies that are no form of ours, on every route that takes one: refused whole, nothing written."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.fuzz.asking import FORM, NOBODY, Asking, send
from tests.fuzz.surface import Surface
from tests.fuzz.target import Target

pytestmark = pytest.mark.slow

_MULTIPART = "multipart/form-data; boundary=b"
_XML = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><name>&e;</name>'
_TEN_MEGABYTES = 10 * 1024 * 1024


def _part(head: bytes, body: bytes = b"x") -> bytes:
    return b"--b\r\nContent-Disposition: form-data" + head + b"\r\n\r\n" + body + b"\r\n"


#: What is sent, as what, and how it must be refused.
NO_FORMS = {
    "JSON": ("application/json", json.dumps({"name": "x", "row_version": 1}).encode(), 400),
    "half of some JSON": ("application/json", b'{"name": ', 400),
    "lone surrogates in JSON": ("application/json", b'{"name": "\\ud800", "\\udfff": 1}', 400),
    "JSON of 100,000 lists": ("application/json", b"[" * 100_000 + b"]" * 100_000, 400),
    "JSON of 100,000 objects": ("application/problem+json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
    "XML": ("application/xml", _XML, 400),
    "plain text": ("text/plain", b"name=x&row_version=1", 400),
    "no kind at all": ("", b"name=x&row_version=1", 400),
    "a kind that is none": ("/;=\xff".encode("latin-1").decode("latin-1"), b"name=x", 400),
    "every byte there is": ("application/octet-stream", bytes(range(256)), 400),
    "nothing but separators": (FORM, b"&&&&&&", 400),
    "multipart without a boundary": ("multipart/form-data", _part(b'; name="name"') + b"--b--", 400),
    "multipart with another boundary": ("multipart/form-data; boundary=c", _part(b'; name="name"'), 400),
    "multipart, cut off": (_MULTIPART, b"--b\r\nContent-Disposition: form-data; na", 400),
    "multipart, empty": (_MULTIPART, b"--b--\r\n", 400),
    "a part without a name": (_MULTIPART, _part(b"") + b"--b--", 400),
    "a file": (_MULTIPART, _part(b'; name="name"; filename="x"') + b"--b--", 400),
    "a file without a name": (_MULTIPART, _part(b'; name="name"; filename=""') + b"--b--", 400),
    "2,000 parts": (_MULTIPART, _part(b'; name="name"') * 2000 + b"--b--", 413),
    "900 files": (_MULTIPART, _part(b'; name="name"; filename="x"') * 900 + b"--b--", 400),
    "mixed": ("multipart/mixed; boundary=b", _part(b'; name="name"') + b"--b--", 400),
}
_TOO_LARGE = {
    "a field of 10 MB": (FORM, b"name="),
    "a part of 10 MB": (_MULTIPART, b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n'),
    "a file of 10 MB": (
        _MULTIPART,
        b'--b\r\nContent-Disposition: form-data; name="name"; filename="x"\r\n\r\n',
    ),
    "10 MB of JSON": ("application/json", b'"'),
}


def _routes(surface: Surface) -> list[str]:
    """Return one address for each route that takes a form."""
    first: dict[str, str] = {}
    for _, form in surface.forms:
        if form.method == "POST":
            first.setdefault(form.target.partition("?")[0], form.target)
    return sorted(first.values())


def _refused(target: Target, asking: Asking, status: int) -> str:
    """Return what is wrong; blank when the answer is this refusal and nothing has changed."""
    with send(target.app, asking, target.browsers[asking.person]) as answer:
        got = answer.status_code
    changed = target.store.digests() != target.before
    if changed:
        target.store.restore()
    return f"{got}{', changed' if changed else ''}: {asking!r:.200}" if got != status or changed else ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", NO_FORMS)
def test_a_body_that_is_no_form(target, kind):
    content_type, body, status = NO_FORMS[kind]
    # Each route has a third of the kinds.
    third = [*NO_FORMS].index(kind) % 3
    askings = [
        Asking("POST", route, body, content_type, person, token=token)
        for route in _routes(target.surface)[third::3]
        for person, token in [("ada", True), (NOBODY, False)]
    ]

    assert [*filter(None, (_refused(target, asking, status) for asking in askings))] == []


@pytest.mark.parametrize("kind", NO_FORMS)
def test_a_body_that_is_no_form_at_the_item(target, kind):
    """The same for one route, in the quick tier."""
    content_type, body, status = NO_FORMS[kind]

    assert _refused(target, Asking("POST", "/admin/items/new/", body, content_type), status) == ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", _TOO_LARGE)
def test_a_body_beyond_the_limit(target, kind):
    content_type, body = _TOO_LARGE[kind]
    askings = [
        Asking("POST", route, body, content_type, padding=_TEN_MEGABYTES)
        for route in _routes(target.surface)[::2]
    ]

    assert [*filter(None, (_refused(target, asking, 413) for asking in askings))] == []


def _as_parts(asking: Asking) -> Iterator[bytes]:
    for name, value in asking.form:
        yield _part(f'; name="{name}"'.encode(), value.encode())
    yield b"--b--\r\n"


def test_a_form_in_parts_is_the_same_form(target):
    """Whichever of the two ways a browser encodes a form, it is judged alike."""
    for person, form in target.surface.forms[::4]:
        if form.method != "POST" or not form.fields:
            continue
        body = "&".join(f"{name}={value}" for name, value in form.fields)
        plain = Asking("POST", form.target, body.encode(), FORM, person)
        parts = plain.but(body=b"".join(_as_parts(plain)), content_type=_MULTIPART)
        answers = []
        for asking in (plain, parts):
            with send(target.app, asking, target.browsers[person]) as answer:
                answers.append((answer.status_code, str(answer.location).partition("?")[0]))
            target.store.restore()

        assert answers[0] == answers[1], form


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "rot13", "\xff", "hex"])
def test_another_charset_changes_nothing(target, charset):
    """A form is UTF-8, whatever it says of itself: no second reading that a check has not seen."""
    body = b"row_version=1&name=%2BADw-script%2BAD4-&price=3"
    asking = Asking("POST", "/admin/items/edit/?id=1", body, f"{FORM}; charset={charset}")
    with send(target.app, asking, target.browsers["ada"]) as answer:
        assert answer.status_code == 302
    stored = next(row for row in target.store.rows("menu_item") if row["id"] == 1)["name"]
    target.store.restore()

    assert stored == "+ADw-script+AD4-"


def test_a_thousand_times_the_same_field(target):
    """The first of each counts, and the rest is no trouble."""
    target.check(Asking("POST", "/admin/items/edit/?id=1", b"row_version=1" + b"&name=x" * 200_000, FORM))
    target.check(Asking("POST", "/admin/items/edit/?id=1", b"row_version=1&row_version=x&name=y", FORM))
    target.check(Asking("POST", "/admin/items/edit/?id=1", b"row_version=2&row_version=1&name=y", FORM))
    rows = b"".join(b"&rowid=%d" % number for number in range(1, 140_000))
    target.check(Asking("POST", "/admin/items/action/", b"action=delete" + rows, FORM))


def test_a_switch_counts_as_its_last_word(target):
    """The page sends 0 before the box's own 1; of any other field the first counts."""
    body = b"list_form_pk=1&list_form_pk=x&row_version=1&row_version=x&sold_out=0&sold_out=1"
    with send(
        target.app, Asking("POST", "/admin/items/ajax/update/", body, FORM), target.browsers["ada"]
    ) as answer:
        said = answer.json
    target.store.restore()

    assert said["value"] is True
