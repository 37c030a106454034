"""Saved views: how people want to see a list, and what a list opens with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TenantOwned, Versioned
from app.models.restaurants import Restaurant

_LEADS_TO = "foreign(DefaultView.view_id) == SavedView.id"


class SavedView(TenantOwned, Versioned, Base):
    """A named way to see a list: search, filters, order, columns. One person's, or one restaurant's.

    `list_name` is the list's endpoint, such as `items`; `query` is what its address would say, with
    columns by name. `folded_name` is the name as it is compared: no two of one owner differ in case alone.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("user_id", "list_name", "folded_name"),
        UniqueConstraint("restaurant_id", "list_name", "folded_name"),
        UniqueConstraint("id", "list_name"),
        UniqueConstraint("id", "restaurant_id"),
        CheckConstraint("(user_id IS NULL) <> (restaurant_id IS NULL)", name="one_owner"),
        CheckConstraint("length(name) > 0", name="named"),
    )

    # None for a view of one person's own, which is within no restaurant's reach.
    restaurant_id: Mapped[int | None] = mapped_column(  # type: ignore[assignment]
        ForeignKey("restaurant.id", ondelete="RESTRICT"), sort_order=-9
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    list_name: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    # Folding makes three characters of one at most.
    folded_name: Mapped[str] = mapped_column(String(180))
    query: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    changed_at: Mapped[datetime | None]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))

    restaurant: Mapped[Restaurant | None] = relationship(back_populates="saved_views")
    defaults: Mapped[list[DefaultView]] = relationship(
        back_populates="view", cascade="all", primaryjoin=_LEADS_TO
    )

    def __str__(self) -> str:
        return self.name


class DefaultView(TenantOwned, Base):
    """What a list opens with: for one person, or, without a person, for all in a restaurant.

    `restaurant_id` is the view's own, so that whoever deletes a restaurant's view reaches the choices
    that end with it.
    """

    __tablename__ = "default_view"
    __table_args__ = (
        ForeignKeyConstraint(
            ["view_id", "list_name"], ["saved_view.id", "saved_view.list_name"], ondelete="RESTRICT"
        ),
        ForeignKeyConstraint(
            ["restaurant_id", "view_id"], ["saved_view.restaurant_id", "saved_view.id"], ondelete="RESTRICT"
        ),
        UniqueConstraint("user_id", "list_name"),
        CheckConstraint("user_id IS NOT NULL OR restaurant_id IS NOT NULL", name="for_somebody"),
        Index(None, "view_id"),
    )
    parent_name = "view"

    # None for a view of one person's own.
    restaurant_id: Mapped[int | None] = mapped_column(sort_order=-9)  # type: ignore[assignment]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    list_name: Mapped[str] = mapped_column(String(40))
    view_id: Mapped[int]
    created_at: Mapped[datetime]

    view: Mapped[SavedView] = relationship(back_populates="defaults", primaryjoin=_LEADS_TO)

    def __str__(self) -> str:
        return f"{self.list_name} opens with view {self.view_id}"


# One for all in a restaurant; what its people chose for themselves stands beside it.
_FOR_ALL = DefaultView.user_id.is_(None)
Index(
    None,
    DefaultView.restaurant_id,
    DefaultView.list_name,
    unique=True,
    sqlite_where=_FOR_ALL,
    postgresql_where=_FOR_ALL,
)
