"""What a restaurant serves: menus, their sections (courses), and the items in them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain import availability, money
from app.models.base import Base, TenantOwned, Versioned
from app.models.restaurants import Restaurant

if TYPE_CHECKING:
    from app.models.people import User


class Menu(TenantOwned, Versioned, Base):
    """A card that guests are handed: Dinner, Lunch."""

    __tablename__ = "menu"
    __table_args__ = (
        # The target of the composite key that keeps a section in its menu's restaurant.
        UniqueConstraint("id", "restaurant_id"),
        CheckConstraint("length(name) > 0", name="named"),
        Index(None, "restaurant_id", "position", "id"),
        Index(None, "name", "id"),
    )

    restaurant_id: Mapped[int] = mapped_column(
        ForeignKey("restaurant.id", ondelete="RESTRICT"), sort_order=-9
    )
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0, server_default="0")

    restaurant: Mapped[Restaurant] = relationship(back_populates="menus")
    sections: Mapped[list[Section]] = relationship(
        back_populates="menu", cascade="all", order_by="Section.position, Section.id"
    )

    def __str__(self) -> str:
        return self.name


class Section(TenantOwned, Versioned, Base):
    """A part of a menu, which the original app called a course: Appetizer, Dessert."""

    __tablename__ = "section"
    __table_args__ = (
        ForeignKeyConstraint(
            ["menu_id", "restaurant_id"], ["menu.id", "menu.restaurant_id"], ondelete="RESTRICT"
        ),
        UniqueConstraint("id", "restaurant_id"),
        CheckConstraint("length(name) > 0", name="named"),
        Index(None, "menu_id", "position", "id"),
        Index(None, "restaurant_id", "name", "id"),
        Index(None, "name", "id"),
    )
    parent_name = "menu"

    menu_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0, server_default="0")

    menu: Mapped[Menu] = relationship(back_populates="sections")
    items: Mapped[list[MenuItem]] = relationship(
        back_populates="section", cascade="all", order_by="MenuItem.position, MenuItem.id"
    )
    restaurant: Mapped[Restaurant] = relationship(
        primaryjoin="foreign(Section.restaurant_id) == Restaurant.id", viewonly=True
    )

    def __str__(self) -> str:
        return self.name


class MenuItem(TenantOwned, Versioned, Base):
    """A dish or a drink; `price` is in minor units of the restaurant's currency, None: no price yet.

    Sold out is three facts: since when, until when (None: until somebody says), by whom.
    """

    __tablename__ = "menu_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["section_id", "restaurant_id"], ["section.id", "section.restaurant_id"], ondelete="RESTRICT"
        ),
        CheckConstraint(f"price >= 0 AND price <= {money.MOST}", name="price_range"),
        CheckConstraint("length(name) > 0", name="named"),
        CheckConstraint("sold_out_at IS NOT NULL OR sold_out_until IS NULL", name="sold_out_order"),
        Index(None, "restaurant_id", "name", "id"),
        Index(None, "section_id", "position", "id"),
        Index(None, "name", "id"),
    )
    parent_name = "section"

    section_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    price: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    sold_out_at: Mapped[datetime | None]
    sold_out_until: Mapped[datetime | None]
    sold_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)

    section: Mapped[Section] = relationship(back_populates="items")
    sold_out_by: Mapped[User | None] = relationship()
    restaurant: Mapped[Restaurant] = relationship(
        primaryjoin="foreign(MenuItem.restaurant_id) == Restaurant.id", viewonly=True
    )

    def is_sold_out(self, at: datetime) -> bool:
        """Tell whether guests cannot have it at the aware moment `at`."""
        return availability.is_sold_out(self.sold_out_at, self.sold_out_until, at=at)

    def __str__(self) -> str:
        return self.name
