"""The audit: a line for each coming and going, each refusal, each right that was given or taken."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TenantOwned
from app.models.restaurants import Restaurant


class AuditEntry(TenantOwned, Base):
    """One line of the audit; written once, never edited, never deleted.

    `by_name` and `by_role` are as they were then; without `by_id` it was nobody known, or the operator's
    command line. `subject` is whom or what it is about, `reason` why, both in words; `provider` is where
    somebody signed in. `act` leads to the history of what was changed. Restaurant and act are plain
    values, because a line outlives what it speaks of.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "restaurant_id", "id"),
        Index(None, "by_id", "id"),
        Index(None, "event", "id"),
    )

    # None for what belongs to no restaurant, such as a sign-in.
    restaurant_id: Mapped[int | None] = mapped_column(sort_order=-9)  # type: ignore[assignment]
    event: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    by_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    by_role: Mapped[str] = mapped_column(String(20), default="", server_default="")
    subject: Mapped[str] = mapped_column(String(254), default="", server_default="")
    reason: Mapped[str] = mapped_column(String(250), default="", server_default="")
    provider: Mapped[str] = mapped_column(String(40), default="", server_default="")
    address: Mapped[str] = mapped_column(String(45), default="", server_default="")
    act: Mapped[UUID | None]

    restaurant: Mapped[Restaurant | None] = relationship(
        primaryjoin="foreign(AuditEntry.restaurant_id) == Restaurant.id", viewonly=True
    )

    def __str__(self) -> str:
        return f"Entry {self.id}"
