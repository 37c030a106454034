"""What happened: a line for each row that was created, changed, deleted or restored."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ClauseElement, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.audit import AuditEntry
from app.models.base import Base, TenantOwned, UTCDateTime
from app.models.fixtures import FixtureRow
from app.models.memberships import Invitation, Membership
from app.models.menus import Menu, MenuItem, Section
from app.models.restaurants import Restaurant
from app.models.saved_views import DefaultView, SavedView


class Verb(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    RESTORED = "restored"


_VERBS = ", ".join(f"'{verb}'" for verb in Verb)


class Change(TenantOwned, Base):
    """One row before and after one act; written below the edges, never edited, never deleted.

    `act` groups the rows of one transaction, and later acts have greater numbers. `by_name` and
    `by_role` are as they were then; without `by_id` it was the operator's command line. `before` and
    `after` hold columns by name, as JSON; of a changed row, those that changed, which `fields` names
    once more, each between blanks. `version` is the row's, after the act. Restaurant, menu and row are
    plain numbers, because a line outlives what it speaks of. `undoes` is the act that this one reverses.
    """

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint(f"verb IN ({_VERBS})", name="known_verb"),
        Index(None, "restaurant_id", "act", "kind"),
        Index(None, "menu_id", "act"),
        Index(None, "kind", "row_id", "id"),
        Index(None, "by_id", "act"),
        Index(None, "act", "id"),
    )

    # None for an administrator's invitation, which belongs to no restaurant.
    restaurant_id: Mapped[int | None] = mapped_column(sort_order=-9)  # type: ignore[assignment]
    menu_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20))
    row_id: Mapped[int]
    version: Mapped[int]
    verb: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(254))
    fields: Mapped[str] = mapped_column(String(250), default="", server_default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    act: Mapped[UUID]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    by_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    by_role: Mapped[str] = mapped_column(String(20), default="", server_default="")
    undoes: Mapped[UUID | None]

    restaurant: Mapped[Restaurant | None] = relationship(
        primaryjoin="foreign(Change.restaurant_id) == Restaurant.id", viewonly=True
    )

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.verb}"


# Of the few that undo something: the many others would only mislead a planner's counts.
_UNDOES = Change.undoes.is_not(None)
Index(None, Change.undoes, sqlite_where=_UNDOES, postgresql_where=_UNDOES)

#: The classes whose rows have a history, parents first, by the `kind` of their changes.
RECORDED: dict[str, type[Any]] = {
    cls.__tablename__: cls for cls in (Restaurant, Menu, Section, MenuItem, Membership, Invitation)
}

#: Rows of a restaurant without a history, each with its reason.
UNRECORDED: dict[type[Base], str] = {
    FixtureRow: "the loader's own notes on rows that have a history themselves",
    SavedView: "a way to look at rows that have a history themselves; says itself who made and changed it",
    DefaultView: "a choice of what to look at first",
    Change: "the history itself",
    AuditEntry: "the audit, a record like the history itself",
}

# The key and the restaurant are a change's own columns; a token must not outlive its link; whether the
# mail with it went out is noted after the act, and nobody did that.
_LEFT_OUT = {"id", "restaurant_id", "version", "token_hash", "mailed_at"}


def recorded_columns(cls: type[Any]) -> tuple[str, ...]:
    """Return the columns of a class that its history keeps, in the table's order."""
    return tuple(column.key for column in cls.__mapper__.columns if column.key not in _LEFT_OUT)


def plain(value: Any) -> Any:
    """Return a column's value as JSON keeps it: a moment as text, in UTC."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def stored(cls: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return kept values as the class's columns take them; the reverse of `plain`."""
    columns = cls.__mapper__.columns
    return {
        name: datetime.fromisoformat(value)
        if isinstance(columns[name].type, UTCDateTime) and value is not None
        else value
        for name, value in values.items()
    }


def _keep_old_values() -> None:
    # Without this an attribute that has expired, as each has after a commit, forgets its old value
    # when it is assigned.
    for cls in RECORDED.values():
        for name in recorded_columns(cls):
            event.listen(getattr(cls, name), "set", _refuse_sql, active_history=True)


def _refuse_sql(_row: object, value: object, _old: object, _initiator: object) -> None:
    """Refuse a value that only the database would know; history could not say what it became."""
    if isinstance(value, ClauseElement):
        raise TypeError("a column with a history takes a value, not SQL")


_keep_old_values()
