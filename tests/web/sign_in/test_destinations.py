from __future__ import annotations

import pytest

from app.web.sign_in.destinations import local_path


@pytest.mark.parametrize(
    "path", ["/", "/admin/", "/admin/items/?page=2&sort=name", "/restaurant/1/", "/a//b", "/café"]
)
def test_paths_of_this_site(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "admin/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/a\nSet-Cookie: b",
        " /admin/",
        "/\x00",
        "/" + "a" * 500,
    ],
)
def test_everything_else(path):
    assert local_path(path) == ""
