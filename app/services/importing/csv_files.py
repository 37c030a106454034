"""A spreadsheet's CSV, one item a row: restaurant, item, and perhaps course, price, description, menu."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from app.domain import money, spreadsheets, text
from app.domain.documents import (
    ANY_MENU,
    ANY_SECTION,
    COURSES,
    LONGEST_DESCRIPTION,
    Entry,
    RestaurantDocument,
)
from app.models import Menu, MenuItem, Restaurant, Section
from app.services.importing.lengths import longest
from app.services.importing.naming import Names
from app.services.importing.nodes import Source

#: What a new restaurant gets, of which the file names nothing but its items.
_CURRENCY, _TIME_ZONE, _LANGUAGE = "USD", "UTC", "en"

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
}
_LONGEST = {
    "restaurant": longest(Restaurant.name),
    "item": longest(MenuItem.name),
    "course": longest(Section.name),
    "menu": longest(Menu.name),
    "description": LONGEST_DESCRIPTION,
    "price": 40,
}


class _Place:
    """One restaurant of the file while its rows arrive: menus, sections, items by name."""

    def __init__(self, name: str, line: int, currency: str) -> None:
        self.name, self.line, self.currency = name, line, currency
        self._menus: dict[str, dict[str, list[Entry]]] = {}

    def add(self, row: dict[str, str], item: Entry) -> None:
        sections = self._menus.setdefault(row.get("menu") or ANY_MENU, {})
        sections.setdefault(row.get("course") or ANY_SECTION, []).append(item)

    def menus(self) -> tuple[Entry, ...]:
        return tuple(Entry(name, {}, _in_order(sections)) for name, sections in self._menus.items())


def read(source: Source, written: str, names: Names) -> tuple[RestaurantDocument, ...]:
    """Return the file's restaurants in the order of their first rows; faults go to `source`."""
    places: dict[str, _Place] = {}
    for line, row in _rows(source, written):
        slug = names.slug_of(row["restaurant"])
        if slug not in places:
            places[slug] = _Place(row["restaurant"], line, names.currency_of(slug) or _CURRENCY)
        places[slug].add(row, Entry(row["item"], _values(source, line, row, places[slug].currency)))
    return tuple(_document(source, slug, place) for slug, place in places.items())


def _document(source: Source, slug: str, place: _Place) -> RestaurantDocument:
    values = {"time_zone": _TIME_ZONE, "language": _LANGUAGE}
    return RestaurantDocument(
        slug, place.name, place.currency, values, place.menus(), source.file, place.line, partial=True
    )


def _in_order(sections: dict[str, list[Entry]]) -> tuple[Entry, ...]:
    """Put the known courses first, in their order, and the nameless section last."""

    def rank(name: str) -> int:
        if name == ANY_SECTION:
            return len(COURSES) + 1
        return COURSES.index(name) if name in COURSES else len(COURSES)

    return tuple(Entry(name, {}, tuple(sections[name])) for name in sorted(sections, key=rank))


def _values(source: Source, line: int, row: dict[str, str], currency: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "description" in row:
        values["description"] = row["description"]
    if "price" in row:
        try:
            values["price"] = money.parse(row["price"], currency)
        except money.PriceError as error:
            source.fault(line, "price", str(error))
    return values


def _rows(source: Source, written: str) -> Iterator[tuple[int, dict[str, str]]]:
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
            known = "restaurant, item, course, price, description, menu"
            words = f"The columns are {known}." if not field else "This column stands here twice."
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
