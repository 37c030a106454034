from __future__ import annotations

import pytest

from app.domain.hosts import is_loopback, is_private_enough, name_of, network_of


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


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:5000", "localhost"),
        ("menus.example.com:", "menus.example.com"),
        ("[::1]:5000", "::1"),
        ("[FD00::7]", "fd00::7"),
        ("", ""),
        ("[", ""),
        ("::1", ""),
        ("localhost@evil.example", ""),
        ("evil.example@localhost", ""),
        ("localhost/evil", ""),
        ("localhost:http", ""),
        ("local\thost", ""),
        ("münchen.example", ""),
    ],
)
def test_the_name_in_a_host(host, name):
    assert name_of(host) == name


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:50123", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1:2:3:4:5]:50123", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("anybody", "unknown"),
        ("192.0.2.7, 192.0.2.8", "unknown"),
    ],
)
def test_what_one_household_cannot_change(address: str, network: str) -> None:
    assert network_of(address) == network
