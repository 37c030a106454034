"""What every table shares: constraint names, times, the version and the restaurant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Integer, MetaData, Table, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

#: fk, ck and pk as the original app named them. ix and uq carry every column, because with the
#: first alone two indexes that start with the same column collide.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC on every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base; `version` of a subclass is its optimistic lock."""

    metadata = MetaData(naming_convention=NAMING)
    # Flask-SQLAlchemy refuses a bare `type_annotation_map`; a registry with one it takes.
    registry = registry(metadata=metadata, type_annotation_map={datetime: UTCDateTime()})

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)

    @classmethod
    def __table_cls__(cls, *args: Any, **kwargs: Any) -> Table:
        # Without AUTOINCREMENT, SQLite gives the number of a deleted row to the next new one, and
        # an old link, or a note of what a fixture loaded, would mean somebody else's row.
        return Table(*args, sqlite_autoincrement=True, **kwargs)


class Versioned:
    """A row that people edit: each UPDATE demands the version it read and adds one."""

    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1", sort_order=90)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class TenantOwned:
    """A row that belongs to one restaurant for as long as it lives."""

    #: The relationship that leads up to the row whose restaurant this row shares.
    parent_name: ClassVar[str] = "restaurant"

    restaurant_id: Mapped[int] = mapped_column(sort_order=-9)

    @property
    def parent(self) -> Any:
        """The row above this one; None while it has not been given one."""
        return getattr(self, self.parent_name)
