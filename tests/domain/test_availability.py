from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.availability import is_sold_out

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
