"""Fetching from a provider: JSON over https, in little time, within bounds, without being led elsewhere."""

from __future__ import annotations

import json
import time
from typing import Any

import requests
from flask import request
from requests.auth import AuthBase

from app.domain.errors import SignInFailed
from app.domain.hosts import is_private_enough
from app.domain.words import gettext_noop
from app.web.sign_in.punctual import PunctualAdapter

#: Seconds that one request of a person waits for providers, all their answers together.
SECONDS = 4.5

#: The most that a provider's answer may have, in bytes.
MOST_BYTES = 512 * 1024

_SILENT = gettext_noop("Your sign-in provider does not answer as it should.")

_KEY = "carte.fetching.until"


class Bearer(AuthBase):
    """An access token; given as `auth`, so that no `.netrc` of the server takes its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = f"Bearer {self._token}"
        return prepared


def time_left() -> float:
    """Return the seconds that this request may still wait for providers; raises requests.Timeout at none."""
    until: float = request.environ.setdefault(_KEY, time.monotonic() + SECONDS)
    left = until - time.monotonic()
    if left <= 0:
        raise requests.Timeout("the provider took too long")
    return left


def json_of(url: str, *, bearer: str | None = None) -> Any:
    """Return what `url` answers; raises SignInFailed for anything but JSON with status 200."""
    if not is_private_enough(url):
        raise SignInFailed("Your sign-in provider names an address that is not safe to use.")
    try:
        with requests.Session() as session:
            punctual(session)
            return json.loads(_read(session, url, Bearer(bearer) if bearer else None))
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise SignInFailed(_SILENT) from error


def punctual(session: requests.Session) -> None:
    """Let nothing that this session asks for take longer than its timeout, all bytes together."""
    for scheme in ("https://", "http://"):
        session.mount(scheme, PunctualAdapter())


def whole(response: requests.Response) -> bytes:
    """Return a streamed answer's body; raises requests.RequestException when it is too long, or too slow."""
    body = bytearray()
    with response:
        for part in response.iter_content(16 * 1024):
            body += part
            if len(body) > MOST_BYTES:
                raise requests.exceptions.ContentDecodingError("the answer is too long")
            time_left()
    return bytes(body)


def _read(session: requests.Session, url: str, auth: AuthBase | None) -> bytes:
    headers = {"Accept": "application/json"}
    response = session.get(
        url, auth=auth, headers=headers, timeout=time_left(), stream=True, allow_redirects=False
    )
    if response.status_code != requests.codes.ok:
        response.close()
        raise requests.HTTPError(f"status {response.status_code}")
    return whole(response)
