"""How Flask-Admin is put together here; each test is one thing that it would get wrong by itself."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import flask
import flask_admin
import pytest
from flask_admin.contrib.sqla import ModelView

from app.admin.base import BackOfficeView
from app.admin.base.saving import one_act
from app.admin.views import VIEWS, WITHOUT_VIEW
from app.domain.errors import Blocked
from app.models import AuditEntry, Base, Change, Membership
from tests.support.needs import ROOT
from tests.support.rows import AT, Rows

_LISTS = [endpoint for *_, endpoint in VIEWS]


def _views(app):
    [admin] = app.extensions["admin"]
    return [view for view in admin._views if isinstance(view, ModelView)]


def test_every_table_has_its_view_or_its_reason():
    shown = {model for model, *_ in VIEWS}
    mapped = {mapper.class_ for mapper in Base.registry.mappers}

    assert shown | set(WITHOUT_VIEW) == mapped
    assert not shown & set(WITHOUT_VIEW)
    assert all(WITHOUT_VIEW.values())


def test_every_view_names_its_form_fields():
    """Without `form_columns` a form has every column of the table."""
    for model, view, *_ in VIEWS:
        if model in {AuditEntry, Change}:
            # Nobody types history or the audit: their form is an empty one.
            assert [*view.form()] == []
            continue
        assert view.form_columns, view
        assert "version" not in view.form_columns
        assert not [name for name in view.form_columns if name.endswith("_id")]


@pytest.mark.parametrize("view", [view for _model, view, *_ in VIEWS])
def test_a_view_is_declarative(view):
    """The model, its columns, its filters, in at most thirty lines; short methods; the rest is the base's."""
    assert issubclass(view, BackOfficeView)
    [body] = [node.body for node in ast.parse(inspect.getsource(view)).body if isinstance(node, ast.ClassDef)]
    declared = [node for node in body if isinstance(node, ast.Assign | ast.AnnAssign)]
    methods = [node for node in body if isinstance(node, ast.FunctionDef)]

    assert sum(_length(node) for node in declared) <= 30
    assert all(_length(node) <= 10 for node in methods)


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def test_no_field_is_both_a_lookup_and_a_cell():
    """Flask-Admin answers 500 to both at once."""
    for _model, view, *_ in VIEWS:
        assert not set(view.form_ajax_refs) & set(view.column_editable_list or ())


def test_two_applications_share_nothing(make_app):
    one, two = make_app(), make_app(CARTE_SIGN_UP="invited")
    assert {view.endpoint for view in _views(one)} == set(_LISTS)
    assert not {id(view) for view in _views(one)} & {id(view) for view in _views(two)}
    assert {view.admin.app for view in _views(one)} == {one}
    assert {view.admin.app for view in _views(two)} == {two}


def test_addresses_are_the_names_of_the_lists(app):
    assert {view.url for view in _views(app)} == {f"/admin/{name}" for name in _LISTS}
    assert all(view.named_filter_urls for view in _views(app))


def test_every_name_of_a_form_is_a_field(app):
    """A column of a type that Flask-Admin does not know would be left out without a word."""
    for view in _views(app):
        for name in view.form_columns or ():
            assert hasattr(view._edit_form_class, name), (view, name)


def test_flask_admins_files_are_not_served(app, sign_in):
    ada = sign_in("ada")
    folder = Path(flask_admin.__file__).parent / "static"
    names = [str(path.relative_to(folder)) for path in folder.rglob("*.js")][:5]
    assert names
    for name in names:
        assert ada.get(f"/admin/static/{name}").status_code == 404
        assert ada.get(f"/static/{name}").status_code == 404
    assert not [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin") and "filename" in rule.arguments
    ]


def test_no_template_of_flask_admin_is_rendered(app, sign_in):
    """Neither by a page nor by what it includes, imports or extends."""
    loaded = []
    app.jinja_env.loader = _Noting(app.jinja_env.loader, loaded)
    app.jinja_env.cache.clear()
    ada = sign_in("ada")
    for view in _LISTS:
        page = ada.get(f"/admin/{view}/")
        number = page.text.split('data-id="', 1)[1].split('"', 1)[0]
        for path in (
            "?search=xyzzy",
            "new/",
            f"edit/?id={number}",
            f"details/?id={number}",
            f"deletion/?id={number}",
        ):
            expected = (
                403 if view in {"history", "audit"} and path.startswith(("new", "edit", "deletion")) else 200
            )
            assert ada.get(f"/admin/{view}/{path}").status_code == expected
    ada.get("/admin/")

    assert "backoffice/list.html" in loaded
    assert [name for name in loaded if name.startswith("admin/")] == []
    assert not (ROOT / "templates" / "admin").exists()


class _Noting(flask.templating.DispatchingJinjaLoader):
    def __init__(self, loader, loaded):
        self._loader, self._loaded = loader, loaded

    def get_source(self, environment, template):
        self._loaded.append(template)
        return self._loader.get_source(environment, template)


@pytest.mark.parametrize("view", [name for name in _LISTS if name not in {"history", "audit"}])
def test_pages_carry_what_scripts_rely_on(sign_in, view):
    """The hooks of every list: token, rows with id and version, cells, where to save them, a new one."""
    page = sign_in("ada").get(f"/admin/{view}/").text
    for mark in (
        'name="csrf-token"',
        "data-id=",
        "data-version=",
        "data-field=",
        "data-update=",
        'id="flash"',
        ">New ",
    ):
        assert mark in page, mark
    assert page.count("<h1") == page.count("<main") == 1
    assert "onclick" not in page
    assert "<style" not in page


def test_a_fault_of_the_database_does_not_speak_sql(session, rows: Rows, caplog):
    """Words for the person, the details for the log."""
    twice = rows.membership("olga")

    with pytest.raises(Blocked) as refused, one_act(session):
        session.add(
            Membership(user_id=twice.user_id, restaurant_id=twice.restaurant_id, role="viewer", created_at=AT)
        )

    assert "INSERT" not in str(refused.value)
    assert "membership" not in str(refused.value)
    assert "unique" in caplog.text.lower()


def test_a_fault_in_a_view_is_its_own(app, sign_in, monkeypatch):
    """Flask-Admin calls a view in another way when it raises TypeError; the second fault hides the first."""
    olga = sign_in("olga")

    def broken(*_args, **_kwargs):
        raise TypeError("of our own")

    monkeypatch.setattr(BackOfficeView, "get_list", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(TypeError, match="of our own"):
        olga.get("/admin/items/")
