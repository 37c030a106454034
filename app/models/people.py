"""People, the accounts elsewhere that sign them in, and the sessions they are signed in with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Versioned

if TYPE_CHECKING:
    from app.models.memberships import Membership
    from app.models.saved_views import DefaultView, SavedView


class User(Versioned, Base):
    """A person. `email` is where to reach them; it identifies nobody and may occur twice.

    `language` (BCP 47) and `time_zone` (IANA) are their own choice; blank: as their browser asks, UTC.
    """

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("length(name) > 0", name="named"), Index(None, "name", "id"))

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(35), default="", server_default="")
    time_zone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime]
    administrator_since: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    identities: Mapped[list[Identity]] = relationship(
        back_populates="user", cascade="all", order_by="Identity.id"
    )
    sessions: Mapped[list[UserSession]] = relationship(back_populates="user", cascade="all")
    memberships: Mapped[list[Membership]] = relationship(back_populates="user", order_by="Membership.id")
    saved_views: Mapped[list[SavedView]] = relationship(foreign_keys="SavedView.user_id", cascade="all")
    default_views: Mapped[list[DefaultView]] = relationship(cascade="all")

    def __str__(self) -> str:
        return self.name


class Identity(Base):
    """One account at a provider; issuer and subject together sign its user in, nothing else.

    `email` and `email_verified` are what the provider said last; neither is unique.
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    issuer: Mapped[str] = mapped_column(String(250))
    subject: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(254), default="", server_default="", index=True)
    email_verified: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="identities")


class UserSession(Base):
    """One browser in which a person is signed in; the cookie holds the token, the row its hash."""

    __tablename__ = "user_session"
    __table_args__ = (UniqueConstraint("token_hash"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    provider: Mapped[str] = mapped_column(String(40))
    user_agent: Mapped[str] = mapped_column(String(250), default="", server_default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="sessions")
