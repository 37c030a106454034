"""How much there is, for who only reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Menu, MenuItem, Section
from app.saying import number


@dataclass(frozen=True, slots=True)
class Total:
    """One number with its word, and the list of what it counts."""

    name: str
    words: str
    url: str


def totals(session: Session, only: int | None) -> list[Total]:
    """Return how many menus, sections and items there are within reach, or in one restaurant."""
    menus, sections, items = (_count(session, model, only) for model in (Menu, Section, MenuItem))
    return [
        Total(
            "menus",
            ngettext("%(count)s menu", "%(count)s menus", menus, count=number(menus)),
            url_for("menus.index_view"),
        ),
        Total(
            "sections",
            ngettext("%(count)s section", "%(count)s sections", sections, count=number(sections)),
            url_for("sections.index_view"),
        ),
        Total(
            "items",
            ngettext("%(count)s item", "%(count)s items", items, count=number(items)),
            url_for("items.index_view"),
        ),
    ]


def _count(session: Session, model: Any, only: int | None) -> int:
    query = select(func.count(model.id))
    return session.scalar(query if only is None else query.where(model.restaurant_id == only)) or 0
