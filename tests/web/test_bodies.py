"""Bodies that no page of ours sends are refused before they do anything."""

from __future__ import annotations

import io
import socket
import threading

import pytest
from werkzeug.serving import make_server

from tests.support.browsing import csrf_token

PATHS = ["/logout", "/admin/items/new/", "/admin/items/edit/?id=1"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("disposition", ["form-data", "attachment", "", ";;;"])
def test_a_part_without_a_name(sign_in, app, path, disposition):
    body = f"--BB\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--BB--\r\n"

    answer = sign_in("mia").post(path, data=body, content_type="multipart/form-data; boundary=BB")

    assert answer.status_code == 400


@pytest.mark.parametrize("field", ["name", "price", "position", "sold_out", "section"])
def test_a_file_in_the_place_of_a_field(app, sign_in, field):
    mia = sign_in("mia")
    data = {"csrf_token": csrf_token(mia), field: (io.BytesIO(b"x"), "x.txt")}

    assert mia.post("/admin/items/new/", data=data).status_code == 400


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"name": "x"}'),
        ("text/plain", b"name=x"),
        ("", b"name=x"),
        ("multipart/form-data", b"--BB--"),
        ("application/x-www-form-urlencoded", b"&&&"),
    ],
)
def test_a_body_that_is_no_form(app, sign_in, path, kind, body):
    mia = sign_in("mia")

    answer = mia.post(path, data=body, content_type=kind, headers={"X-CSRFToken": csrf_token(mia)})

    assert answer.status_code == 400


def test_nothing_at_all_is_a_form_without_fields(app, sign_in):
    mia = sign_in("mia")

    assert mia.post("/logout", headers={"X-CSRFToken": csrf_token(mia)}).status_code == 302


def test_a_method_that_is_not_known_comes_first(client):
    answer = client.post("/restaurant/1/", data="--BB--", content_type="multipart/form-data; boundary=BB")

    assert answer.status_code == 405


@pytest.fixture
def port(app):
    """The port on which Carte is served, for requests that no client library would send."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_form_in_chunks_beyond_the_limit_is_not_taken_for_a_short_one(port):
    part = b"z" * 64 * 1024
    head = b"POST /logout HTTP/1.1\r\nHost: localhost:5000\r\nTransfer-Encoding: chunked\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n2\r\na=\r\n")
        try:
            for _ in range(40):
                connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
            connection.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # The server may hang up as soon as it has seen enough.
        assert b" 413 " in connection.recv(200)
