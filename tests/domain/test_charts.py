"""The arithmetic of pictures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import charts
from app.domain.money import MOST


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [(0, 5, 1), (5, 5, 1), (6, 5, 2), (700, 8, 100), (1601, 8, 500), (10**9, 9, 2 * 10**8)],
)
def test_a_step_is_round_and_covers_the_span(span, most, step):
    assert charts.round_step(span, most) == step


@given(st.integers(0, MOST), st.integers(0, MOST), st.integers(1, 20))
def test_bins_hold_all_from_the_least_to_the_greatest(one, other, most):
    least, greatest = sorted((one, other))
    found = charts.bins(least, greatest, most)

    edges = found.edges
    assert edges[0][0] <= least < edges[0][1]
    assert edges[-1][0] <= greatest < edges[-1][1]
    assert len(edges) <= max(most, 2)
    assert [high for _, high in edges[:-1]] == [low for low, _ in edges[1:]]


def test_one_price_alone_has_one_bin():
    assert charts.bins(325, 325, 9).edges == [(325, 326)]


@pytest.mark.parametrize(
    ("values", "shares"), [([], []), ([0, 0], [0.0, 0.0]), ([1, 3, 2], [33.33, 100.0, 66.67])]
)
def test_shares_are_of_the_greatest(values, shares):
    assert charts.shares(values) == shares


def test_days_end_with_the_last():
    assert charts.days_to(date(2026, 3, 1), 3) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 8), "America/New_York", 23),
        (date(2026, 11, 1), "America/New_York", 25),
        (date(2026, 6, 1), "Asia/Kathmandu", 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(day, zone, hours):
    begin, end = (charts.midnight(each, ZoneInfo(zone)) for each in (day, day + timedelta(days=1)))

    assert end - begin == timedelta(hours=hours)


def test_midnight_is_said_in_utc():
    assert charts.midnight(date(2026, 6, 1), ZoneInfo("Asia/Kathmandu")) == datetime(
        2026, 5, 31, 18, 15, tzinfo=UTC
    )


@pytest.mark.parametrize(("text", "short"), [("Soup", "Soup"), ("Soups and salads", "Soups…")])
def test_what_does_not_fit_is_cut(text, short):
    assert charts.shorten(text, 7) == short
