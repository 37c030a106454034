"""What a first visit brings over the wire: a phone in a cellar loads the page, scripts and pictures too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.support.needs import needs

pytestmark = [needs("browser"), pytest.mark.parametrize("databases", ["sqlite"], indirect=True)]

_MOST = 60_000


def _weight(page: Page, path: str) -> int:
    """Return how many bytes the page and all that it asks for had, to a browser that has kept nothing."""
    sizes: list[float] = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.clearBrowserCache")
    devtools.on("Network.loadingFinished", lambda loaded: sizes.append(loaded["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    devtools.detach()
    assert len(sizes) > 3, "the page, its styles, scripts and icons"
    return int(sum(sizes))


def test_a_first_visit_is_light(open_page):
    guest, olga = open_page(), open_page("olga")
    weights = {"guest": _weight(guest, "/restaurant/1/")}
    for path in ("/admin/", "/admin/kitchen/", "/admin/items/", "/admin/items/edit/?id=1"):
        weights[path] = _weight(olga, path)

    assert max(weights.values()) <= _MOST, weights
