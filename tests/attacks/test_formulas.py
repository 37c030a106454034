"""Names that a spreadsheet would run: text in every file of every list, and text again when it is loaded."""

from __future__ import annotations

import csv
import io
from itertools import cycle
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select

from app.domain.spreadsheets import plain
from app.models import Change, Menu, MenuItem, Restaurant, Section, User
from tests.support.rows import Rows

_EVIL = '=HYPERLINK("//evil.example","Click")'
_FORMULAS = (
    _EVIL,
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM",
    "'=1+1",
    "''@x",
)
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

#: The columns of each table that people name, or that others name for them.
_NAMED: dict[Any, tuple[str, ...]] = {
    Restaurant: ("name", "address", "phone", "description"),
    Menu: ("name",),
    Section: ("name",),
    MenuItem: ("name", "description"),
    User: ("name", "email"),
}
_LISTS = ("restaurants", "menus", "sections", "items", "people", "users")


def _name_all(rows: Rows, first: int) -> None:
    """Give every row there is such names, another to each; past the forms, which tidy some of them."""
    formulas = cycle(_FORMULAS[first:] + _FORMULAS[:first])
    for model, columns in _NAMED.items():
        for row in rows.session.scalars(select(model).order_by(model.id)):
            for column in columns:
                setattr(row, column, next(formulas))
    rows.session.commit()


def _cells(client, path: str) -> list[str]:
    with client.get(path) as answer:
        assert answer.status_code == 200, path
        if answer.mimetype == "text/csv":
            table = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
            return [cell for row in table for cell in row]
        book = load_workbook(io.BytesIO(answer.data))
    cells = [cell for row in book.active.rows for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"], path
    return [str(cell.value) for cell in cells if cell.value is not None]


def test_no_cell_of_any_file_runs(sign_in, rows: Rows):
    ada, wrong = sign_in("ada"), []
    for first in (0, len(_FORMULAS) // 2):
        _name_all(rows, first)
        for view in _LISTS:
            for kind in ("csv", "xlsx"):
                cells = _cells(ada, f"/admin/{view}/export/{kind}/")
                wrong += [(view, kind, cell) for cell in cells if cell.startswith(_RUNS)]
                assert len({plain(cell) for cell in cells} & set(_FORMULAS)) > 3, (view, kind)
    assert wrong == []


def test_no_cell_of_history_runs(sign_in, rows: Rows):
    """What a thing was called, and who did it, under each of the names that it had."""
    for formula in _FORMULAS:
        rows.item().description = formula
        rows.user("olga").name = formula
        rows.item().section.name = formula
        rows.session.commit()
    ada = sign_in("ada")
    about = rows.session.query(Change).filter_by(kind="section").order_by(Change.id.desc()).first().row_id
    for path in (f"csv/?flt1_about_is=section-{about}", f"xlsx/?flt1_about_is=section-{about}"):
        cells = _cells(ada, f"/admin/history/export/{path}")
        assert _EVIL in "".join(cells)
        assert not [cell for cell in cells if cell.startswith(_RUNS)], path
