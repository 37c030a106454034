from __future__ import annotations

import pytest

from app.domain.paths import is_local


@pytest.mark.parametrize(
    "path",
    ["/", "/admin/", "/admin/items/?page=2&sort=name#row", "/restaurant/1/", "/caf%C3%A9", "/a?next=//b"],
)
def test_paths_of_this_site(path):
    assert is_local(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "admin/",
        "?a=b",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "/a//b",
        "/..//evil.example",
        "/admin/../login",
        "/admin/.%2E/login",
        "/admin/%2e%2e",
        "https://evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\nSet-Cookie: b",
        " /admin/",
        "/a b",
        "/\x00",
        "/\u202e",
        "/café",
    ],
)
def test_everything_else(path):
    assert not is_local(path)


def test_a_prefix_narrows_it():
    assert is_local("/admin/items/", prefix="/admin/")
    for path in ("/login", "/", "/admin", "/administrator/", "//admin/", "/admin//evil.example"):
        assert not is_local(path, prefix="/admin/")
