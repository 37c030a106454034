"""Beginning: how far a restaurant is on the way to its first menu."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Menu, MenuItem, Restaurant, Section


@dataclass(frozen=True, slots=True)
class Beginning:
    """A restaurant without an item yet, the first of its menus and of its sections, where there are any."""

    restaurant_id: int
    restaurant_name: str
    menu_id: int | None
    section_id: int | None


def beginnings(session: Session, restaurant_ids: Collection[int]) -> list[Beginning]:
    """Return those of these restaurants that have no item yet, by name."""
    if not restaurant_ids:
        return []
    menu = select(func.min(Menu.id)).where(Menu.restaurant_id == Restaurant.id).scalar_subquery()
    section = select(func.min(Section.id)).where(Section.restaurant_id == Restaurant.id).scalar_subquery()
    filled = select(MenuItem.id).where(MenuItem.restaurant_id == Restaurant.id).exists()
    query = (
        select(Restaurant.id, Restaurant.name, menu, section)
        .where(Restaurant.id.in_(restaurant_ids), ~filled)
        .order_by(Restaurant.name, Restaurant.id)
    )
    return [Beginning(*row) for row in session.execute(query)]


def has_restaurants(session: Session) -> bool:
    """Tell whether there is any restaurant within reach."""
    return session.scalar(select(Restaurant.id).limit(1)) is not None
