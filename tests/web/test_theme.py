"""Light, dark, or as the device is: chosen once, and read by the server, so that no page flashes."""

from __future__ import annotations

import re

import pytest

from tests.support.browsing import post

pytestmark = pytest.mark.usefixtures("app")


def theme_of(page):
    return re.search(r"<html[^>]*>", page.text)[0]


def test_without_a_choice_the_device_decides(client, sign_in):
    for page in (client.get("/"), sign_in("olga").get("/admin/")):
        assert "data-theme" not in theme_of(page)
        assert '<meta name="color-scheme" content="light dark">' in page.text


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_choice_is_kept_and_can_be_taken_back(sign_in, choice):
    olga = sign_in("olga")
    answer = post(olga, "/theme", {"theme": choice, "url": "/admin/items/?search=x"})

    assert (answer.status_code, answer.location) == (302, "/admin/items/?search=x")
    for path in ("/admin/", "/", "/nowhere"):
        page = olga.get(path)
        assert f'data-theme="{choice}"' in theme_of(page)
        assert f'<meta name="color-scheme" content="{choice}">' in page.text
        assert page.text.count('name="theme-color"') == 1
    assert f'value="{choice}" aria-pressed="true"' in olga.get("/admin/").text

    post(olga, "/theme", {"theme": "device"})
    assert "data-theme" not in theme_of(olga.get("/admin/"))


@pytest.mark.parametrize("choice", ["", "pink", 'dark" onload="x', "DARK"])
def test_nothing_else_is_chosen(client, sign_in, choice):
    olga = sign_in("olga")
    assert post(olga, "/theme", {"theme": choice}).status_code == 400

    olga.set_cookie("theme", choice)
    page = olga.get("/admin/")
    assert page.status_code == 200
    assert "data-theme" not in theme_of(page)


def test_it_leads_nowhere_else(sign_in):
    answer = post(sign_in("olga"), "/theme", {"theme": "dark", "url": "https://example.com/"})

    assert answer.location == "/admin/"


def test_the_cookie_is_no_scripts_business(make_app, sign_in):
    answer = post(sign_in("olga"), "/theme", {"theme": "dark"})

    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("theme="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
