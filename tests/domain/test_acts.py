"""The number of an act: a UUID of version 7 that sorts by its moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from app.domain.acts import new_number

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is beside it


@given(MOMENTS)
def test_it_is_a_uuid_of_version_7_with_the_moment_in_front(at: datetime) -> None:
    number = new_number(at)

    assert (number.version, number.variant) == (7, RFC_4122)
    milliseconds = number.int >> 80
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds) == at.replace(
        microsecond=at.microsecond // 1000 * 1000
    )


@given(MOMENTS, st.integers(1, 5000))
def test_later_acts_sort_behind_earlier_ones_within_one_millisecond_too(at: datetime, later: int) -> None:
    assert new_number(at) < new_number(at + timedelta(microseconds=later))


def test_a_moment_is_the_same_in_every_time_zone() -> None:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)

    assert new_number(at).int >> 64 == new_number(at.astimezone(timezone(timedelta(hours=9)))).int >> 64


def test_no_number_is_given_twice() -> None:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)

    assert len({new_number(at) for _ in range(1000)}) == 1000
