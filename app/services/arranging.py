"""Where rows stand among their neighbours."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Menu, MenuItem, Section

#: The last place there is; see the form's own bound.
LAST = 999_999


def next_position(session: Session, row: Menu | Section | MenuItem) -> int:
    """Return the place after the last neighbour of the row."""
    match row:
        case Menu():
            condition = Menu.restaurant_id == row.restaurant.id
        case Section():
            condition = Section.menu_id == row.menu.id
        case MenuItem():
            condition = MenuItem.section_id == row.section.id
    last = session.scalar(select(func.max(type(row).position)).where(condition))
    return 0 if last is None else min(last + 1, LAST)
