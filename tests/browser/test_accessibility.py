"""Every page there is, on a phone and on a laptop, light and dark: no fault that axe knows of WCAG 2.2 A
and AA, nothing wider than the screen, one first heading, no complaint in the console.

The pages are those of the routes' table, which names every route, and those before which something is done.
On SQLite alone: the pages are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from app.domain.roles import Role
from app.services import inviting
from tests.browser.conftest import SIZES, TOKEN
from tests.routes import matrix
from tests.routes.matrix import NOBODY, PEOPLE, Line
from tests.support.needs import ROOT, needs
from tests.support.rows import Rows

pytestmark = [
    needs("browser"),
    needs("node"),
    pytest.mark.parametrize("databases", ["sqlite"], indirect=True),
]

_AXE = ROOT / "tests" / "provider" / "node_modules" / "axe-core" / "axe.min.js"

_FAULTS = """async (rules) => {
    const found = await axe.run(document, {
        runOnly: rules ?? ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        resultTypes: ["violations"],
    });
    const faults = found.violations.flatMap((fault) => fault.nodes.map(
        (node) => `${fault.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) faults.push(`${wide} px wide`);
    const headings = [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility());
    if (headings.length !== 1) faults.push(`${headings.length} first headings`);
    return faults;
}"""

#: What is read by GET and is no page: data and files.
_NO_PAGES = ("/export/", "/lookup/", "/states/", "JSON", "/static/", "/healthz")

#: What one sees only after something was done, and is visited below for that.
_BY_DEED = {"/welcome", "/invitations/<token>"}


def _faults(page: Page, *sizes: str) -> list[str]:
    """Return what is wrong with the page as it stands; in the dark it is the colours that differ."""
    found = []
    page.evaluate(_AXE.read_text())
    for size in sizes or SIZES:
        page.set_viewport_size(SIZES[size])
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{page.url} {size} {scheme}: {fault}" for fault in page.evaluate(_FAULTS, rules)]
    return found


def _rule(app: Flask, path: str) -> str:
    """Return the rule that answers this path; none for what is nowhere."""
    try:
        rule, _values = app.url_map.bind("localhost").match(path.partition("?")[0], return_rule=True)
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return ""
    return str(rule.rule)


def _lines(app: Flask, rows: Rows) -> Iterator[tuple[Line, str, str]]:
    """Yield each line of the table that may be a page, with its path and rule."""
    ids = matrix.ids_for(rows)
    for line in matrix.lines():
        if line.method == "GET" and not any(part in line.path for part in _NO_PAGES):
            path, _ = next(line.requests({**ids[""], **ids.get(line.view, {})}))
            yield line, path.replace("sesame", TOKEN), _rule(app, path)


def _pages(lines: Iterable[tuple[Line, str, str]]) -> dict[tuple[object, ...], tuple[str, str]]:
    """Return person and path of each page, and of each kind of refusal."""
    found: dict[tuple[object, ...], tuple[str, str]] = {}
    for line, path, rule in lines:
        for person in (NOBODY, "olga", "ada"):
            status = line.answers[person]
            if status not in {302, 308}:
                found.setdefault((rule,) if status == 200 else (status, person == NOBODY), (person, path))
    return found


def test_no_page_is_forgotten(make_app: Callable[..., Flask], session: Session):
    """Each route that anybody reads is visited, by its line or by deed; the others lead on or refuse all."""
    lines = list(_lines(make_app(), Rows(session)))
    read = {rule for line, _, rule in lines if 200 in {line.answers[one] for one in PEOPLE}}
    never = {rule for line, _, rule in lines if line.answers["ada"] != 403} - read - {""}

    assert read - {key[0] for key in _pages(lines)} == set()
    assert {rule for rule in never if not rule.startswith("/restaurant/")} == _BY_DEED


def test_every_page(open_page, make_app: Callable[..., Flask], session: Session):
    visits = _pages(_lines(make_app(), Rows(session))).values()
    pages = {person: open_page(None if person == NOBODY else person) for person in (NOBODY, "olga", "ada")}
    faults = []
    for person, path in [*visits, ("ada", "/admin/"), ("olga", "/restaurant/1/")]:
        pages[person].goto(path)
        faults += _faults(pages[person])

    assert not faults, "\n".join(faults)


def test_pages_after_something_was_done(open_page, session: Session):
    rows = Rows(session)
    _, token = inviting.invite(
        session,
        email="new@example.com",
        role=Role.STAFF,
        restaurant=rows.restaurant(),
        by=None,
        at=datetime.now(UTC),
    )
    session.delete(rows.membership("vic"))
    session.commit()
    guest, vic, olga = open_page(), open_page("vic"), open_page("olga")

    guest.goto(f"/invitations/{token}")
    faults = _faults(guest)
    vic.goto("/welcome")
    faults += _faults(vic)
    for path in ("/admin/items/?search=e&flt0_0=1", "/admin/items/?search=nothing+like+it"):
        olga.goto(path)
        faults += _faults(olga)

    olga.goto(f"/admin/items/edit/?id={rows.item().id}")
    olga.get_by_label("Price").fill("dear")
    olga.get_by_label("Price").press("Control+Enter")
    expect(olga.locator("[data-error-for=price]")).to_be_visible()
    faults += _faults(olga)

    olga.goto("/admin/kitchen/")
    olga.get_by_role("switch").first.click()
    expect(olga.locator("#flash [data-level]").last).to_contain_text("sold out")
    faults += _faults(olga)
    assert not faults, "\n".join(faults)


def test_what_opens_over_a_page(open_page):
    page = open_page("olga")
    page.goto("/admin/items/")
    faults = []
    for key, name in (("Control+k", "palette"), ("?", "shortcuts")):
        page.keyboard.press(key)
        expect(page.locator(f"#{name}")).to_be_visible()
        faults += _faults(page)
        page.keyboard.press("Escape")
        expect(page.locator(f"#{name}")).to_be_hidden()
    for popover in ("columns", "export", "views", "switch"):
        page.set_viewport_size(SIZES["laptop"])
        page.locator(f"[popovertarget={popover}]").first.click()
        faults += _faults(page, "laptop")
        page.keyboard.press("Escape")
    page.set_viewport_size(SIZES["phone"])
    page.get_by_role("button", name="More", exact=True).click()
    faults += _faults(page, "phone")
    assert not faults, "\n".join(faults)
