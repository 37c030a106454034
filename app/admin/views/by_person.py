"""Narrowing a record, the history or the audit, to what one person did."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from app import working
from app.admin.base.filters import CarteFilter
from app.domain import numbers
from app.domain.words import gettext_noop
from app.extensions import db
from app.models import AuditEntry, Change
from app.saying import said


class PersonFilter(CarteFilter):
    """What one person did, or `nobody`, whose number is 0; of whoever did anything within reach."""

    def __init__(self, record: type[Change | AuditEntry], nobody: str) -> None:
        super().__init__(None, gettext_noop("Person"))
        self.record: Any = record
        self.nobody = nobody

    def clean(self, value: str) -> int:
        number = numbers.whole(value)
        if number is None:
            raise ValueError(value)
        return number

    def condition(self, value: int) -> ColumnElement[bool]:
        by_id = self.record.by_id
        return by_id == value if value else by_id.is_(None)

    def choices(self, chosen: str) -> list[tuple[str, str]]:
        record, only = self.record, working.narrowed_to()
        names = select(record.by_id, func.max(record.by_name)).group_by(record.by_id)
        found = db.session.execute(names if only is None else names.where(record.restaurant_id == only))
        people = [(str(number or 0), name or said(self.nobody)) for number, name in found]
        return sorted(people, key=lambda each: each[1].lower())
