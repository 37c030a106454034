"""Charting: the numbers behind the pictures of the home page, added up by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.domain import acts, charts
from app.domain.charts import Bins
from app.models import Change, Menu, MenuItem, Restaurant, Section


@dataclass(frozen=True, slots=True)
class Spread:
    """How many prices fall into each bin; the least and the greatest of them, in minor units."""

    bins: Bins
    counts: list[int]
    least: int
    greatest: int

    @property
    def priced(self) -> int:
        """How many items have a price."""
        return sum(self.counts)


def items_a_section(session: Session, restaurant_id: int, *, most: int) -> list[tuple[str, str, int]]:
    """Return menu, section and the number of items of the first sections, as guests read them.

    One more than `most` where there are more.
    """
    query = (
        select(Menu.name, Section.name, func.count(MenuItem.id))
        .join(Section, Section.menu_id == Menu.id)
        .outerjoin(MenuItem, MenuItem.section_id == Section.id)
        .where(Menu.restaurant_id == restaurant_id)
        .group_by(Menu.id, Menu.name, Menu.position, Section.id, Section.name, Section.position)
        .order_by(Menu.position, Menu.id, Section.position, Section.id)
        .limit(most + 1)
    )
    return [(menu, section, count) for menu, section, count in session.execute(query)]


def items_a_restaurant(session: Session, *, most: int) -> list[tuple[str, int]]:
    """Return the restaurants with the most items, within reach."""
    count = func.count(MenuItem.id)
    query = (
        select(Restaurant.name, count)
        .outerjoin(MenuItem, MenuItem.restaurant_id == Restaurant.id)
        .group_by(Restaurant.id, Restaurant.name)
        .order_by(count.desc(), Restaurant.name, Restaurant.id)
        .limit(most)
    )
    return [(name, number) for name, number in session.execute(query)]


def price_spread(session: Session, restaurant_id: int, *, most: int) -> Spread | None:
    """Return how the prices of a restaurant spread over round ranges; None while there is no price."""
    priced = and_(MenuItem.restaurant_id == restaurant_id, MenuItem.price.is_not(None))
    least, greatest = session.execute(
        select(func.min(MenuItem.price), func.max(MenuItem.price)).where(priced)
    ).one()
    if least is None or greatest is None:
        return None
    bins = charts.bins(least, greatest, most)
    place = (MenuItem.price - bins.start) // bins.step
    found = session.execute(select(place, func.count(MenuItem.id)).where(priced).group_by(place))
    counts = {number: count for number, count in found if number is not None}
    return Spread(bins, [counts.get(each, 0) for each in range(bins.count)], least, greatest)


def acts_a_day(
    session: Session, restaurant_id: int | None, zone: tzinfo, *, at: datetime, days: int
) -> list[tuple[date, int]]:
    """Return what was done on each of the last days, today's too, as days are in `zone`.

    An act counts once, however many rows it changed. None: in every restaurant within reach.
    """
    wanted = charts.days_to(at.astimezone(zone).date(), days)
    begin = charts.midnight(wanted[0], zone)
    ends = [charts.midnight(day + timedelta(days=1), zone) for day in wanted]
    day = case(*((Change.at < end, number) for number, end in enumerate(ends)), else_=days)
    query = (
        select(day, func.count(Change.act.distinct()))
        .where(Change.at >= begin, Change.at < ends[-1])
        # An index leads there, and none to the moments. An act has the number of its moment.
        .where(Change.act >= acts.earliest_number(begin))
        .group_by(day)
    )
    if restaurant_id is not None:
        query = query.where(Change.restaurant_id == restaurant_id)
    counts = {int(number): count for number, count in session.execute(query)}
    return [(each, counts.get(number, 0)) for number, each in enumerate(wanted)]
