"""The rows that a reader finds: by name, or again those that they opened last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_admin import Admin
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.admin.base import BackOfficeView
from app.admin.finding.entries import Entry, Group
from app.domain import numbers
from app.models import Base, Membership, Menu, MenuItem, Restaurant, Section, User
from app.services import searching

#: How many rows of one kind the palette shows, and how many it remembers.
MOST, REMEMBERED = 6, 8

#: In the order in which they are shown.
_KINDS: tuple[type[Base], ...] = (MenuItem, Restaurant, Menu, Section, Membership, User)


def groups(admin: Admin, session: Session, typed: str) -> list[Group]:
    """Return what is named by the words, by kind, as far as the reader opens pages of that kind."""
    found = []
    for view in _views(admin):
        rows = searching.named(session, view.model, typed, most=MOST)
        if rows:
            found.append(Group(str(view.name), [_entry(view, row) for row in rows]))
    return found


def recent(admin: Admin, session: Session, keys: str) -> list[Entry]:
    """Return the rows that the browser remembers as `items:12,menus:3`, as far as they are within reach."""
    views = {view.endpoint: view for view in _views(admin)}
    asked = [
        (views[endpoint], number)
        for endpoint, _, digits in (key.partition(":") for key in keys.split(",")[:REMEMBERED])
        if endpoint in views and (number := numbers.whole(digits, least=1)) is not None
    ]
    rows = _read(session, asked)
    return [_entry(view, rows[view, number]) for view, number in asked if (view, number) in rows]


def actions(admin: Admin, session: Session, typed: str) -> list[Entry]:
    """Return what can be done with the row of each kind that the words name first."""
    first = {
        view.model: rows[0]
        for view in _views(admin)
        if (rows := searching.named(session, view.model, typed, most=1))
    }
    return [entry for row in first.values() for entry in _actions(admin, row)]


def _read(
    session: Session, asked: Sequence[tuple[BackOfficeView, int]]
) -> Mapping[tuple[BackOfficeView, int], Any]:
    found: dict[tuple[BackOfficeView, int], Any] = {}
    for view in {view for view, _number in asked}:
        wanted = {number for each, number in asked if each is view}
        rows = searching.numbered(session, view.model, wanted)
        found |= {(view, number): row for number, row in rows.items()}
    return found


def _views(admin: Admin) -> Iterable[BackOfficeView]:
    by_model = {view.model: view for view in admin._views if isinstance(view, BackOfficeView)}
    return [by_model[kind] for kind in _KINDS if by_model[kind].is_accessible()]


def _entry(view: BackOfficeView, row: Any) -> Entry:
    page = "edit_view" if view.may_edit(row) else "details_view"
    return Entry(
        label=str(row.user.name if isinstance(row, Membership) else row.name),
        url=url_for(f"{view.endpoint}.{page}", id=row.id),
        picture=str(view.menu_icon_value),
        where=_where(row),
        key=f"{view.endpoint}:{row.id}",
    )


def _where(row: Any) -> str:
    match row:
        case MenuItem():
            return f"{row.section.name} · {row.restaurant.name}"
        case Section():
            return f"{row.menu.name} · {row.restaurant.name}"
        case Menu() | Membership():
            return str(row.restaurant.name)
        case User():
            return row.email
    return ""


def _actions(admin: Admin, row: Any) -> list[Entry]:
    by_model = {view.model: view for view in admin._views if isinstance(view, BackOfficeView)}
    match row:
        case Restaurant():
            page = url_for("public.menu", restaurant_id=row.id)
            return [Entry(gettext("What guests see of %(name)s", name=row.name), page, "eye")]
        case Menu() if by_model[Section].can_create:
            label = gettext("New section in %(name)s", name=row.name)
            page = url_for("sections.create_view", menu=row.id)
            return [Entry(label, page, "plus", row.restaurant.name)]
        case Section() if by_model[MenuItem].can_create:
            label = gettext("New item in %(name)s", name=row.name)
            page = url_for("items.create_view", section=row.id)
            return [Entry(label, page, "plus", row.restaurant.name)]
    return []
