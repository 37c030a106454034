"""A spreadsheet's CSV, one item a row; also what the back office exports as its list of items."""

from __future__ import annotations

from typing import Any

from app.domain import facts, money
from app.domain.documents import ANY_MENU, ANY_SECTION, COURSES, Entry, RestaurantDocument
from app.services.importing.naming import Names
from app.services.importing.nodes import Source
from app.services.importing.tables import rows

#: What a new restaurant gets where the file does not say it.
_CURRENCY, _TIME_ZONE, _LANGUAGE = "USD", "UTC", "en"


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
    for line, row in rows(source, written):
        slug = names.slug_of(row["restaurant"])
        if slug not in places:
            currency = names.currency_of(slug) or row.get("currency") or _CURRENCY
            places[slug] = _Place(row["restaurant"], line, currency)
        _check_currency(source, line, row, places[slug].currency)
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


def _check_currency(source: Source, line: int, row: dict[str, str], currency: str) -> None:
    """Note a currency that is none, or not that of the restaurant."""
    stated = row.get("currency", "")
    wrong = facts.fault("currency", stated) if stated else None
    if stated and not wrong and stated != currency:
        wrong = f"The prices of {row['restaurant']} are in {currency}; one restaurant has one currency."
    if wrong:
        source.fault(line, "currency", wrong)


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
