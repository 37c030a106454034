"""What goes along when a row is deleted; the deletion itself is the ORM's, child by child."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models import Base, Invitation, Membership, Menu, MenuItem, Restaurant, SavedView, Section


def hold(session: Session, row: Base) -> None:
    """Let nobody add below `row` until the transaction ends: what is counted then is what goes along.

    Whoever adds a row holds the one above it, too, so that each waits for the other.
    """
    for kind, condition in _holding(row).items():
        session.scalars(select(kind.id).where(condition).order_by(kind.id).with_for_update()).all()


def _holding(row: Base) -> dict[Any, Any]:
    """Return which rows others could add to, the upper ones first."""
    match row:
        case Restaurant():
            below = {kind: kind.restaurant_id == row.id for kind in (Menu, Section)}
            return {Restaurant: Restaurant.id == row.id, **below}
        case Menu():
            return {Menu: Menu.id == row.id, Section: Section.menu_id == row.id}
        case Section():
            return {Section: Section.id == row.id}
    return {}


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
                "saved views": SavedView,
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
