"""Hosts: what they are called, and which of them are this very machine."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

#: The names by which a developer's browser calls its own machine.
LOOPBACK = ("localhost", "127.0.0.1", "::1")

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]*)?")


def name_of(host: str) -> str:
    """Return the name in `name:port`, without brackets, in lower case; empty for what is no host."""
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).lower() if found else ""


def is_loopback(name: str) -> bool:
    """Tell whether a host, by name or by address, is this machine and nothing else."""
    bare = name.removeprefix("[").removesuffix("]")
    try:
        return bare == "localhost" or ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def network_of(address: str) -> str:
    """Return what one household or machine cannot change about its address: of IPv6 the first half.

    Whatever is no address is one and the same: it must not give anybody a fresh count.
    """
    bare = address.partition("%")[0]
    try:
        parsed = ipaddress.ip_address(name_of(bare) or bare)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def is_private_enough(url: str) -> bool:
    """Tell whether secrets may travel to this address: by https, or without leaving this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))
