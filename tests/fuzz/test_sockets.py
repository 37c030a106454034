"""Bytes that no client library would send, over a socket to the real server: it answers, and lives on."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.needs import ROOT
from tests.support.running import environment, subprocess_environment

pytestmark = pytest.mark.slow

_HOST = b"Host: localhost\r\n"
_POST = b"POST /logout HTTP/1.1\r\n" + _HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
_CHUNKED = _POST + b"Transfer-Encoding: chunked\r\n\r\n"

#: What is sent, and the beginnings of the statuses that are right; none at all: the server may hang up.
_SENT: dict[str, tuple[bytes, tuple[bytes, ...]]] = {
    "a page": (b"GET / HTTP/1.1\r\n" + _HOST + b"\r\n", (b"200",)),
    "nothing": (b"\r\n\r\n\r\n", ()),
    "no words of this language": (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        (b"4",),
    ),
    "half a request": (b"GET / HT", (b"4",)),
    "no host": (b"GET /admin/items/ HTTP/1.1\r\n\r\n", (b"302", b"400")),
    "two hosts": (b"GET / HTTP/1.1\r\n" + _HOST + b"Host: evil.example\r\n\r\n", (b"400",)),
    "an old version without a host": (b"GET / HTTP/1.0\r\n\r\n", (b"200", b"400")),
    "a version of tomorrow": (b"GET / HTTP/9.9\r\n" + _HOST + b"\r\n", (b"4", b"505")),
    "a method in small letters": (b"get / HTTP/1.1\r\n" + _HOST + b"\r\n", (b"4",)),
    "a method of 3,000 letters": (b"A" * 3000 + b" / HTTP/1.1\r\n" + _HOST + b"\r\n", (b"4",)),
    "an address with another host": (
        b"GET http://evil.example/admin/ HTTP/1.1\r\n" + _HOST + b"\r\n",
        (b"302", b"4"),
    ),
    "an address that is a host": (b"GET //evil.example/ HTTP/1.1\r\n" + _HOST + b"\r\n", (b"308", b"4")),
    "an address with a host and a path": (
        b"GET //evil.example HTTP/1.1\r\n" + _HOST + b"\r\n",
        (b"308", b"4"),
    ),
    "an address of stars": (b"OPTIONS * HTTP/1.1\r\n" + _HOST + b"\r\n", (b"2", b"4")),
    "an address of 100,000 letters": (
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n",
        (b"4",),
    ),
    "an address of no text": (b"GET /admin/\xff\xed\xa0\x80 HTTP/1.1\r\n" + _HOST + b"\r\n", (b"302", b"4")),
    "NUL in an address": (b"GET /\x00 HTTP/1.1\r\n" + _HOST + b"\r\n", (b"4",)),
    "NUL in a header": (b"GET / HTTP/1.1\r\n" + _HOST + b"User-Agent: a\x00b\r\n\r\n", (b"400", b"200")),
    "a header without a name": (b"GET / HTTP/1.1\r\n" + _HOST + b": x\r\n\r\n", (b"4",)),
    "a header without a colon": (b"GET / HTTP/1.1\r\n" + _HOST + b"x\r\n\r\n", (b"4",)),
    "a folded header": (b"GET / HTTP/1.1\r\n" + _HOST + b"A: b\r\n c\r\n\r\n", (b"4", b"200")),
    "a header with an underscore": (
        b"GET / HTTP/1.1\r\nX_Forwarded_For: x\r\n" + _HOST + b"\r\n",
        (b"200", b"4"),
    ),
    "a thousand headers": (b"GET / HTTP/1.1\r\n" + _HOST + b"A: b\r\n" * 1000 + b"\r\n", (b"4",)),
    "a header of 100,000 letters": (
        b"GET / HTTP/1.1\r\n" + _HOST + b"A: " + b"b" * 100_000 + b"\r\n\r\n",
        (b"4",),
    ),
    "lines that end in one character": (b"GET / HTTP/1.1\n" + _HOST + b"\n", ()),
    "a length below zero": (_POST + b"Content-Length: -5\r\n\r\na=1", (b"400",)),
    "a length that is no number": (_POST + b"Content-Length: abc\r\n\r\na=1", (b"400",)),
    "a length of 20 digits": (_POST + b"Content-Length: 99999999999999999999\r\n\r\na=1", (b"413", b"400")),
    "a length with a sign": (_POST + b"Content-Length: +3\r\n\r\na=1", (b"400",)),
    "two lengths": (_POST + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\na=1", (b"400",)),
    "less than was promised": (_POST + b"Content-Length: 300\r\n\r\na=1", (b"400",)),
    "a length and chunks": (
        _POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        (b"400",),
    ),
    "a coding nobody knows": (_POST + b"Transfer-Encoding: gzip, x\r\n\r\na=1", (b"400", b"501")),
    "chunked twice": (_POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", (b"400", b"501")),
    "chunked and then not": (
        _POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        (b"400", b"501"),
    ),
    "a chunk of no size": (_CHUNKED + b"zz\r\na=1\r\n0\r\n\r\n", (b"400",)),
    "a chunk below zero": (_CHUNKED + b"-1\r\na=1\r\n0\r\n\r\n", (b"400",)),
    "a chunk of 20 digits": (_CHUNKED + b"99999999999999999999\r\na=1\r\n0\r\n\r\n", (b"400", b"413")),
    "a chunk that is longer": (_CHUNKED + b"2\r\na=1\r\n0\r\n\r\n", (b"400",)),
    "chunks without an end": (_CHUNKED + b"3\r\na=1\r\n", (b"400",)),
    "chunks, and no token": (_CHUNKED + b"3\r\na=1\r\n0\r\n\r\n", (b"400",)),
    "a smuggled request": (
        _CHUNKED + b"0\r\n\r\nGET /admin/ HTTP/1.1\r\n" + _HOST + b"\r\n",
        (b"400",),
    ),
    "an upgrade": (b"GET / HTTP/1.1\r\n" + _HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", (b"200",)),
    "the words of a proxy": (
        b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\n" + _HOST + b"\r\n",
        (b"4",),
    ),
    "another version's preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (b"4", b"505")),
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of a real gunicorn, whose socket is open before it starts."""
    from tests.support import filling

    made = request.getfixturevalue(f"{request.param}_databases")
    url = made.copy(filling.load_samples)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "app:create_app()",
            "--workers",
            "1",
            "--log-level",
            "critical",
        ]
        server = subprocess.Popen(
            [*command, "--bind", f"fd://{listening.fileno()}"],
            cwd=ROOT,
            env=subprocess_environment(environment(url)),
            pass_fds=[listening.fileno()],
        )
        number: int = listening.getsockname()[1]
        yield number
        server.terminate()
        server.wait(timeout=60)
    made.drop(url)


def _answer(port: int, sent: bytes) -> bytes:
    """Return all that the server answers, once nothing more will be sent; blank when it hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except (ConnectionError, OSError):
            return b""


@pytest.mark.parametrize("name", _SENT)
def test_the_server_answers_and_lives_on(port, name):
    sent, right = _SENT[name]
    answer = _answer(port, sent)
    head = answer.partition(b"\r\n\r\n")[0]

    # A server that has seen enough may hang up before it is heard.
    assert not right or not answer or head[9:12].startswith(right), answer[:300]
    assert head[9:12] in {b"501", b"505"} or head[9:10] != b"5", answer[:300]
    assert b"Traceback" not in answer
    assert b"evil.example" not in head
    healthy = _answer(port, b"GET /healthz HTTP/1.1\r\n" + _HOST + b"Connection: close\r\n\r\n")
    assert healthy[9:12] == b"200"
