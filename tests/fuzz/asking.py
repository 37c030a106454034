"""A request as a value: whole, literal, sent the same way each time, so that a finding can be kept."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Flask
from werkzeug.test import TestResponse

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
NOBODY = "nobody"

#: Field, value; both percent-encoded, so that bytes which are no text can be among them.
Pairs = tuple[tuple[str, str], ...]


def joined(pairs: Pairs) -> str:
    """Return the pairs as they stand in a query or a form's body."""
    return "&".join(f"{name}={value}" for name, value in pairs)


def read(text: str) -> list[tuple[str, str]]:
    """Return what a server makes of a query or a form's body."""
    return parse_qsl(text, keep_blank_values=True, errors="replace")


@dataclass(frozen=True)
class Asking:
    """One request; `target` is percent-encoded.

    `padding` bytes of x follow the body; `token`: with a valid one in the header.
    """

    method: str
    target: str
    body: bytes = b""
    content_type: str = ""
    person: str = "ada"
    headers: tuple[tuple[str, str], ...] = ()
    token: bool = True
    padding: int = 0

    @property
    def path(self) -> str:
        """The path as the application reads it."""
        return unquote_to_bytes(self.target.partition("?")[0]).decode("utf-8", "replace")

    @property
    def query(self) -> list[tuple[str, str]]:
        return read(self.target.partition("?")[2])

    @property
    def form(self) -> list[tuple[str, str]]:
        """What the body says; nothing where it is no plain form."""
        kind = self.content_type.partition(";")[0].strip().lower()
        return read(self.body.decode("latin-1")) if kind == FORM else []

    @property
    def size(self) -> int:
        return len(self.body) + self.padding

    def but(self, **changes: Any) -> Asking:
        return replace(self, **changes)


@dataclass(frozen=True)
class Browser:
    """A person's cookie and the token that is valid with it."""

    cookie: str
    token: str


def send(app: Flask, asking: Asking, browser: Browser) -> TestResponse:
    """Send the request past the client's own tidying of addresses; no cookie outlives it."""
    path, _, query = asking.target.partition("?")
    headers = [*asking.headers]
    if "Cookie" not in dict(headers):
        headers.append(("Cookie", browser.cookie))
    if asking.token and asking.method not in {"GET", "HEAD"}:
        headers.append(("X-CSRFToken", browser.token))
    return app.test_client(use_cookies=False).open(
        "/",
        method=asking.method,
        headers=headers,
        input_stream=io.BytesIO(asking.body + b"x" * asking.padding),
        content_length=asking.size,
        content_type=asking.content_type or None,
        environ_overrides={
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
        },
    )
