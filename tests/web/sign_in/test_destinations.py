from __future__ import annotations

import pytest

from app.web.sign_in.destinations import LONGEST, local_path


@pytest.mark.parametrize("path", ["/admin/items/?page=2&sort=name", "/" + "a" * (LONGEST - 1)])
def test_paths_of_this_site(path):
    assert local_path(path) == path


@pytest.mark.parametrize("path", [None, "", "//evil.example", "https://evil.example/", "/" + "a" * LONGEST])
def test_everything_else(path):
    assert local_path(path) == ""
