"""The table of a spreadsheet's CSV: which column is which field, and its rows, cell by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from app.domain import spreadsheets, text
from app.models import Menu, MenuItem, Restaurant, Section
from app.models.lengths import longest
from app.services.importing.nodes import Source

#: The fields of a row by what people, and the back office's own export, call them. What was sold out
#: when a file was made is read by nobody.
_HEADINGS = {
    "restaurant": "restaurant",
    "restaurant name": "restaurant",
    "item": "item",
    "name": "item",
    "item name": "item",
    "dish": "item",
    "course": "course",
    "section": "course",
    "category": "course",
    "price": "price",
    "description": "description",
    "menu": "menu",
    "currency": "currency",
    "sold out": "sold out",
}

_LONGEST = {
    "restaurant": longest(Restaurant.name),
    "item": longest(MenuItem.name),
    "course": longest(Section.name),
    "menu": longest(Menu.name),
    "description": text.LONGEST,
    **dict.fromkeys(("price", "currency", "sold out"), 40),
}


def rows(source: Source, written: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line on which each row begins, and its tidied cells by field."""
    records = _records(source, written)
    heading = next(records, None)
    if heading is None:
        source.fault(1, "file", "This file is empty.")
        return
    fields = _fields(source, *heading)
    if fields is None:
        return
    for line, cells in records:
        row = _row(source, line, fields, cells)
        if row is not None:
            yield line, row


def _records(source: Source, written: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=_delimiter(written), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        source.fault(line, "file", f"This row is not CSV: {error}.")


def _delimiter(written: str) -> str:
    """Return what separates the headings: a comma, or what spreadsheets of other countries write."""
    heading = written.lstrip().partition("\n")[0]
    return max(",;\t", key=heading.count)


def _fields(source: Source, line: int, heading: list[str]) -> list[str] | None:
    fields = [_HEADINGS.get(" ".join(cell.lower().replace("_", " ").split()), "") for cell in heading]
    sound = True
    for cell, field in zip(heading, fields, strict=True):
        if not field or fields.count(field) > 1:
            known = f"The columns are {', '.join(_LONGEST)}."
            words = "This column stands here twice." if field else known
            source.fault(line, cell.strip()[:40] or "(blank)", words)
            sound = False
    for needed in ("restaurant", "item"):
        if needed not in fields:
            source.fault(line, needed, "This column is missing; the first line names the columns.")
            sound = False
    return fields if sound else None


def _row(source: Source, line: int, fields: list[str], cells: list[str]) -> dict[str, str] | None:
    """Return the cells by field; a row that is short has blanks; None, with faults, for a broken one."""
    if any(cell.strip() for cell in cells[len(fields) :]):
        source.fault(
            line, "row", f"This row has {len(cells)} cells for {len(fields)} columns; quote what has commas."
        )
        return None
    cells = cells[: len(fields)] + [""] * (len(fields) - len(cells))
    row = {field: text.tidy(spreadsheets.plain(cell)) for field, cell in zip(fields, cells, strict=True)}
    sound = True
    for field, value in row.items():
        wrong = _wrong(field, value)
        if wrong:
            source.fault(line, field, wrong)
            sound = False
    return row if sound else None


def _wrong(field: str, value: str) -> str | None:
    if not value and field in {"restaurant", "item"}:
        return "This cannot be empty."
    return text.fault(value, most=_LONGEST[field], lines=field == "description")
