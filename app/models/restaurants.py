"""A restaurant: the tenant, to which everything on a menu belongs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain import slugs
from app.models.base import Base, Versioned

if TYPE_CHECKING:
    from app.models.fixtures import FixtureRow
    from app.models.memberships import Invitation, Membership
    from app.models.menus import Menu
    from app.models.saved_views import SavedView


class Restaurant(Versioned, Base):
    """One place with its own currency, clock, language, people and menus.

    `time_zone` is an IANA name, `language` a BCP 47 tag, `currency` an ISO 4217 code.
    """

    __tablename__ = "restaurant"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name="currency_code"),
        CheckConstraint("length(name) > 0", name="named"),
        Index(None, "name", "id"),
    )

    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(slugs.LONGEST))
    currency: Mapped[str] = mapped_column(String(3))
    time_zone: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(35))
    address: Mapped[str] = mapped_column(String(250), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    website: Mapped[str] = mapped_column(String(250), default="", server_default="")
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime]

    # Children are deleted by the ORM, one by one, so that whoever listens sees each of them;
    # the foreign keys are RESTRICT, so that nothing else can take them along.
    menus: Mapped[list[Menu]] = relationship(
        back_populates="restaurant", cascade="all", order_by="Menu.position, Menu.id"
    )
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="restaurant", cascade="all", order_by="Membership.id"
    )
    invitations: Mapped[list[Invitation]] = relationship(back_populates="restaurant", cascade="all")
    fixture_rows: Mapped[list[FixtureRow]] = relationship(back_populates="restaurant", cascade="all")
    saved_views: Mapped[list[SavedView]] = relationship(back_populates="restaurant", cascade="all")

    def __str__(self) -> str:
        return self.name
