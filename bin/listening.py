"""The sockets that bin/run serves on: the port that was asked for, or the next free one."""

from __future__ import annotations

import errno
import socket
import sys

from environment import say

#: How many ports are tried, beginning with the one that was asked for.
TRIES = 100

#: This machine's own addresses; a browser may take either for `localhost`.
_LOCALHOST = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def url_of(host: str, port: int) -> str:
    """Return the address to open in a browser on this machine."""
    if host in {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}:  # noqa: S104 -- names, does not bind
        return f"http://localhost:{port}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(host: str, port: int) -> list[socket.socket]:
    """Return listening sockets, all on one port; exits with one line where there can be none."""
    addresses = _addresses(host)
    last = min(port + TRIES, 65536) if port else 1
    for candidate in range(port, last):
        sockets = _listen_at(addresses, candidate)
        if sockets:
            if port and candidate != port:
                say(f"Port {port} is busy; Carte takes {candidate}.")
            return sockets
    sys.exit(f"No port from {port} to {last - 1} is free; choose another with --port.")


def _addresses(host: str) -> list[tuple[int, str]]:
    if host == "localhost":
        return [(family, name) for family, name in _LOCALHOST if _usable(family, name)]
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        sys.exit(f"There is no address for --host {host}.")
    return [(found[0][0], str(found[0][4][0]))]


def _usable(family: int, name: str) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((name, 0))
    except OSError:
        return False
    return True


def _listen_at(addresses: list[tuple[int, str]], port: int) -> list[socket.socket]:
    """Return a listening socket for each address; none of them when one is busy."""
    sockets: list[socket.socket] = []
    try:
        for family, name in addresses:
            sockets.append(_socket(family, name, port))
            port = sockets[0].getsockname()[1]
    except OSError as error:
        for taken in sockets:
            taken.close()
        if error.errno == errno.EADDRINUSE:
            return []
        sys.exit(f"Carte cannot listen on {addresses[0][1]}, port {port}: {error.strerror}.")
    return sockets


def _socket(family: int, name: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port whose last server has just ended is free; one with a living listener is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((name, port))
        # Listening at once, because two sockets that only bind could share the port.
        listener.listen(64)
    except OSError:
        listener.close()
        raise
    return listener
