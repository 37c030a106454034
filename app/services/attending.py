"""What needs attention: items without a price, items sold out now, sections without an item."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from app.models import MenuItem, Section


def sold_out(at: datetime) -> ColumnElement[bool]:
    """Return what an item meets that guests cannot have at `at`; see domain/availability.py."""
    return and_(
        MenuItem.sold_out_at.is_not(None),
        or_(MenuItem.sold_out_until.is_(None), MenuItem.sold_out_until > at),
    )


def without_price() -> ColumnElement[bool]:
    """Return what an item meets that has no price yet."""
    return MenuItem.price.is_(None)


def empty() -> ColumnElement[bool]:
    """Return what a section meets that has no item."""
    return ~exists().where(MenuItem.section_id == Section.id).correlate(Section)
