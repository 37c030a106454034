"""Kinds of fields that no view of Carte has: our templates draw them too, on a view made for it."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from flask_admin.form.upload import FileUploadField, ImageUploadInput

from app.admin.views.menus import MenuView
from app.extensions import db
from app.models import Menu, Section
from tests.support.pages import Page
from tests.support.rows import Rows


class _Photo(FileUploadField):  # type: ignore[misc] # Flask-Admin's own has no types
    """An image as Flask-Admin shows it, whose own field asks for a library that is not here."""

    widget = ImageUploadInput()
    thumbnail_size = url_relative_path = None
    endpoint = "static"


class _Scratch(MenuView):
    form_columns: Any = (*MenuView.form_columns, "card", "photo", "fresh")
    inline_models = ((Section, {"form_columns": ("id", "name")}),)
    form_extra_fields: ClassVar = {
        "card": FileUploadField("Card", base_path=".", allowed_extensions=("PDF", "txt"), default="card.pdf"),
        "photo": _Photo("Photo", base_path=".", default="favicon.svg"),
        "fresh": FileUploadField("Fresh", base_path="."),
    }

    def _fit(self, form: Any, columns: Any, row: Any) -> None:
        """Every field, whoever reads."""


@pytest.fixture
def page(app, sign_in, rows: Rows) -> Page:
    [admin] = app.extensions["admin"]
    admin.add_view(_Scratch(Menu, db, endpoint="scratch"))
    loaded: list[str] = []
    source = app.jinja_env.loader.get_source
    app.jinja_env.loader.get_source = lambda env, name: loaded.append(name) or source(env, name)
    app.jinja_env.cache.clear()
    answer = sign_in("olga").get(f"/admin/scratch/edit/?id={rows.menu().id}")
    assert answer.status_code == 200
    assert "backoffice/_inline.html" in loaded
    assert [name for name in loaded if name.startswith("admin/")] == []
    for handler in ("onclick", "javascript:", "<script>"):
        assert handler not in answer.text
    return Page(answer)


def test_files(page: Page):
    inputs = {attrs["name"]: attrs for attrs, _ in page.all("name", "input")}

    assert inputs["card"]["accept"] == ".pdf,.txt"
    assert "accept" not in inputs["fresh"]
    assert {"_card-delete", "_photo-delete"} <= inputs.keys()
    assert "_fresh-delete" not in inputs
    [(image, _)] = page.all("src", "img")[-1:]
    assert image["src"].endswith("favicon.svg")
    assert image["alt"]
    [(form, _)] = page.all("enctype", "form")
    assert form["enctype"] == "multipart/form-data"
    assert page.texts("id")["card-kinds"] == "One of: pdf, txt. At most 2.1 MB."


def test_rows_within_a_form(page: Page, rows: Rows):
    sections = rows.menu().sections
    fields = page.fields()

    names = [fields[f"sections-{n}-name"] for n in range(len(sections))]
    assert sorted(names) == sorted(section.name for section in sections)
    assert len(page.all("data-inline-row")) == len(sections) + 1
    assert len(page.all("data-inline-add")) == 1
    scripts = [attrs["src"].rpartition("/")[2] for attrs, _ in page.all("src", "script")]
    assert scripts == ["form.js", "inline.js"]
    labels = {attrs["for"] for attrs, _ in page.all("for")}
    assert "sections-0-name" in labels
