"""Take the pictures: the second half of bin/screenshots, under the environment's Python.

Serves the sample menus on a fresh SQLite file with bin/run, and looks at them as the people of the
sample cast do, in Debian's Chromium.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from environment import ROOT
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

_FOLDER = ROOT / "docs" / "screenshots"
_LAPTOP = ViewportSize(width=1280, height=800)
_PHONE = ViewportSize(width=390, height=844)


def main() -> None:
    """Serve, take every picture, end the server; exits with one line where there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("bin/screenshots needs Chromium (on Debian: apt install chromium).")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = _serve(Path(folder) / "menus.sqlite3")
        try:
            _take(chromium, _links(server))
        finally:
            server.terminate()
            server.wait()


def _serve(database: Path) -> subprocess.Popen[str]:
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    env.pop("CARTE_PUBLIC_URL", None)
    return subprocess.Popen([ROOT / "bin" / "run"], env=env, stdout=subprocess.PIPE, text=True)


def _links(server: subprocess.Popen[str]) -> dict[str, str]:
    """Return the three links that bin/run prints, by their names."""
    if server.stdout is None:
        raise RuntimeError("the server's words are not piped")
    lines = [server.stdout.readline().rstrip("\n") for _ in range(3)]
    if not all(lines):
        sys.exit("bin/run did not start; what it said is above.")
    return dict(line.split(": ", 1) for line in lines)


def _take(chromium: str, links: dict[str, str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        laptop = browser.new_page(viewport=_LAPTOP, color_scheme="light")
        _sign_in(laptop, links, "mia")
        laptop.goto(f"{links['Back office']}items/")
        switch = laptop.get_by_role("switch", name="Sold out: Root Beer")
        switch.click()
        expect(switch).to_be_checked()
        laptop.reload()
        laptop.screenshot(path=_FOLDER / "admin.png")
        owner = browser.new_context(viewport=_LAPTOP, color_scheme="light").new_page()
        _sign_in(owner, links, "olga")
        _invite(owner, links, "cook@example.com")
        owner.screenshot(path=_FOLDER / "people.png", full_page=True)
        owner.goto(links["Back office"])
        owner.screenshot(path=_FOLDER / "home.png")
        night = browser.new_context(viewport=_LAPTOP, color_scheme="dark").new_page()
        _sign_in(night, links, "mia")
        night.goto(f"{links['Back office']}items/edit/?id=1")
        night.screenshot(path=_FOLDER / "form-dark.png")
        cook = browser.new_context(viewport=_PHONE, color_scheme="light").new_page()
        _sign_in(cook, links, "sam")
        cook.goto(f"{links['Back office']}kitchen/")
        cook.screenshot(path=_FOLDER / "kitchen.png")
        phone = browser.new_page(viewport=_PHONE, color_scheme="light")
        phone.goto(f"{links['Guest page']}restaurant/1/")
        phone.screenshot(path=_FOLDER / "guest.png")
        browser.close()


def _invite(page: Page, links: dict[str, str], address: str) -> None:
    page.goto(f"{links['Back office']}people/new/")
    page.fill('[name="email"]', address)
    page.select_option('[name="restaurant"]', label="Urban Burger")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-invitation-url]")).to_be_visible()
    page.goto(f"{links['Back office']}people/")


def _sign_in(page: Page, links: dict[str, str], person: str) -> None:
    page.goto(links["Sign in"])
    page.click(f'button[name="person"][value="{person}"]')


if __name__ == "__main__":
    main()
