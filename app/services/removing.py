"""What goes along when a row is deleted; the deletion itself is the ORM's, child by child."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models import Base, Invitation, Membership, Menu, MenuItem, Restaurant, Section


def going_along(session: Session, row: Base) -> dict[str, int]:
    """Return how many rows of which kind hang on `row`, in plural words; kinds without any are left out."""
    counts = {words: session.scalar(query) or 0 for words, query in _counting(row).items()}
    return {words: count for words, count in counts.items() if count}


def _counting(row: Base) -> dict[str, Select[int]]:
    match row:
        case Restaurant():
            kinds: dict[str, Any] = {
                "menus": Menu,
                "sections": Section,
                "items": MenuItem,
                "people": Membership,
                "invitations": Invitation,
            }
            return {words: _count(kind, kind.restaurant_id == row.id) for words, kind in kinds.items()}
        case Menu():
            sections = select(Section.id).where(Section.menu_id == row.id)
            return {
                "sections": _count(Section, Section.menu_id == row.id),
                "items": _count(MenuItem, MenuItem.section_id.in_(sections)),
            }
        case Section():
            return {"items": _count(MenuItem, MenuItem.section_id == row.id)}
    return {}


def _count(kind: Any, condition: Any) -> Select[int]:
    return select(func.count(kind.id)).where(condition)
