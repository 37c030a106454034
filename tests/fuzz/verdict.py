"""What every answer must be, whatever was asked: its kind, its words, where it leads."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote_plus, urljoin, urlsplit

import brotli
from werkzeug.test import TestResponse

from tests.fuzz.asking import Asking
from tests.fuzz.reading import Markup
from tests.support.needs import ROOT

#: What no page has to say: of the program, of the database, of the machine.
_LEAKS = re.compile(
    "|".join(
        [
            r"Traceback \(most",
            r'File "/',
            r"\bsite-packages\b",
            r"\bsqlalchemy\b",
            r"\bpsycopg\b",
            r"\bsqlite3?\.",
            r"\bSELECT .{1,200}\bFROM\b",
            r"\bINSERT INTO\b",
            r"\bUPDATE .{1,80}\bSET\b",
            r"\bDELETE FROM\b",
            r"\bwerkzeug\b",
            r"\bjinja2?\b",
            r"Error: ",
            r"0x[0-9a-f]{8,}",
            r"/(?:usr|etc|tmp|var|proc)/",
            re.escape(str(ROOT)),
        ]
    ),
    re.IGNORECASE,
)

_TEXT = ("text/html", "text/csv", "text/css", "text/javascript", "image/svg+xml", "application/problem+json")
_KINDS = {
    "application/json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    *_TEXT,
}
#: How a body is unpacked, by what its head says of it.
_UNPACK = {None: bytes, "gzip": gzip.decompress, "deflate": zlib.decompress, "br": brotli.decompress}

#: What a browser makes of an address before it follows it.
_DROPPED = re.compile(r"[\t\r\n]")


def faults(answer: TestResponse, asking: Asking) -> Iterator[str]:
    """Yield what is wrong with the answer, beside its status."""
    yield from _kind(answer, asking)
    yield from _way(answer, asking)
    if asking.method == "HEAD":
        if answer.data:
            yield "a body, though only the head was asked for"
        return
    if not answer.data and asking.method == "OPTIONS":
        return
    if answer.mimetype in _TEXT or answer.mimetype == "application/json":
        yield from _words(answer, asking)


def _kind(answer: TestResponse, asking: Asking) -> Iterator[str]:
    if answer.status_code == 304 or (asking.method == "OPTIONS" and answer.status_code == 200):
        return
    if answer.mimetype not in _KINDS:
        yield f"content type {answer.content_type!r}"
    if answer.mimetype.startswith("text/") and answer.mimetype_params.get("charset", "").lower() != "utf-8":
        yield f"charset of {answer.content_type!r}"


def _way(answer: TestResponse, asking: Asking) -> Iterator[str]:
    target = answer.headers.get("Location")
    if (target is None) != (answer.status_code not in {302, 303, 307, 308}):
        yield f"a way elsewhere is {target!r} for {answer.status_code}"
    if target is not None and not leads_home(target) and not asking.path.startswith("/login/"):
        yield f"leads to {target!r}"
    for name, value in answer.headers:
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
            yield f"control characters in {name}"


def leads_home(target: str) -> bool:
    """Tell whether a browser that is sent to `target` stays with us."""
    seen = _DROPPED.sub("", target.strip()).replace("\\", "/")
    parts = urlsplit(urljoin("http://localhost/x/y", seen))
    return (parts.scheme, parts.netloc) == ("http", "localhost") and not seen.startswith("//")


def _words(answer: TestResponse, asking: Asking) -> Iterator[str]:
    try:
        text = _UNPACK[answer.content_encoding](answer.data).decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"a body that is no UTF-8: {error}"
        return
    # What was sent may come back, as text.
    sent = unquote_plus(f"{asking.target} {asking.body.decode('latin-1')}") + str(asking.headers)
    found = {match[0] for match in _LEAKS.finditer(unescape(text))}
    if not asking.path.startswith("/static/"):
        yield from (f"says {leak!r}" for leak in sorted(found) if leak not in sent)
    if "json" in answer.mimetype:
        yield from _json(text, answer)
    if answer.mimetype == "text/html" and not answer.location:
        yield from page_faults(text)


def _json(text: str, answer: TestResponse) -> Iterator[str]:
    try:
        said = json.loads(text)
    except ValueError as error:
        yield f"JSON that cannot be read: {error}"
        return
    if answer.mimetype != "application/problem+json":
        return
    if said.get("status") != answer.status_code or not said.get("title") or not said.get("detail"):
        yield f"a problem without its words: {said}"


def page_faults(text: str) -> Iterator[str]:
    """Yield what a page lacks: a language, a title, one heading, one main part; and script of its own."""
    page = Markup(text)
    counts = {tag: page.count(tag) for tag in ("html", "title", "h1", "main")}
    counts["title"] -= page.captions
    if set(counts.values()) != {1}:
        yield f"a page with {counts}"
    if not page.text_of("title") or not page.text_of("h1"):
        yield "a title or heading without words"
    if not next((attrs.get("lang") for tag, attrs, _, _ in page.elements if tag == "html"), ""):
        yield "a page without its language"
    for tag, attrs, within, _ in page.elements:
        if tag == "script" and "".join(within).strip() and "json" not in attrs.get("type", ""):
            yield "script within the page"
        yield from (f"{name} on {tag}: {value!r}" for name, value in attrs.items() if _runs(name, value))


def _runs(name: str, value: str) -> bool:
    """Tell whether the attribute is script, or leads to some."""
    if name.startswith("on") or name == "style":
        return True
    leads = name in {"href", "src", "action", "formaction"}
    return leads and re.match(r"\s*(?:javascript|data|vbscript):", value, re.IGNORECASE) is not None
