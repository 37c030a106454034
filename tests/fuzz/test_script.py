"""Script in every text there is, wherever it is shown afterwards: always text, never markup.

A page with script in its texts has the very elements and attributes of the same page with plain words.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from tests.fuzz.asking import FORM, NOBODY, Asking, Browser, joined, send
from tests.fuzz.reading import Form, Markup
from tests.fuzz.surface import written
from tests.fuzz.target import Target

_PLAIN = "Plainwords"
_SCRIPTS = (
    "\"'><script>alert(1)</script><img/src=x/onerror=alert(1)><!--",
    "</title></script></textarea></select></button><svg/onload=alert(1)>{{7*7}}",
    "javascript:alert(1)//'onmouseover='alert(1)'style='x:expression(1)",
    '=HYPERLINK("http://evil.example","<b>x</b>")',
)
#: What a field wants around a text before it takes it: nothing, an address, a site, a path of ours.
_AROUND = ("{}", "{}@x.example", "https://x.example/?{}")


@pytest.fixture(scope="package")
def columns(target: Target) -> dict[tuple[str, str], str]:
    """Every column into which some form puts a text, with what the text has to stand in."""
    found: dict[tuple[str, str], str] = {}
    for _, form in target.surface.forms:
        if form.method == "POST" and not form.target.startswith(("/log", "/invitations")):
            for index in range(len(form.fields)):
                found |= _taken(target, form, index)
    return found


def _taken(target: Target, form: Form, index: int) -> dict[tuple[str, str], str]:
    """Return the columns that this field of the form puts its text into."""
    name = form.fields[index][0]
    for around in _AROUND if not name.startswith("base-") else ():
        fields = (*form.fields[:index], (name, quote(around.format(_PLAIN))), *form.fields[index + 1 :])
        asking = Asking("POST", form.target, joined(fields).encode(), FORM)
        send(target.app, asking, target.browsers["ada"]).close()
        if landed := _landed(target):
            return dict.fromkeys(landed, around)
    return {}


def _landed(target: Target) -> set[tuple[str, str]]:
    if target.store.digests() == target.before:
        return set()
    landed = {
        (table, column)
        for table in target.before
        for row in target.store.rows(table)
        for column, value in row.items()
        if isinstance(value, str) and _PLAIN.lower() in value.lower()
    }
    target.store.restore()
    # A slug keeps letters and digits alone; what folds an address keeps its script.
    return {place for place in landed if place[1] != "slug"}


def test_the_texts_of_the_forms_are_known(columns):
    """The names and descriptions of a menu at the least; or nothing below proves a thing."""
    wanted = {(table, "name") for table in ("restaurant", "menu", "section", "menu_item", "user")}
    wanted |= {
        ("menu_item", "description"),
        ("restaurant", "website"),
        ("user", "email"),
        ("invitation", "email"),
    }

    assert wanted <= columns.keys()


def _fill(target: Target, columns: dict[tuple[str, str], str], text: str) -> None:
    """Put the text into every one of these columns, in every row."""
    for (table, column), around in columns.items():
        target.store.fill(table, column, around.format(text))


def _pages(target: Target) -> Iterator[tuple[str, object]]:
    for person, address in target.surface.pages:
        with send(target.app, Asking("GET", address, person=person), target.browsers[person]) as answer:
            yield f"{person} {address}", _shown(answer, address)


def _shown(answer, address: str) -> object:
    if answer.mimetype == "text/html":
        return answer.status_code, Markup(answer.text, address).bones()
    if answer.mimetype == "application/json":
        return answer.status_code, answer.mimetype, answer.json is not None
    return answer.status_code, answer.mimetype


def _different(one: dict[str, object], other: dict[str, object]) -> list[str]:
    return [
        f"{name}: {_status(one[name])} / {_status(other[name])}" for name in one if one[name] != other[name]
    ]


def _status(shown: object) -> str:
    return repr(shown)[:80]


@pytest.mark.slow
def test_what_is_stored_is_shown_as_text(target, columns):
    """Every page of a walk, for each reader."""
    shown = []
    for text in (_PLAIN, *_SCRIPTS):
        _fill(target, columns, text)
        shown.append(dict(_pages(target)))
        target.store.restore()

    assert [found for other in shown[1:] for found in _different(shown[0], other)] == []


@pytest.mark.parametrize("person", ["ada", NOBODY])
def test_script_on_a_few_pages(target, columns, person):
    """The same on the pages that most people read, in the quick tier."""
    addresses = ["/", "/restaurant/1/", "/admin/", "/admin/items/", "/admin/items/edit/?id=1"]
    shown = []
    for text in (_PLAIN, _SCRIPTS[0]):
        _fill(target, columns, text)
        pages = {}
        for address in addresses:
            with send(target.app, Asking("GET", address, person=person), target.browsers[person]) as answer:
                pages[address] = _shown(answer, address)
        shown.append(pages)
        target.store.restore()

    assert _different(*shown) == []


def _typed(name: str, text: str) -> str:
    """Return the text as a field of this name might take it, percent-encoded."""
    around = {
        "email": "{}@x.example",
        "website": "https://x.example/?{}",
        "url": "/admin/?{}",
        "next": "/admin/?{}",
    }
    return quote(around.get(name.removeprefix("base-"), "{}").format(text), safe="")


def _asked(target: Target, text: str) -> Iterator[tuple[str, Asking]]:
    """Yield each address with the text in each of its parameters and parts."""
    for address in target.surface.addresses:
        person = "ada" if address.rule.startswith("/admin") else NOBODY
        for name in dict.fromkeys([*dict(address.query), "url", "next"]):
            rest = tuple(pair for pair in address.query if pair[0] != name)
            goal = f"{written(address)}?{joined((*rest, (name, _typed(name, text))))}"
            yield f"{address.rule} {name}", Asking("GET", goal, person=person)
        for index in range(len(address.parts)):
            parts = [*address.parts[:index], _typed("", text), *address.parts[index + 1 :]]
            yield f"{address.rule} part {index}", Asking("GET", written(address, tuple(parts)), person=person)


@pytest.mark.slow
def test_what_an_address_says_comes_back_as_text(target):
    shown = []
    for text in (_PLAIN, _SCRIPTS[0]):
        answers = {}
        for name, asking in _asked(target, text):
            with send(target.app, asking, target.browsers[asking.person]) as answer:
                answers[name] = _shown(answer, "/")
        shown.append(answers)

    assert _different(*shown) == []


def _posted(target: Target, text: str) -> Iterator[tuple[str, Asking]]:
    """Yield each form with the text in each of its fields and, once, in all, its version stale."""
    forms = {form.target.partition("?")[0]: (person, form) for person, form in reversed(target.surface.forms)}
    for path, (person, form) in forms.items():
        if form.method != "POST":
            continue
        for index, (name, _) in enumerate(form.fields):
            fields = (*form.fields[:index], (name, _typed(name, text)), *form.fields[index + 1 :])
            yield f"{path} {name}", Asking("POST", form.target, joined(fields).encode(), FORM, person)
        kept = {"id", "rowid", "list_form_pk", "action", "token"}
        stale = tuple(
            (name, "0" if name == "row_version" else value if name in kept else _typed(name, text))
            for name, value in form.fields
        )
        yield f"{path}, stale", Asking("POST", form.target, joined(stale).encode(), FORM, person)


def _with_flash(target: Target, asking: Asking) -> object:
    """Return what the answer shows, and the page that it leads to, with what just happened."""
    with send(target.app, asking, target.browsers[asking.person]) as answer:
        shown, way = _shown(answer, "/"), answer.location
        cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
    if way is None or not way.startswith("/admin/") or not cookie.startswith("carte="):
        return shown
    # Where it leads depends on what was typed; what is shown there must not.
    with send(target.app, Asking("GET", "/admin/"), Browser(cookie, "")) as page:
        return shown[0], _shown(page, way)


@pytest.mark.slow
def test_what_a_form_says_comes_back_as_text(target):
    """Refused, in conflict, or saved and said so."""
    shown = []
    # As long as the script, or a field that is short would take the one and refuse the other.
    for text in (_PLAIN.ljust(len(_SCRIPTS[0]), "x"), _SCRIPTS[0]):
        answers = {}
        for name, asking in _posted(target, text):
            answers[name] = _with_flash(target, asking)
            if target.store.digests() != target.before:
                target.store.restore()
        shown.append(answers)

    assert _different(*shown) == []


_RUNS = ("=", "+", "@", "\uff1d", "\uff0b")


@pytest.mark.slow
@pytest.mark.parametrize("script", [_SCRIPTS[0], _SCRIPTS[-1], "+1", "@x", "\uff1d1"])
def test_a_file_holds_text_and_no_formula(target, columns, script):
    _fill(target, columns, script)
    found = [_cells(target, view) for view in ("items", "restaurants", "users", "people")]
    target.store.restore()

    for rows, cells in found:
        assert len({len(row) for row in rows}) == 1
        assert any(script in cell for row in rows for cell in row)
        assert [cell for row in rows for cell in row if cell.startswith(_RUNS)] == []
        assert [value for kind, value in cells if kind == "f" or value.startswith(_RUNS)] == []


def _cells(target: Target, view: str) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Return the rows of a view's CSV, and the kind and text of each cell of its spreadsheet."""
    files = []
    for kind in ("csv", "xlsx"):
        with send(
            target.app, Asking("GET", f"/admin/{view}/export/{kind}/"), target.browsers["ada"]
        ) as answer:
            files.append(answer.data)
    sheets = load_workbook(io.BytesIO(files[1]))
    cells = [
        (cell.data_type, str(cell.value)) for sheet in sheets for row in sheet.iter_rows() for cell in row
    ]
    return list(csv.reader(io.StringIO(files[0].decode("utf-8-sig")))), cells
