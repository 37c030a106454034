"""Describing: what a change says of a row, before and after; who did it and when is not said here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.models import Invitation, Membership, Menu, MenuItem, Section, User
from app.models.history import Verb, plain, recorded_columns
from app.policies.rules import restaurant_id_of

#: The columns of a change that speak of the row.
Line = dict[str, Any]


def created(session: Session, rows: Sequence[Any]) -> list[Line]:
    """Describe rows that have just been inserted, in their order."""
    menus = _menus_of_sections(session, rows)
    return [
        {
            **_about(session, row, menus),
            "verb": Verb.CREATED,
            "before": {},
            "after": {name: plain(getattr(row, name)) for name in recorded_columns(type(row))},
        }
        for row in rows
    ]


def changed(session: Session, rows: Sequence[Any]) -> list[Line]:
    """Describe rows that have just been updated; those in which no column changed are left out."""
    menus = _menus_of_sections(session, rows)
    lines = []
    for row in rows:
        before, after = {}, {}
        for name, old, new in _differences(row):
            before[name], after[name] = plain(old), plain(new)
        if after:
            about = _about(session, row, menus)
            lines.append({**about, "verb": Verb.CHANGED, "before": before, "after": after})
    return lines


def deleted(session: Session, rows: Sequence[Any]) -> list[Line]:
    """Describe rows that are about to be deleted, as they are stored."""
    menus = _menus_of_sections(session, rows)
    return [
        {
            **_about(session, row, menus),
            "verb": Verb.DELETED,
            "before": {name: plain(_stored(row, name)) for name in recorded_columns(type(row))},
            "after": {},
        }
        for row in rows
    ]


def _differences(row: Any) -> Iterator[tuple[str, Any, Any]]:
    state = inspect(row)
    for name in recorded_columns(type(row)):
        history = state.attrs[name].history
        if history.has_changes():
            old, new = history.deleted[0] if history.deleted else None, history.added[0]
            if old != new:
                yield name, old, new


def _stored(row: Any, name: str) -> Any:
    """Return what is stored of a column that may have been assigned since."""
    history = inspect(row).attrs[name].load_history()
    return (history.deleted or history.unchanged or (None,))[0]


def _about(session: Session, row: Any, menus: Mapping[int, int]) -> Line:
    return {
        "restaurant_id": restaurant_id_of(row),
        "menu_id": _menu_id_of(row, menus),
        "kind": row.__tablename__,
        "row_id": row.id,
        "version": getattr(row, "version", 1),
        "name": _name_of(session, row),
    }


def _name_of(session: Session, row: Any) -> str:
    """Return what people call the row; within a flush a new row's relationships are not there to ask."""
    if isinstance(row, Membership):
        user = session.get(User, row.user_id)
        return user.name if user else ""
    return str(row.email if isinstance(row, Invitation) else row.name)


def _menu_id_of(row: Any, menus: Mapping[int, int]) -> int | None:
    if isinstance(row, Menu):
        return row.id
    if isinstance(row, MenuItem):
        return menus.get(row.section_id)
    menu_id: int | None = getattr(row, "menu_id", None)
    return menu_id


def _menus_of_sections(session: Session, rows: Sequence[Any]) -> dict[int, int]:
    """Return the menu of each section that items among the rows are in, all asked for at once."""
    numbers = {row.section_id for row in rows if isinstance(row, MenuItem)}
    if not numbers:
        return {}
    found = session.execute(select(Section.id, Section.menu_id).where(Section.id.in_(numbers)))
    return dict(found.all())
