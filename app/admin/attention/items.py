"""Items: sold out now, back since, and those whose price is missing."""

from __future__ import annotations

from datetime import datetime, tzinfo

from babel.dates import format_time
from flask_babel import gettext, lazy_gettext, ngettext

from app import current
from app.admin import formatting
from app.admin.attention.line import Desk, Line, Urgency, Way
from app.domain.roles import Action
from app.models import MenuItem
from app.services import attending


def _to_the_kitchen(desk: Desk) -> Way:
    return Way(gettext("Open the kitchen"), desk.url("kitchen.index"))


def _edit(desk: Desk, item: MenuItem) -> Way:
    return Way("", desk.url("items.edit_view", id=item.id, url=desk.url("admin.index")))


def _since(desk: Desk, item: MenuItem) -> str:
    since = _clock(item.sold_out_at, desk.at, formatting.zone_of(item))
    if item.sold_out_until is None:
        return gettext("since %(since)s, until further notice", since=since)
    until = _clock(item.sold_out_until, desk.at, formatting.zone_of(item))
    return gettext("since %(since)s, until %(until)s", since=since, until=until)


def _back(desk: Desk, item: MenuItem) -> str:
    return gettext("since %(since)s", since=_clock(item.sold_out_until, desk.at, formatting.zone_of(item)))


def _clock(moment: datetime | None, at: datetime, zone: tzinfo) -> str:
    """Return the time alone where it is of this day in the restaurant's clock, else the day too."""
    if moment is None or moment.astimezone(zone).date() != at.astimezone(zone).date():
        return formatting.brief(moment, zone)
    return str(format_time(moment.astimezone(zone), "short", locale=current.locale()))


SOLD_OUT = Line(
    name="Sold out now",
    icon="ban",
    grant=Action.EDIT_ITEM,
    urgency=Urgency.LATER,
    at_the_stove=Urgency.NOW,
    model=MenuItem,
    condition=attending.sold_out,
    title=lambda n, count: ngettext(
        "%(count)s item is sold out", "%(count)s items are sold out", n, count=count
    ),
    calm=lazy_gettext("Nothing is sold out"),
    way=_to_the_kitchen,
    way_of=_edit,
    note=_since,
)

WITHOUT_PRICE = Line(
    name="Items without a price",
    icon="tag",
    grant=Action.EDIT_ITEM,
    urgency=Urgency.SOON,
    model=MenuItem,
    condition=lambda _at: attending.without_price(),
    title=lambda n, count: ngettext(
        "%(count)s item has no price", "%(count)s items have no price", n, count=count
    ),
    calm=lazy_gettext("Every item has a price"),
    way=lambda desk: Way(gettext("Set prices"), desk.listed("items", "without_a_price_is")),
    way_of=_edit,
)

CAME_BACK = Line(
    name="Items that came back",
    icon="rotate-ccw",
    grant=Action.ARRANGE,
    urgency=Urgency.NEWS,
    model=MenuItem,
    condition=attending.came_back,
    title=lambda n, count: ngettext(
        "%(count)s item is back on since yesterday",
        "%(count)s items are back on since yesterday",
        n,
        count=count,
    ),
    calm=lazy_gettext("Nothing came back on since yesterday"),
    way=lambda desk: Way(gettext("Show in the list"), desk.listed("items", "back_on_since_yesterday_is")),
    way_of=_edit,
    note=_back,
)
