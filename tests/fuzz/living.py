"""What people did before the fuzz begins, through the very pages: a history with something of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from tests.fuzz.asking import FORM, Asking

#: `rows("menu")` reads a table; `do(asking)` sends a request that must be accepted.
Rows = Callable[[str], list[dict[str, Any]]]
Do = Callable[[Asking], None]


def live(rows: Rows, do: Do) -> None:
    """Change, move, mark, delete and take back, some of it upon each other; the first restaurant stays as is.

    At the end a restaurant and a section are gone, a deletion was undone, a dish has changed twice since.
    """
    place = next(row["id"] for row in rows("restaurant") if row["slug"] == "super-stir-fry")
    dishes = [row for row in rows("menu_item") if row["restaurant_id"] == place]
    first, second, third, *_, last = sorted(dishes, key=lambda row: int(row["id"]))
    edit = f"/admin/items/edit/?id={first['id']}"
    _post(do, "olga", edit, {"row_version": 1, "price": "7.50", "name": "Wok of the day"})
    _post(do, "ada", edit, {"row_version": 2, "price": "7.75"})
    _post(do, "olga", edit, {"row_version": 3, "description": "Hot.\nVery hot."})
    cell = {"list_form_pk": second["id"], "row_version": 1, "sold_out": "1"}
    _post(do, "olga", "/admin/items/ajax/update/", cell)
    _post(do, "olga", f"/admin/restaurants/edit/?id={place}", {"row_version": 1, "phone": "+1 555 0100"})
    _post(do, "olga", "/admin/items/delete/", {"id": third["id"], "row_version": 1})
    _undo(rows, do)
    _post(do, "olga", "/admin/items/delete/", {"id": third["id"], "row_version": 2})
    _post(do, "olga", "/admin/sections/delete/", {"id": last["section_id"], "row_version": 1, "confirm": 1})
    _promote(rows, do)
    gone = max(rows("restaurant"), key=lambda row: int(row["id"]))
    _post(do, "ada", "/admin/restaurants/delete/", {"id": gone["id"], "row_version": 1, "confirm": 1})


def _promote(rows: Rows, do: Do) -> None:
    held = next(row for row in rows("membership") if row["role"] == "viewer")
    for version, role in ((1, "staff"), (2, "viewer")):
        _post(do, "olga", f"/admin/people/edit/?id={held['id']}", {"row_version": version, "role": role})


def _undo(rows: Rows, do: Do) -> None:
    act = max(rows("change"), key=lambda row: int(row["id"]))["act"]
    _post(do, "olga", f"/admin/history/acts/{UUID(str(act))}/reversal", {"url": "/admin/history/"})


def _post(do: Do, person: str, target: str, fields: Mapping[str, object]) -> None:
    do(Asking("POST", target, urlencode(fields).encode(), FORM, person))
