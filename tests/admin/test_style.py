"""The style guide is for developers alone, and shows what there is."""

from __future__ import annotations

import re
from pathlib import Path

PRODUCTION = {
    "CARTE_ENV": "production",
    "CARTE_PUBLIC_URL": "https://menus.example.com",
    "SECRET_KEY": "only-for-the-tests-of-this-module-0123456789",
}


def test_it_shows_each_icon(app, sign_in):
    page = sign_in("olga").get("/admin/style/").text
    drawn = re.findall(r'<symbol id="([^"]+)"', Path(app.static_folder, "icons.svg").read_text())

    assert len(drawn) > 60
    assert all(f"<code>{name}</code>" in page for name in drawn)


def test_it_is_in_nobodys_menu(sign_in):
    assert "/admin/style/" not in sign_in("ada").get("/admin/").text


def test_in_production_there_is_none(make_app, sign_in):
    app = make_app(**PRODUCTION)

    assert "style.index" not in app.view_functions
    assert sign_in("ada", app).get("/admin/style/").status_code == 404
