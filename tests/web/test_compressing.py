"""Pages and files are compressed for those who can read it; what is streamed is not."""

from __future__ import annotations

import gzip
import re
import time

import brotli
import pytest

from app.extensions import compress

pytestmark = pytest.mark.usefixtures("app")

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def style(client):
    return re.search(r'href="([^"]+carte\.css)"', client.get("/").text)[1]


@pytest.mark.parametrize("path", ["/", "/admin/items/", "/nowhere", "/admin/nowhere"])
def test_a_page_is_small_on_its_way(sign_in, path):
    olga = sign_in("olga")
    plain, small = olga.get(path), olga.get(path, headers=BROWSER)

    assert "Content-Encoding" not in plain.headers
    if plain.status_code == 200:
        assert small.headers["Content-Encoding"] == "br"
        assert len(small.data) * 2 < len(plain.data)
        assert small.content_length == len(small.data)
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_whoever_reads_gzip_alone_gets_gzip(client):
    answer = client.get("/", headers={"Accept-Encoding": "gzip"})

    assert b"</html>" in gzip.decompress(answer.data)


@pytest.mark.parametrize("asked", ["", "identity", "br;q=0", "zstd;q=x", "a" * 5000, ",;,=", "*;q=0"])
def test_whoever_asks_for_none_or_nonsense_can_read_the_answer(client, asked):
    answer = client.get("/", headers={"Accept-Encoding": asked})

    assert answer.status_code == 200
    assert b"</html>" in answer.data or "Content-Encoding" in answer.headers


def test_a_file_is_compressed_once(client, monkeypatch):
    path = style(client)
    first = client.get(path, headers=BROWSER, buffered=True)
    monkeypatch.setattr("flask_compress.flask_compress._compress_data", None)

    for way in (path, path.replace("/carte.css", "/js/../carte.css")):
        assert client.get(way, headers=BROWSER, buffered=True).data == first.data
    assert brotli.decompress(first.data) == client.get(path, buffered=True).data


def test_pages_are_not_kept(app, client):
    client.get("/", headers=BROWSER)
    client.get("/static/000000000000/carte.css", headers=BROWSER, buffered=True)

    assert compress.cache.data == {}


def test_a_file_is_asked_for_again_by_how_it_was_sent(client):
    path = style(client)
    small, plain = (client.get(path, headers=headers, buffered=True) for headers in (BROWSER, {}))
    assert small.headers["ETag"] != plain.headers["ETag"]

    for answer, headers in ((small, BROWSER), (plain, {})):
        again = client.get(path, headers={**headers, "If-None-Match": answer.headers["ETag"]}, buffered=True)
        assert (again.status_code, again.data) == (304, b"")
    other = client.get(path, headers={"If-None-Match": small.headers["ETag"]}, buffered=True)
    assert other.status_code == 200


def test_a_part_of_a_file_is_a_part_of_the_file(client):
    for path in (style(client), "/static/carte.css"):
        whole = client.get(path, buffered=True).data
        part = client.get(path, headers={**BROWSER, "Range": "bytes=10-19"}, buffered=True)

        assert (part.status_code, part.data) == (206, whole[10:20])
        assert "Content-Encoding" not in part.headers


def test_the_head_of_a_page_is_that_of_the_page(client):
    for path in ("/", style(client)):
        got = client.get(path, headers=BROWSER, buffered=True)
        head = client.head(path, headers=BROWSER)
        assert head.data == b""
        for name in ("Content-Encoding", "Content-Type", "Vary"):
            assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("type_", ["csv", "xlsx"])
def test_what_is_streamed_goes_as_it_is(sign_in, type_):
    with sign_in("olga").get(f"/admin/items/export/{type_}/", headers=BROWSER) as answer:
        assert answer.is_streamed
        assert "Content-Encoding" not in answer.headers


def test_no_two_seconds_bring_the_same_token(client, monkeypatch):
    """What makes it safe to compress it beside what somebody typed."""
    before = re.search(r'"csrf-token" content="([^"]+)"', client.get("/login").text)[1]
    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 1)
    after = re.search(r'"csrf-token" content="([^"]+)"', client.get("/login").text)[1]

    assert before.split(".")[0] == after.split(".")[0]
    assert before.split(".")[1:] != after.split(".")[1:]
    assert before.rsplit(".", 1)[1] != after.rsplit(".", 1)[1]


def _wire(answer):
    """Return the bytes of an answer of HTTP/1.1: its headers in full, and the server's own three lines."""
    return len(answer.data) + sum(len(f"{name}: {value}\r\n") for name, value in answer.headers) + 100


@pytest.mark.parametrize("path", ["/restaurant/1/", "/admin/", "/admin/items/"])
def test_a_first_visit_loads_little(sign_in, path):
    """The page and all that it names, with nothing kept from before, headers and all."""
    olga = sign_in("olga")
    page = olga.get(path, headers=BROWSER)
    html = brotli.decompress(page.data).decode()
    files = {name.partition("#")[0] for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', html)}

    sizes = {name: _wire(olga.get(name, headers=BROWSER, buffered=True)) for name in files}
    assert _wire(page) + sum(sizes.values()) <= 60_000, sizes
