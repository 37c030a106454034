from __future__ import annotations

import pytest

from app.domain.hosts import is_loopback, is_private_enough


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "0.0.0.0", "::", "192.168.0.1", "localhost.evil.example", "example.com"]
)
def test_other_machines(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://example.com/a", True),
        ("http://127.0.0.1:9/a", True),
        ("http://example.com/", False),
        ("ftp://localhost/", False),
        ("https:///a", False),
        ("https://[", False),
        ("javascript:alert(1)", False),
    ],
)
def test_where_secrets_may_go(url, fine):
    assert is_private_enough(url) is fine
