"""The table of matrix.txt, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.models import AuditEntry, Change
from tests.support import town
from tests.support.rows import FOREIGN, MISSING, OWN, Rows, row_id

NOBODY = "-"
PEOPLE = ("olga", "mia", "sam", "vic", "stan", "ada", NOBODY)

#: What names no row, as a number or a word.
NO_ROWS = (str(MISSING), "1,2", "abc", "9" * 30, "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a request, and the answer to each person."""

    number: int
    method: str
    path: str
    form: str
    answers: Mapping[str, int]

    @property
    def view(self) -> str:
        """The list that the path names: `items` of /admin/items/new/."""
        return self.path.split("/")[2] if self.path.startswith("/admin/") else ""

    def requests(self, ids: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield path and form with the rows filled in, for {none} once with each word that names none."""
        whole = f"{self.path} {self.form}"
        for none in NO_ROWS if "{none}" in whole else ("",):
            path, form = whole.format_map({**ids, "none": none}).split(" ", 1)
            yield path, "" if form == "-" else form


def lines() -> list[Line]:
    """Return every line of the table."""
    text = Path(__file__).with_name("matrix.txt").read_text()
    return [
        Line(number, method, path, form, dict(zip(PEOPLE, map(int, answers), strict=True)))
        for number, line in enumerate(text.splitlines(), 1)
        if line.startswith(("GET ", "POST "))
        for method, path, form, *answers in [line.split()]
    ]


def ids_for(rows: Rows) -> dict[str, dict[str, int]]:
    """Return, for each list, what its placeholders stand for; under "" what every line may use."""
    common = {
        "restaurant": row_id(rows.restaurant()),
        "elsewhere": row_id(rows.restaurant(FOREIGN)),
        "item": row_id(rows.item()),
    }
    views = ("items", "sections", "menus", "restaurants", "people", "users")
    own = {
        view: {"own": row_id(rows.of(view, OWN)), "panda": row_id(rows.of(view, FOREIGN))} for view in views
    }
    own["people"] |= _invitations(rows, {"invitation": OWN, "elsewhere_invitation": FOREIGN})
    own["users"] |= _invitations(rows, {"invitation": None})
    own["kitchen"] = {"missing": MISSING, **own["items"]}
    account = {
        "own": row_id(rows.membership("olga")),
        "own_identity": row_id(rows.user("olga").identities[0]),
        "missing": MISSING,
    }
    found = {"history": _acts(rows), "audit": _entries(rows), "account": account, "views": _views(rows)}
    return {"": common, **own, **found}


def _views(rows: Rows) -> dict[str, int]:
    """Return a saved view of either restaurant, and one of Olga's own."""
    place, elsewhere = rows.restaurant(), rows.restaurant(FOREIGN)
    by = row_id(rows.user("olga"))
    found = {
        "own": town.saved_view("Shared", by, place),
        "panda": town.saved_view("Shared", by, elsewhere),
        "hers": town.saved_view("Hers", by),
    }
    rows.session.add_all(found.values())
    rows.session.commit()
    return {"missing": MISSING, **{name: row_id(row) for name, row in found.items()}}


def _entries(rows: Rows) -> dict[str, Any]:
    """Return a line of the audit of either restaurant."""
    first = {
        name: rows.session.scalars(
            select(AuditEntry.id).where(AuditEntry.restaurant_id == row_id(rows.restaurant(place)))
        ).first()
        for name, place in (("own", OWN), ("panda", FOREIGN))
    }
    return {"missing": MISSING, **first}


def _invitations(rows: Rows, places: Mapping[str, str | None]) -> dict[str, int]:
    """Return an invitation that waits in each of these places; None: one of an administrator."""
    found = {name: rows.invite(place) for name, place in places.items()}
    rows.session.commit()
    return {"missing": MISSING, **{name: row_id(row) for name, row in found.items()}}


def _acts(rows: Rows) -> dict[str, Any]:
    """Return a change in either restaurant, and its act, that somebody has changed once more since."""
    found: dict[str, Any] = {"missing": MISSING, "nothing": UUID(int=0)}
    for name, place in (("own", OWN), ("panda", FOREIGN)):
        for _ in range(2):
            item = rows.item(place)
            item.price = (item.price or 0) + 1
            rows.session.commit()
        newest = select(Change).where(Change.row_id == row_id(item)).order_by(Change.id.desc())
        change = rows.session.scalars(newest.offset(1)).first()
        found |= {name: change.id, f"{name}_act": change.act}
    return found
