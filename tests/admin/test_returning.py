"""Where a page may lead back to: only to paths of the back office."""

from __future__ import annotations

import pytest

from app.admin.base.returning import is_own_path
from tests.support.pages import Page
from tests.support.rows import Rows

_ELSEWHERE = [
    "http://evil.example/", "https://evil.example/admin/", "//evil.example", "///evil.example",
    "http:evil.example", "http:/evil.example", "https:///evil.example", "\\\\evil.example",
    "/\\evil.example", "/admin/\\evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,x", " //evil.example", "\t//evil.example", "/\t/evil.example",
    "/admin/\n//evil.example", "/admin/..//evil.example", "//admin/", "http://localhost/admin/",
    "http://[", "/login", "/", "admin/items/", "", "?id=1", "/admin", "/administrator/", "/admin/\u202e",
    "@evil.example", "//localhost@evil.example", "/admin//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", _ELSEWHERE)
def test_elsewhere_is_refused(target):
    assert not is_own_path(target)


@pytest.mark.parametrize("target", ["/admin/", "/admin/items/", "/admin/items/?page=2&search=a%20b#row"])
def test_own_paths_are_taken(target):
    assert is_own_path(target)


def test_no_answer_leads_elsewhere(sign_in, post, rows: Rows):
    """Neither a redirect nor a link or form of a page takes a foreign `url`."""
    olga, item = sign_in("olga"), rows.item()
    for target in _ELSEWHERE:
        saved = post(
            olga, f"/admin/items/edit/?id={item.id}", {"row_version": rows.again(item).version, "url": target}
        )
        assert (saved.status_code, saved.location) == (302, "/admin/items/"), target
        for page in ("edit", "details", "deletion"):
            answer = olga.get(f"/admin/items/{page}/", query_string={"id": item.id, "url": target})
            links = Page(answer).links + [
                attrs["value"] for attrs, _ in Page(answer).all("value") if attrs.get("name") == "url"
            ]
            assert all("evil" not in link and not link.lower().startswith("java") for link in links), target
