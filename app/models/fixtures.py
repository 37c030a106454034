"""What a fixture file put into the database, so that a second load can tell an edit from a file."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, TenantOwned
from app.models.restaurants import Restaurant


class FixtureRow(TenantOwned, Base):
    """One loaded row: its stable key in the file, the row it became, the version it had then.

    A row whose version has moved on was edited by people; a row that is gone was deleted by them.
    """

    __tablename__ = "fixture_row"
    __table_args__ = (UniqueConstraint("restaurant_id", "kind", "key"),)

    restaurant_id: Mapped[int] = mapped_column(
        ForeignKey("restaurant.id", ondelete="RESTRICT"), sort_order=-9
    )
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(500))
    row_id: Mapped[int]
    row_version: Mapped[int]

    restaurant: Mapped[Restaurant] = relationship(back_populates="fixture_rows")
