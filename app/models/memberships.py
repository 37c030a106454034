"""Who works where, and who has been asked to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.roles import ADMINISTRATOR, Role
from app.models.base import Base, TenantOwned, Versioned
from app.models.people import User
from app.models.restaurants import Restaurant

_ROLES = ", ".join(f"'{role}'" for role in Role)


class Membership(TenantOwned, Versioned, Base):
    """A person's role in one restaurant; at most one each."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "restaurant_id"),
        CheckConstraint(f"role IN ({_ROLES})", name="known_role"),
        Index(None, "restaurant_id", "id"),
    )

    restaurant_id: Mapped[int] = mapped_column(
        ForeignKey("restaurant.id", ondelete="RESTRICT"), sort_order=-9
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]

    restaurant: Mapped[Restaurant] = relationship(back_populates="memberships")
    user: Mapped[User] = relationship(back_populates="memberships")

    def __str__(self) -> str:
        return str(self.user)


class Invitation(TenantOwned, Base):
    """A link that gives one verified address a role, once; its token is known only by its hash.

    `role` is a membership's, with a restaurant; or `administrator`, without one. `mailed_at` is when
    the mail with the link was handed over; None where it has to be sent by hand.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint(f"role IN ({_ROLES}, '{ADMINISTRATOR}')", name="known_role"),
        CheckConstraint(f"(role = '{ADMINISTRATOR}') = (restaurant_id IS NULL)", name="role_has_place"),
        Index(None, "restaurant_id", "id"),
    )

    # None for an administrator's; such a row is within no restaurant's reach.
    restaurant_id: Mapped[int | None] = mapped_column(  # type: ignore[assignment]
        ForeignKey("restaurant.id", ondelete="RESTRICT"), sort_order=-9
    )
    email: Mapped[str] = mapped_column(String(254), index=True)
    role: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    revoked_at: Mapped[datetime | None]

    restaurant: Mapped[Restaurant | None] = relationship(back_populates="invitations")
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
