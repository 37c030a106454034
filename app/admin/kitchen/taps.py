"""A tap on a dish: what is wanted, when it was tapped, and whether somebody has said something newer.

A tap may have waited for a connection. It says for how many seconds, so that “tomorrow” counts from when
it was made by the server's own clock, whatever the phone's shows. The same tap may come twice, where the
first answer was lost; the second finds everything as it wants it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.admin import formatting
from app.admin.base.versions import seen_version
from app.admin.narrating import COMMAND_LINE
from app.domain import availability, numbers
from app.domain.actors import Actor
from app.domain.errors import Collision, Conflict, Invalid, Malformed, Overtaken
from app.models import Change, MenuItem
from app.services import selling_out

#: How old a tap may be; whoever made an older one has long looked at the dish again.
OLDEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tap:
    """What one tap asks for: to put a dish back on, or to take it off until `end`; None: until I say."""

    by: Actor
    at: datetime
    made: datetime
    version: int
    sold_out: bool
    end: datetime | None = None
    #: What is wrong with it, said after what others have done.
    fault: Invalid | None = None

    def carry_out(self, session: Session, dish: MenuItem) -> bool:
        """Do it and tell whether anything was left to do; raises Conflict, or Invalid for what is late."""
        if self.version > dish.version:
            raise Conflict((), dish.version)
        if not self._is_done(dish):
            self._stand_back(session, dish)
        if self.fault:
            raise self.fault
        if self._is_done(dish):
            return False
        if self.sold_out:
            selling_out.mark_sold_out(dish, by=self.by, at=self.at, until=self.end)
        else:
            selling_out.mark_available(dish)
        return True

    def _is_done(self, dish: MenuItem) -> bool:
        if not self.sold_out or not dish.is_sold_out(self.at):
            return self.sold_out == dish.is_sold_out(self.at)
        return self.fault is None and dish.sold_out_until == self.end

    def _stand_back(self, session: Session, dish: MenuItem) -> None:
        """Raise Conflict where somebody has said something newer."""
        newer = selling_out.said_since(session, dish, self.version, by=self.by, tapped=self.made)
        if newer is None:
            return
        if newer.version > dish.version:
            # It was said between the two looks; perhaps it is the very same.
            session.refresh(dish)
            if self._is_done(dish):
                return
        mine = _words(self.sold_out, self.end, formatting.zone_of(dish))
        collision = Collision("sold_out", gettext("Availability"), "", stands(dish, self.at), mine)
        raise Overtaken(self._said_of(newer, dish), collision, dish.version)

    def _said_of(self, newer: Change, dish: MenuItem) -> str:
        if newer.by_id == self.by.id:
            return gettext("You have marked %(dish)s elsewhere since.", dish=dish.name)
        who = newer.by_name or COMMAND_LINE
        return gettext("%(who)s has marked %(dish)s since you looked.", who=who, dish=dish.name)


def received(dish: MenuItem, *, sold_out: bool, by: Actor, at: datetime) -> Tap:
    """Return the tap that this request brings; raises Malformed for one that cannot be read."""
    version, made = seen_version(), at - _waited()
    end = fault = None
    try:
        _require_young(made, at)
        end = _end(formatting.zone_of(dish), made=made, at=at) if sold_out else None
    except Invalid as error:
        fault = error
    return Tap(by=by, at=at, made=made, version=version, sold_out=sold_out, end=end, fault=fault)


def stands(dish: MenuItem, at: datetime) -> str:
    """Return how a dish stands, in words."""
    return _words(dish.is_sold_out(at), dish.sold_out_until, formatting.zone_of(dish))


def done(dish: MenuItem, at: datetime) -> str:
    """Return what has become of a dish, as a sentence."""
    if not dish.is_sold_out(at):
        return gettext("%(dish)s is back on.", dish=dish.name)
    end = formatting.until(dish.sold_out_until, formatting.zone_of(dish))
    return gettext("%(dish)s is sold out %(until)s.", dish=dish.name, until=end)


def _words(sold_out: bool, end: datetime | None, zone: tzinfo) -> str:
    if not sold_out:
        return gettext("on the menu")
    return gettext("sold out %(until)s", until=formatting.until(end, zone))


def _waited() -> timedelta:
    """Return how long the tap has waited; nothing at all unless it says so."""
    typed = request.form.get("waited", "0")
    seconds = numbers.whole(typed, most=10**9)
    if seconds is None:
        raise Malformed("How long a tap has waited is a whole number of seconds.")
    return timedelta(seconds=seconds)


def _require_young(made: datetime, at: datetime) -> None:
    if made < at - OLDEST:
        words = gettext("This tap is more than a day old. Look at the dish and tap again.")
        raise Invalid({"waited": words})


def _end(zone: tzinfo, *, made: datetime, at: datetime) -> datetime | None:
    """Return until when the tap takes the dish off; raises Invalid for an end that is over or none."""
    match request.form.get("until", "tomorrow"):
        case "open":
            return None
        case "time":
            return availability.typed_end(request.form.get("when", ""), zone, at=at)
        case "tomorrow":
            end = availability.tomorrow(made, zone)
            if end <= at:
                raise Invalid({"until": gettext("That was until this morning, and is over.")})
            return end
    raise Invalid({"until": gettext("Choose until tomorrow, until a time, or until you say.")})
