"""A real browser on a real server: Debian's Chromium, and Carte served on a free port of loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import MakeApp
from tests.support.needs import CHROMIUM
from tests.support.ports import free_port

TOKEN = "for-the-browser-tests-only-0123456789"
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SIZES = {"phone": {"width": 390, "height": 844}, "laptop": {"width": 1280, "height": 800}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def serve(make_app: MakeApp) -> Iterator[Callable[..., str]]:
    """`serve(OIDC_NAME="…")` returns the address of Carte with these settings on the test's database."""
    servers = []

    def started(**env: str) -> str:
        port = free_port()
        url = f"http://localhost:{port}"
        own = {"CARTE_DEV_LOGIN": "1", "CARTE_DEV_LOGIN_TOKEN": TOKEN, "CARTE_BIND": "127.0.0.1"}
        app = make_app(CARTE_PUBLIC_URL=url, **own, **env)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return url

    yield started
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def served(serve: Callable[..., str]) -> str:
    """The address of Carte on the test's database."""
    return serve()


@pytest.fixture
def open_page(browser: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """`open_page("olga", size="phone")` returns a page on which she has just signed in; no complaint of
    the browser's console goes by unseen."""
    complaints: list[str] = []
    contexts = []

    def opened(person: str | None = None, *, size: str = "laptop") -> Page:
        context = browser.new_context(base_url=served, viewport=SIZES[size])
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
        if person:
            _sign_in(page, person)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def sign_in_on() -> Callable[[Page, str], None]:
    """`sign_in_on(page, "mia")` signs in on a page that is open already."""
    return _sign_in


def _sign_in(page: Page, person: str) -> None:
    page.goto(f"/login/development?token={TOKEN}")
    page.click(f'button[name="person"][value="{person}"]')


def _is_complaint(said) -> bool:
    # A refused save is answered with 4xx on purpose, a connection cut on purpose; the browser notes each.
    expected = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    return said.type in {"error", "warning"} and not any(words in said.text for words in expected)
