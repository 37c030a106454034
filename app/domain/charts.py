"""The arithmetic of pictures: round steps, bins, shares of a whole, days between midnights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

#: What a step is a power of ten times: people read these at a glance.
_ROUND = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bins:
    """Ranges of one width, side by side: the first begins at `start`, each ends before the next begins."""

    start: int
    step: int
    count: int

    @property
    def edges(self) -> list[tuple[int, int]]:
        """Where each begins, and where the next one does."""
        starts = [self.start + number * self.step for number in range(self.count)]
        return [(low, low + self.step) for low in starts]


def round_step(span: int, most: int) -> int:
    """Return the least of 1, 2, 5, 10, 20, 50 … that covers `span` in at most `most` steps."""
    power = 1
    while True:
        for factor in _ROUND:
            if factor * power * most >= span:
                return factor * power
        power *= 10


def bins(least: int, greatest: int, most: int) -> Bins:
    """Return round bins, at most `most`, that hold the whole numbers from `least` to `greatest`."""
    # Beginning at a multiple of the step may take one more of them.
    step = round_step(greatest - least + 1, max(most - 1, 1))
    start = least - least % step
    return Bins(start, step, (greatest - start) // step + 1)


def shares(values: Sequence[int]) -> list[float]:
    """Return each value as a percentage of the greatest, to two places; without any, nothing but zeros."""
    greatest = max(values, default=0)
    return [round(100 * value / greatest, 2) if greatest else 0.0 for value in values]


def days_to(last: date, count: int) -> list[date]:
    """Return the `count` days that end with `last`, in order."""
    return [last - timedelta(days=before) for before in range(count - 1, -1, -1)]


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return when the day begins in `zone`, in UTC; two midnights may be 23 or 25 hours apart."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def shorten(text: str, most: int) -> str:
    """Return a text that fits, its end cut off where it must be."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
