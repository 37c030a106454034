"""Connections to a provider that end when their time is over, however slowly the other side talks.

Hole mended: a timeout of requests counts from each byte to the next, so that a provider which sends
one a second keeps a person, and a thread of the server, for as long as it likes.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class _Plain(HTTPConnection):
    """A connection that hangs up once `timeout` seconds have gone by since it began."""

    def connect(self) -> None:
        began = time.monotonic()
        super().connect()
        left = max(float(self.timeout or 0) - (time.monotonic() - began), 0)
        # Not called off when the connection is closed: an answer without a length is read after that.
        alarm = threading.Timer(left, _hang_up, (self.sock,))
        alarm.daemon = True
        alarm.start()


class _Secure(_Plain, HTTPSConnection):
    """The same over TLS, whose handshake keeps to its timeout by itself."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class PunctualAdapter(HTTPAdapter):
    """Sends over such connections."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def _hang_up(connected: socket.socket) -> None:
    # Whoever still reads from it finds its end; mostly it has been closed long ago.
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
