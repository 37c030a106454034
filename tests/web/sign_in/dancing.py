"""A person in front of two browsers' windows: Carte's, and that of a real OpenID provider."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.browsing import post
from tests.support.needs import ROOT

CLIENT_ID = "carte"
#: With characters that a form-encoded header must escape.
CLIENT_SECRET = "a secret/with+signs%and:colons"


class OpenIDProvider:
    """The running provider; `issuer` is its address."""

    def __init__(self, issuer: str, ca: str | None = None) -> None:
        self.issuer = issuer
        self.ca = ca

    def account(self, sub: str, **claims: Any) -> str:
        """Give somebody an account; returns their subject."""
        self._control("account", sub=sub, claims=claims)
        return sub

    def spoil(self, fault: str) -> None:
        """Send the next ID token with this fault."""
        assert fault in self._control("fault", fault=fault)["faults"]

    def slow_down(self, slow: bool) -> None:
        """Let the token endpoint hang, or answer again."""
        self._control("slow", slow=slow)

    def asked(self) -> dict[str, int]:
        """Return how often each path has been asked for."""
        counted: dict[str, int] = self._control("asked")["asked"]
        return counted

    def settings(self, kind: str = "GOOGLE", **more: str) -> dict[str, str]:
        """Return the variables with which Carte uses this provider as Google, or as any other."""
        middle = "OAUTH_" if kind == "GOOGLE" else ""
        return {
            f"{kind}_{middle}CLIENT_ID": CLIENT_ID,
            f"{kind}_{middle}CLIENT_SECRET": CLIENT_SECRET,
            f"{kind}_ISSUER": self.issuer,
            **more,
        }

    def visit(self, url: str, person: str | None) -> str:
        """Sign in there as `person`, or cancel as None; returns the callback it leads to."""
        with requests.Session() as browser:
            browser.verify = self.ca or True
            while url.startswith(f"{self.issuer}/"):
                if "/interaction/" in url:
                    url += "?cancel" if person is None else f"?as={person}"
                answer = browser.get(url, allow_redirects=False, timeout=10)
                assert answer.status_code in {302, 303}, answer.text
                url = urljoin(url, answer.headers["Location"])
        return url

    def _control(self, what: str, **asked: Any) -> dict[str, Any]:
        answer = requests.post(
            f"{self.issuer}/control/{what}", json=asked, timeout=10, verify=self.ca or True
        )
        answer.raise_for_status()
        said: dict[str, Any] = answer.json()
        return said


@contextmanager
def running_provider(*redirect_uris: str, ca: str | None = None, **env: str) -> Iterator[OpenIDProvider]:
    """Run the provider that knows these callbacks, until the end of the block."""
    script = Path(ROOT, "tests", "provider", "provider.mjs")
    process = subprocess.Popen(
        ["node", str(script), CLIENT_ID, CLIENT_SECRET, *redirect_uris],
        env={"PATH": os.environ["PATH"], **env},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            issuer = next((line.strip() for line in process.stdout if line.startswith("http")), "")
            assert issuer, "the OpenID provider did not start"
            yield OpenIDProvider(issuer, ca)
        finally:
            process.kill()


def start(client: FlaskClient, name: str = "google", **form: str) -> str:
    """Press a provider's button; returns the address at the provider that it leads to."""
    answer = post(client, f"/login/{name}", form)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def come_back(client: FlaskClient, callback: str) -> TestResponse:
    """Follow the provider's redirect to Carte."""
    parts = urlsplit(callback)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(
    client: FlaskClient, provider: OpenIDProvider, person: str | None, name: str = "google", **form: str
) -> TestResponse:
    """Go all the way from Carte's button to Carte's answer."""
    return come_back(client, provider.visit(start(client, name, **form), person))


def who(client: FlaskClient) -> str | None:
    """Return the key of the person who is signed in, as every page says."""
    found = re.search(r'<body[^>]*data-person="([^"]+)"', client.get("/restaurant/").text)
    return found[1] if found else None
