from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.availability import DAY_ENDS, is_sold_out, tomorrow, typed_end
from app.domain.errors import Invalid

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")


def test_a_dish_is_there_until_somebody_says_otherwise() -> None:
    assert not is_sold_out(None, None, at=NOON)


def test_sold_out_without_an_end_lasts() -> None:
    assert is_sold_out(NOON, None, at=NOON + timedelta(days=4000))


@pytest.mark.parametrize(("at", "sold_out"), [(NOON - MINUTE, True), (NOON, False), (NOON + MINUTE, False)])
def test_sold_out_ends_at_its_moment(at: datetime, sold_out: bool) -> None:
    assert is_sold_out(NOON - timedelta(hours=3), NOON, at=at) is sold_out


@pytest.mark.parametrize(
    ("until", "fold"),
    [
        # Clocks go forward at 02:00 on 29 March: 03:15 is a quarter of an hour after 01:59.
        (datetime(2026, 3, 29, 3, 15, tzinfo=BERLIN), 0),
        # Clocks go back at 03:00 on 25 October: 02:30 comes twice.
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), 0),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), 1),
    ],
)
def test_sold_out_ends_on_time_when_the_clocks_change(until: datetime, fold: int) -> None:
    end = until.replace(fold=fold).astimezone(UTC)

    assert is_sold_out(end - timedelta(hours=3), end, at=end - MINUTE)
    assert not is_sold_out(end - timedelta(hours=3), end, at=end)


def test_the_second_half_past_two_is_an_hour_after_the_first() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN).astimezone(UTC)
    second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN).astimezone(UTC)

    assert is_sold_out(first - MINUTE, second, at=first)
    assert not is_sold_out(first - MINUTE, first, at=second)


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(TypeError):
        is_sold_out(NOON, NOON, at=NOON.replace(tzinfo=None))


def _berlin(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-06-01T12:00", "2026-06-02T05:00"),
        ("2026-06-01T23:59", "2026-06-02T05:00"),
        # After midnight the kitchen is still in yesterday's shift: what comes is this morning.
        ("2026-06-02T00:30", "2026-06-02T05:00"),
        ("2026-06-02T04:59", "2026-06-02T05:00"),
        ("2026-06-02T05:00", "2026-06-03T05:00"),
        # The clocks go forward, and back, within the night.
        ("2026-03-28T22:00", "2026-03-29T05:00"),
        ("2026-03-29T01:30", "2026-03-29T05:00"),
        ("2026-10-24T22:00", "2026-10-25T05:00"),
        ("2026-10-25T02:30", "2026-10-25T05:00"),
        ("2026-12-31T20:00", "2027-01-01T05:00"),
    ],
)
def test_tomorrow_is_the_next_five_in_the_morning(at: str, end: str) -> None:
    assert tomorrow(_berlin(at), BERLIN) == _berlin(end)


def test_tomorrow_goes_by_the_clock_of_the_restaurant() -> None:
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)

    assert tomorrow(at, ZoneInfo("America/Los_Angeles")) == datetime(2026, 6, 2, 12, tzinfo=UTC)
    # It is 5:00 there at this very moment: that is over.
    assert tomorrow(at, ZoneInfo("Asia/Tokyo")) == datetime(2026, 6, 1, 20, tzinfo=UTC)


@given(
    at=st.datetimes(
        min_value=datetime.fromisoformat("2000-01-01"),
        max_value=datetime.fromisoformat("2036-01-01"),
        timezones=st.just(UTC),
    ),
    zone=st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
)
def test_tomorrow_is_to_come_and_less_than_two_days_ahead(at: datetime, zone: tzinfo) -> None:
    end = tomorrow(at, zone)

    assert timedelta() < end - at < timedelta(hours=49)
    local = end.astimezone(zone)
    # But where the clocks leave five o'clock out.
    assert (
        local.time() == DAY_ENDS
        or (end - timedelta(hours=1)).astimezone(zone).utcoffset() != local.utcoffset()
    )


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("2026-06-01T18:30", "2026-06-01T16:30+00:00"),
        (" 2026-06-01 18:30:00 ", "2026-06-01T16:30+00:00"),
        ("2026-06-01T18:30:00Z", "2026-06-01T18:30+00:00"),
        ("2026-06-01T18:30+05:30", "2026-06-01T13:00+00:00"),
        # 02:30 comes twice: the dish is back for certain only at the second.
        ("2026-10-25T02:30", "2026-10-25T01:30+00:00"),
    ],
)
def test_an_end_is_typed_by_the_clock_of_the_restaurant(typed: str, end: str) -> None:
    assert typed_end(typed, BERLIN, at=NOON) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Choose a day"),
        ("soon", "Choose a day"),
        ("18:30", "Choose a day"),
        ("2026-06-31T18:30", "Choose a day"),
        ("2026-06-01T25:00", "Choose a day"),
        ("0001-01-01T00:00", "Choose a day"),
        ("9999-12-31T23:59", "Choose a day"),
        ("2026-06-01T18:30+99:99", "Choose a day"),
        ("2026-06-01T14:00", "over already"),
        ("2026-06-01T13:59", "over already"),
        ("2025-06-02T18:30", "over already"),
        ("2027-03-28T02:30", "clocks go forward"),
        ("2028-06-02T18:30", "more than a year"),
    ],
)
def test_an_end_that_cannot_be_is_refused_with_the_reason(typed: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        typed_end(typed, BERLIN, at=NOON)

    assert words in refused.value.fields["when"]
