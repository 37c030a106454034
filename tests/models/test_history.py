"""The table of changes: what has a history, which columns are kept, and that everything fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import String, null

from app.models import Change, Invitation, Membership, MenuItem, Restaurant, TenantOwned
from app.models.base import Base
from app.models.history import RECORDED, UNRECORDED, Verb, plain, recorded_columns, stored

CLASSES = tuple(RECORDED.values())


def test_every_row_of_a_restaurant_has_a_history_or_a_reason() -> None:
    owned = {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, TenantOwned)}

    assert owned | {Restaurant} == {*RECORDED.values(), *UNRECORDED}
    assert not {*RECORDED.values()} & {*UNRECORDED}


@pytest.mark.parametrize("cls", CLASSES)
def test_every_column_is_kept_but_those_that_a_change_has_itself_and_the_link(cls: type[Any]) -> None:
    left_out = {column.key for column in cls.__mapper__.columns} - {*recorded_columns(cls)}

    assert left_out - {"version", "restaurant_id"} == (
        {"id", "token_hash", "mailed_at"} if cls is Invitation else {"id"}
    )


@pytest.mark.parametrize("cls", CLASSES)
def test_what_a_change_says_of_a_row_fits(cls: type[Any]) -> None:
    assert len(f" {' '.join(recorded_columns(cls))} ") <= _length(Change.fields)
    assert len(cls.__tablename__) <= _length(Change.kind)
    named = {Membership: "created_at", Invitation: "email"}.get(cls, "name")
    assert (getattr(cls.__mapper__.columns[named].type, "length", None) or 0) <= _length(Change.name)


def test_verbs_fit() -> None:
    assert max(map(len, Verb)) <= _length(Change.verb)


def test_parents_come_first() -> None:
    kinds = list(RECORDED)
    for kind, cls in RECORDED.items():
        if issubclass(cls, TenantOwned):
            above = cls.__mapper__.relationships[cls.parent_name].mapper.class_.__tablename__
            assert kinds.index(above) < kinds.index(kind)


def test_a_moment_is_kept_in_utc_and_comes_back() -> None:
    evening = datetime(2026, 7, 1, 22, 30, 0, 1, tzinfo=timezone(timedelta(hours=2)))

    assert plain(evening) == "2026-07-01T20:30:00.000001+00:00"
    back = stored(MenuItem, {"sold_out_at": plain(evening), "sold_out_until": None, "name": "2026-07-01"})
    assert back == {
        "sold_out_at": evening.astimezone(UTC),
        "sold_out_until": None,
        "name": "2026-07-01",
    }
    assert plain(0) == 0
    assert plain(None) is None


@pytest.mark.parametrize("cls", CLASSES)
def test_a_kept_column_takes_no_sql_whose_outcome_history_could_not_say(cls: type[Any]) -> None:
    row = cls()
    for name in recorded_columns(cls):
        with pytest.raises(TypeError, match="not SQL"):
            setattr(row, name, null())


def _length(attribute: Any) -> int:
    column = attribute.property.columns[0].type
    assert isinstance(column, String)
    return column.length or 0
