"""Script in every text there is, wherever it is shown afterwards: always text, never markup.

A page with script in its texts has the very elements and attributes of the same page with plain words.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from openpyxl import load_workbook

from tests.fuzz.asking import FORM, NOBODY, Asking, Browser, joined, send
from tests.fuzz.reading import Form, Markup
from tests.fuzz.surface import rule_of, unnumbered, written
from tests.fuzz.target import Target

# What templates write is the same on either database; the other modules ask forms and addresses on both.
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("target", ["sqlite"], indirect=True)]

_PLAIN = "Plainwords"
_SCRIPTS = (
    "\"'><script>alert(1)</script><img/src=x/onerror=alert(1)><!--",
    "</title></script></textarea></select></button><svg/onload=alert(1)>{{7*7}}",
    "javascript:alert(1)//'onmouseover='alert(1)'style='x:expression(1)",
    '=HYPERLINK("http://evil.example","<b>x</b>")',
)
#: What a field wants around a text before it takes it: nothing, an address, a site, a path of ours.
_AROUND = ("{}", "{}@x.example", "https://x.example/?{}")
#: Fields that only hold on to what a page saw.
_NO_TEXTS = ("base-", "keep-", "row_version", "url", "made_after", "along", "seen", "confirm")


@pytest.fixture(scope="package")
def columns(target: Target) -> dict[tuple[str, str], str]:
    """Every column into which some form puts a text, with what the text has to stand in."""
    found: dict[tuple[str, str], str] = {}
    for form, index in _first_fields(target):
        if form.target.startswith("/admin/") and not form.fields[index][0].startswith(_NO_TEXTS):
            found |= _taken(target, form, index)
    return found


def _first_fields(target: Target) -> Iterator[tuple[Form, int]]:
    """Yield each field of each route that takes a form, once: with the first form that has it."""
    met: set[tuple[str, str]] = set()
    for _, form in target.surface.forms:
        rule, _, _ = rule_of(target.app, form.target.partition("?")[0], "POST")
        for index, (name, _) in enumerate(form.fields if form.method == "POST" else ()):
            place = str(rule), unnumbered(name)
            if place not in met:
                met.add(place)
                yield form, index


def _taken(target: Target, form: Form, index: int) -> dict[tuple[str, str], str]:
    """Return the columns that this field of the form puts its text into."""
    name = form.fields[index][0]
    for around in _AROUND:
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
    # A slug keeps letters and digits alone; what folds an address keeps its script. History follows below.
    return {place for place in landed if place[1] != "slug" and place[0] != "change"}


#: Texts of a form each, known without asking every form.
_KNOWN = {
    **{(table, "name"): "{}" for table in ("restaurant", "menu", "section", "menu_item", "user")},
    ("menu_item", "description"): "{}",
    ("restaurant", "website"): "https://x.example/?{}",
    ("user", "email"): "{}@x.example",
    ("invitation", "email"): "{}@x.example",
}


#: What is written down of what people did.
_RECORDED = (
    *(("change", column) for column in ("name", "by_name")),
    *(("audit", column) for column in ("by_name", "subject", "reason")),
)


@pytest.mark.slow
def test_the_texts_of_the_forms_are_known(columns):
    """The names and descriptions of a menu at the least; or nothing below proves a thing."""
    assert columns.items() >= _KNOWN.items()


def _fill(target: Target, columns: dict[tuple[str, str], str], text: str) -> None:
    """Put the text into every one of these columns, in every row."""
    for (table, column), around in columns.items():
        target.store.fill(table, column, around.format(text))
    for table, column in _RECORDED:
        target.store.fill(table, column, text)
    lines = [
        (*(_retold(line[side], line["kind"], columns, text) for side in ("before", "after")), line["id"])
        for line in target.store.rows("change")
    ]
    target.store.retell(lines)


def _retold(kept: Any, kind: str, columns: dict[tuple[str, str], str], text: str) -> str:
    """Return what history kept of a row, as JSON, with the text in place of each text that a form takes."""
    values = json.loads(kept) if isinstance(kept, str) else kept
    said = {
        name: columns[kind, name].format(text) for name in values if values[name] and (kind, name) in columns
    }
    return json.dumps({**values, **said})


def _pages(target: Target, chosen: slice = slice(None)) -> Iterator[tuple[str, object]]:
    for person, address in target.surface.pages[chosen]:
        if address.startswith("/admin/audit/") or (person, address) == ("ada", "/admin/"):
            # The audit, and who was refused of late, grow with this very walk; another test looks there.
            continue
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
    """Every page of a walk, for each reader; each with every other script."""
    _fill(target, columns, _PLAIN)
    plain = dict(_pages(target))
    target.store.restore()
    found = []
    for number, text in enumerate(_SCRIPTS):
        _fill(target, columns, text)
        shown = dict(_pages(target, slice(number % 2, None, 2)))
        found += _different(shown, plain)
        target.store.restore()

    assert found == []


@pytest.mark.parametrize("person", ["ada", NOBODY])
def test_script_on_a_few_pages(target, person):
    """The same on the pages that most people read, in the quick tier."""
    addresses = ["/", "/restaurant/1/", "/admin/", "/admin/items/edit/?id=1", "/admin/items/details/?id=1"]
    addresses += ["/admin/items/", "/admin/history/", "/admin/audit/", "/admin/audit/details/?id=1"]
    # What others were refused before this test stands in the audit, and would be gone at the second look.
    target.store.restore()
    shown = []
    for text in (_PLAIN, _SCRIPTS[0]):
        _fill(target, _KNOWN, text)
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
    people = {id(form): person for person, form in target.surface.forms}
    for form, index in _first_fields(target):
        name = form.fields[index][0]
        fields = (*form.fields[:index], (name, _typed(name, text)), *form.fields[index + 1 :])
        asking = Asking("POST", form.target, joined(fields).encode(), FORM, people[id(form)])
        yield f"{form.target} {name}", asking
    for number, (person, form) in enumerate(target.surface.forms):
        if form.method != "POST":
            continue
        what = f"{number} {form.target.partition('?')[0]}"
        for how, version in (("stale", "0"), ("of no version", "")):
            fields = tuple((name, _all_typed(name, value, text, version)) for name, value in form.fields)
            yield f"{what}, {how}", Asking("POST", form.target, joined(fields).encode(), FORM, person)


def _all_typed(name: str, value: str, text: str, version: str) -> str:
    """Return the text for each field but those that say what is to be done, and to which row."""
    if name.startswith("row_version"):
        return version
    if name.startswith("base-"):
        # Another one, or nothing would have been typed.
        return _typed(name, f"Before {text}")
    kept = {"id", "rowid", "list_form_pk", "action", "token", "choice", "seen", "confirm"}
    return value if name in kept else _typed(name, text)


def _with_flash(target: Target, asking: Asking) -> object:
    """Return what the answer shows, and the page that it leads to, with what just happened."""
    with send(target.app, asking, target.browsers[asking.person]) as answer:
        shown, way = _shown(answer, "/"), answer.location
        cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
    told = [*_told(target)]
    if told:
        shown = shown, told
    if way is None or not way.startswith("/admin/") or not cookie.startswith("carte="):
        return shown
    # Where it leads depends on what was typed; what is shown there must not.
    with send(target.app, Asking("GET", "/admin/roles/"), Browser(cookie, "")) as page:
        return shown[0], told, _shown(page, way)


def _told(target: Target) -> Iterator[object]:
    """Yield what history tells of what was just done: the act, the row, the way back to this moment."""
    if target.store.digests()["change"] == target.before["change"]:
        return
    line = max(target.store.rows("change"), key=lambda row: int(row["id"]))
    addresses = [f"acts/{UUID(str(line['act']))}/", f"changes/{line['id']}/restoration"]
    about = f"?flt1_about_is={line['kind']}-{line['row_id']}"
    for address in (*addresses, about):
        with send(target.app, Asking("GET", f"/admin/history/{address}"), target.browsers["ada"]) as page:
            yield _shown(page, "/")


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
    found = [_cells(target, view) for view in ("items", "restaurants", "users", "people", "history")]
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
