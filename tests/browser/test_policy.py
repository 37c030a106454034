"""The content security policy in a real browser: no page breaks it, and it stops what it is for.

On SQLite alone: no database makes a page load anything.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from app.admin.views import VIEWS
from tests.support.needs import needs
from tests.web.sign_in.test_failing_providers import CREDENTIALS, document, saying

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]

_GUESTS = (
    "/",
    "/restaurant/",
    "/restaurant/1/",
    "/restaurant/1/menu/",
    "/login",
    "/nowhere",
    "/invitations/x",
)
_LISTS = [f"/admin/{endpoint}/" for *_, endpoint in VIEWS]


def _visit(page: Page, path: str) -> None:
    """Open a page; whatever it complains of, `open_page` finds."""
    page.goto(path)
    expect(page.locator("h1")).to_have_count(1)


def test_no_page_of_a_guest_breaks_it(open_page):
    page = open_page()
    for path in _GUESTS:
        _visit(page, path)


@pytest.mark.parametrize(("person", "size"), [("olga", "phone"), ("ada", "laptop")])
def test_no_page_of_the_back_office_breaks_it(open_page, person, size):
    page = open_page(person, size=size)
    for path in ("/admin/", "/restaurant/1/", *_LISTS):
        _visit(page, path)
        # Whatever the list leads to, and whatever its rows do.
        names = ("View", "Edit", "Delete", "New")
        links = [page.locator("main a[href]").filter(has_text=name).first for name in names]
        for target in [link.get_attribute("href") for link in links if link.count()]:
            _visit(page, target)


def test_a_page_that_was_tampered_with_is_stopped(browser: Browser, served):
    """The policy is really there: an inline script, a foreign one and a foreign form do nothing."""
    page = browser.new_page(base_url=served)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/restaurant/")

    page.evaluate(
        """() => {
        const script = Object.assign(document.createElement("script"), { textContent: "window.ran = true" });
        const foreign = Object.assign(document.createElement("script"), { src: "http://127.0.0.1:1/x.js" });
        const form = Object.assign(document.createElement("form"), { action: "http://127.0.0.1:1/" });
        document.body.append(script, foreign, form);
        form.submit();
        }"""
    )

    for rule in ("script-src", "form-action"):
        page.wait_for_function("true")
        assert any(rule in text for text in said), said
    assert page.evaluate("window.ran") is None
    assert page.url == f"{served}/restaurant/"
    page.close()


@contextmanager
def _place_to_sign_in() -> Iterator[str]:
    """Run a server that only says that one has come to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Who are you?</title><h1>Who are you?</h1>")

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _leave(browser: Browser, url: str, **options) -> Page:
    page = browser.new_page(base_url=url, **options)
    page.goto("/login")
    page.get_by_role("button", name="Continue with OpenID").click()
    return page


@pytest.mark.parametrize("javascript", [True, False])
def test_a_provider_that_signs_in_elsewhere_is_reached(browser: Browser, serve, javascript):
    with (
        _place_to_sign_in() as place,
        saying(document(authorization_endpoint=f"{place}/authorize")) as issuer,
    ):
        page = _leave(browser, serve(**CREDENTIALS, OIDC_ISSUER=issuer), java_script_enabled=javascript)

        page.wait_for_url(f"{place}/authorize?**")
        expect(page.locator("h1")).to_have_text("Who are you?")
        page.close()


def test_a_provider_that_signs_in_at_its_issuer_is_reached(browser: Browser, serve):
    with saying(document()) as issuer:
        page = _leave(browser, serve(**CREDENTIALS, OIDC_ISSUER=issuer))

        page.wait_for_url(f"{issuer}/a?**")
        page.close()
