"""How static files are served: for a year where their address holds the hash of what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.web import assets

pytestmark = pytest.mark.usefixtures("app")


def linked(html):
    """Return the addresses of the files that a page loads."""
    return re.findall(r'(?:href|src)="(/static/[^"#]+)', html)


@pytest.mark.parametrize("page", ["/", "/admin/"])
def test_a_file_asked_for_by_its_hash_is_kept_for_a_year(sign_in, page):
    client = sign_in("olga")
    paths = linked(client.get(page).text)

    assert len(paths) >= 3
    for path in paths:
        answer = client.get(path, buffered=True)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
        assert again.status_code == 304
        assert again.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["carte.css", "000000000000/carte.css", "carte.css?v=000000000000"])
def test_a_file_asked_for_otherwise_is_not(client, path):
    answer = client.get(f"/static/{path}", buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/static/nothing.css",
        "/static/../config.py",
        "/static/%2e%2e/config.py",
        "/static/",
        "/static/000000000000/",
        "/static/000000000000/../../config.py",
        "/static/000000000000/%2e%2e/config.py",
        "/static/000000000000/js",
    ],
)
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404


def test_a_page_names_all_that_its_script_imports(client, sign_in):
    for page, entry in ((client.get("/"), "carte"), (sign_in("olga").get("/admin/"), "backoffice")):
        named = {path for path in linked(page.text) if path.endswith(".js")}
        release = next(iter(named)).split("/")[2]
        seen, waiting = set(), [f"/static/{release}/js/{entry}.js"]
        while waiting:
            path = waiting.pop()
            seen.add(path)
            script = client.get(path, buffered=True).text
            found = {
                f"/static/{release}/js/{name}"
                for name in re.findall(r'^import (?:.* from )?"\./([^"]+)"', script, re.MULTILINE)
            }
            waiting += found - seen
        assert named == seen


def test_another_file_is_another_address(app, tmp_path, monkeypatch):
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "one.css").write_text("a {}")
    monkeypatch.setattr(app, "static_folder", str(folder))
    with app.test_request_context():
        before = assets.static_url("one.css")
    (folder / "two.css").write_text("b {}")
    with app.test_request_context():
        after = assets.static_url("one.css")

    assert before != after
    client = app.test_client()
    assert client.get(before, buffered=True).headers["Cache-Control"] == "no-cache"
    assert "immutable" in client.get(after, buffered=True).headers["Cache-Control"]


def test_every_icon_is_in_the_sprite(app):
    drawn = set(re.findall(r'<symbol id="([^"]+)"', Path(app.static_folder, "icons.svg").read_text()))
    used = {
        name
        for path in Path(app.jinja_loader.searchpath[0]).rglob("*.html")
        for name in re.findall(r'\bicon\("([^"]+)"', path.read_text())
    }

    assert used <= drawn


@pytest.mark.parametrize(
    ("call", "says"),
    [('icon("pencil")', 'aria-hidden="true"'), ('icon("pencil", "A <b>")', 'aria-label="A &lt;b&gt;"')],
)
def test_an_icon_alone_has_words_and_one_beside_words_has_none(app, call, says):
    with app.test_request_context():
        html = app.jinja_env.from_string("{{ " + call + " }}").render()

    assert says in html
    assert re.search(r'<use href="/static/[0-9a-f]{12}/icons\.svg#pencil">', html)
