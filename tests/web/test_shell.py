"""What every page says about its reader."""

from __future__ import annotations

import re

import pytest
from flask import flash, redirect, render_template_string

from app import current

pytestmark = pytest.mark.usefixtures("app")

_BODY = re.compile(r"<body[^>]*>")


@pytest.mark.parametrize(
    ("person", "body"),
    [
        ("olga", '<body data-person="olga" data-role="owner" data-restaurant="urban-burger">'),
        ("mia", '<body data-person="mia" data-role="manager" data-restaurant="urban-burger">'),
        ("sam", '<body data-person="sam" data-role="staff" data-restaurant="urban-burger">'),
        ("vic", '<body data-person="vic" data-role="viewer" data-restaurant="urban-burger">'),
        ("stan", '<body data-person="stan" data-role="owner" data-restaurant="panda-garden">'),
        ("ada", '<body data-person="ada" data-role="administrator">'),
    ],
)
@pytest.mark.parametrize("path", ["/", "/restaurant/2/", "/nowhere"])
def test_the_page_names_its_reader(sign_in, person, body, path):
    assert _BODY.search(sign_in(person).get(path).text).group() == body


def test_nobody_is_named_to_a_guest(client):
    page = client.get("/").text

    assert _BODY.search(page).group() == "<body>"
    assert 'href="/login"' in page
    assert "/logout" not in page


def test_name_initials_role_restaurant_and_the_way_out(sign_in):
    page = sign_in("olga").get("/").text

    assert ">OR</span>" in page
    assert "Olga Ruiz" in page
    assert "Owner, Urban Burger" in page
    assert re.search(
        r'<form class="sign-out" method="post" action="/logout">\s*<input type="hidden" name="csrf_token"',
        page,
    )
    assert '<meta name="csrf-token" content="' in page


def test_every_template_knows_the_person(app, sign_in):
    @app.get("/knows")
    def knows():
        return render_template_string(
            "{{ person.name }}|{{ user_.name }}|{{ role }}"
            "|{{ restaurant.restaurant_name }}|{{ restaurants|length }}"
        )

    assert sign_in("olga").get("/knows").text == "Olga Ruiz|Olga Ruiz|owner|Urban Burger|2"
    assert app.test_client().get("/knows").text == "||None||0"


def test_a_flash_is_announced_once(app, client):
    @app.get("/flash")
    def leave_a_word():
        flash("Saved <it>.", "success")
        return redirect("/")

    first, second = client.get("/flash", follow_redirects=True).text, client.get("/").text

    assert '<div id="flash" role="status">' in first
    assert 'data-level="success"' in first
    assert "Saved &lt;it&gt;." in first
    assert "Saved" not in second
    assert '<div id="flash" role="status">' in second


@pytest.mark.parametrize("path", ["/", "/restaurant/1/", "/nowhere"])
def test_nothing_comes_from_elsewhere_and_nothing_is_inline(client, path):
    html = client.get(path).text

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r'(?:\ssrc|<link[^>]*href)="(?!/static/)', html)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("", "en_US"),
        ("en-GB", "en_US"),
        ("de-CH,fr;q=0.8", "de_CH"),
        ("xx,fr;q=0.8", "fr"),
        ("de;q=0,fr", "fr"),
        ("*", "en_US"),
        ("a" * 5000, "en_US"),
        ("../../etc/passwd", "en_US"),
    ],
)
def test_numbers_are_written_as_the_browser_asks(app, asked, written):
    with app.test_request_context(headers={"Accept-Language": asked}):
        assert str(current.locale()) == written
    assert str(current.locale()) == "en_US"
