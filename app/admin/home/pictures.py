"""The pictures of the home page: the numbers of services/charting.py as bars, with words for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from babel.dates import format_skeleton
from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app import current
from app.admin.attention import Way
from app.domain import charts, money
from app.models import Restaurant
from app.saying import number
from app.services import charting

#: How many bars a picture has at most, how many ranges of prices, how many days.
_BARS, _RANGES, _DAYS = 10, 9, 14

#: How many letters of a name fit above a bar on a phone.
_LETTERS = 34


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, the name cut to fit, its number as it reads, and its length in percent."""

    label: str
    short: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Words below the columns: where in percent, and on which side of that."""

    at: float
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture with the same numbers as a table; `columns` stand side by side, else bars lie in rows."""

    name: str
    title: str
    summary: str
    heads: tuple[str, str]
    bars: list[Bar]
    way: Way
    columns: bool = False
    ticks: tuple[Tick, ...] = ()

    def at(self, index: int) -> float:
        """Return where a column begins, in percent of the width."""
        return round((index + 0.14) * self.wide, 2)

    def middle(self, index: int) -> float:
        """Return the middle of a column."""
        return round((index + 0.5) * self.wide, 2)

    @property
    def wide(self) -> float:
        """How much of the width each column has, the gap beside it too."""
        return 100 / len(self.bars)


def of_sections(session: Session, place: Restaurant) -> Picture | None:
    """Return how many items each section has, in the order of the menu; None without a section."""
    found = charting.items_a_section(session, place.id, most=_BARS)
    if not found:
        return None
    several = len({menu for menu, _, _ in found}) > 1
    labels = [_in_menu(section, menu) if several else section for menu, section, _ in found[:_BARS]]
    counts = [count for _, _, count in found[:_BARS]]
    total = sum(counts)
    words = (
        gettext("The first %(count)s sections of more.", count=number(_BARS))
        if len(found) > _BARS
        else ngettext("%(count)s item in all.", "%(count)s items in all.", total, count=number(total))
    )
    return Picture(
        name="sections",
        title=gettext("Items a section"),
        summary=words,
        heads=(gettext("Section"), gettext("Items")),
        bars=_bars(labels, counts),
        way=Way(gettext("See sections"), url_for("sections.index_view")),
    )


def of_restaurants(session: Session) -> Picture | None:
    """Return how many items each restaurant within reach has, the fullest first."""
    found = charting.items_a_restaurant(session, most=_BARS)
    if not found:
        return None
    return Picture(
        name="restaurants",
        title=gettext("Items a restaurant"),
        summary=gettext("The restaurants with the most items."),
        heads=(gettext("Restaurant"), gettext("Items")),
        bars=_bars([name for name, _ in found], [count for _, count in found]),
        way=Way(gettext("See restaurants"), url_for("restaurants.index_view")),
    )


def of_prices(session: Session, place: Restaurant) -> Picture | None:
    """Return how the prices of a restaurant spread, in its currency; None without a price."""
    spread = charting.price_spread(session, place.id, most=_RANGES)
    if spread is None:
        return None
    edges = spread.bins.edges
    ranges = [
        gettext("%(low)s to %(high)s", low=_money(low, place), high=_money(high - 1, place))
        for low, high in edges
    ]
    starts = [_money(low, place) for low, _ in edges]
    return Picture(
        name="prices",
        title=gettext("What items cost"),
        summary=ngettext(
            "%(count)s item with a price, from %(least)s to %(greatest)s.",
            "%(count)s items with a price, from %(least)s to %(greatest)s.",
            spread.priced,
            count=number(spread.priced),
            least=_money(spread.least, place),
            greatest=_money(spread.greatest, place),
        ),
        heads=(gettext("Price"), gettext("Items")),
        bars=_bars(ranges, spread.counts),
        way=Way(gettext("See items"), url_for("items.index_view")),
        columns=True,
        ticks=_ticks([*starts, _money(edges[-1][1], place)], between=True),
    )


def of_changes(session: Session, place: Restaurant | None, zone: tzinfo, *, at: datetime) -> Picture:
    """Return how much was done on each of the last days, as days are there."""
    found = charting.acts_a_day(session, place.id if place else None, zone, at=at, days=_DAYS)
    total = sum(count for _, count in found)
    today = gettext("Today")
    return Picture(
        name="changes",
        title=gettext("Changes a day"),
        summary=ngettext(
            "%(count)s change in the last %(days)s days.",
            "%(count)s changes in the last %(days)s days.",
            total,
            count=number(total),
            days=number(_DAYS),
        ),
        heads=(gettext("Day"), gettext("Changes")),
        bars=_bars([_day(day) for day, _ in found], [count for _, count in found]),
        way=Way(gettext("See the history"), url_for("history.index_view")),
        columns=True,
        ticks=_ticks([*(_short_day(day) for day, _ in found[:-1]), today]),
    )


def _bars(labels: Sequence[str], counts: Sequence[int]) -> list[Bar]:
    return [
        Bar(label, charts.shorten(label, _LETTERS), number(count), share)
        for label, count, share in zip(labels, counts, charts.shares(counts), strict=True)
    ]


def _ticks(words: Sequence[str], *, between: bool = False) -> tuple[Tick, ...]:
    """Return the first, the middle and the last of the words; `between` columns, else below them."""
    last = len(words) - 1
    if last < 1:
        return (Tick(50, "middle", words[0]),)
    # With an even number of columns, the one left of the middle.
    middle = last // 2
    at = 100 * middle / last if between else 100 * (middle + 0.5) / len(words)
    inner = (Tick(round(at, 2), "middle", words[middle]),) if last > 1 else ()
    return (Tick(0, "start", words[0]), *inner, Tick(100, "end", words[-1]))


def _in_menu(section: str, menu: str) -> str:
    return gettext("%(section)s, %(menu)s", section=section, menu=menu)


def _money(price: int, place: Restaurant) -> str:
    return money.show(price, place.currency, current.locale()) or ""


def _day(day: date) -> str:
    return str(format_skeleton("MMMEd", day, locale=current.locale()))


def _short_day(day: date) -> str:
    return str(format_skeleton("MMMd", day, locale=current.locale()))
