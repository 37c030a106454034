"""The first page behind the sign-in: what needs attention, what has been done, how things are."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import redirect
from flask_admin import AdminIndexView, expose
from werkzeug.wrappers import Response

from app import current, working
from app.admin.attention import LINES, Desk, Matter, look
from app.admin.home import newest, pictures, places, steps, totals, ways
from app.admin.home.pictures import Picture
from app.domain.roles import Action
from app.extensions import db
from app.models import Restaurant
from app.policies import allows_anywhere, allows_in


class HomeView(AdminIndexView):
    """What needs attention, within reach or only where one works."""

    @expose("/")
    def index(self) -> str | Response:
        reader = current.actor()
        if not allows_anywhere(reader, Action.READ):
            # Who belongs to no restaurant yet is told there what to do.
            return redirect(self.get_url("sign_in.welcome"))
        only = working.narrowed()
        many = only is None and (reader.is_admin or len(reader.held) > 1)
        desk = Desk(self.admin, reader, current.now(), many)
        begin = steps.first_steps(db.session(), reader)
        matters = self._matters(desk, begin)
        return self.render(
            "backoffice/home.html",
            ways=ways.ways(desk),
            begin=begin,
            matters=matters,
            totals=[] if matters or begin else totals.totals(db.session(), working.narrowed_to()),
            newest=newest.newest(db.session(), desk, working.narrowed_to()),
            places=places.places(desk),
            has_more_places=places.has_more(reader),
            only=only,
            many=many,
            **self._pictured(desk),
        )

    def _matters(self, desk: Desk, begin: steps.FirstSteps | None) -> list[Matter]:
        found = look(db.session(), LINES, desk, working.narrowed_to())
        if begin is None or not begin.is_all:
            return found
        # The steps say what is missing; of an empty menu nothing can be in order.
        return [each for each in found if each.count and each.line.grant is not Action.ARRANGE]

    def _pictured(self, desk: Desk) -> dict[str, Any]:
        """Return the pictures of where one works; of all restaurants to who works in none."""
        here = working.here()
        place = db.session.get(Restaurant, here.id) if here else None
        zone = ZoneInfo(place.time_zone) if place else current.zone()
        found: list[Picture | None] = []
        if place is not None:
            found += [pictures.of_sections(db.session(), place), pictures.of_prices(db.session(), place)]
        elif desk.reader.is_admin:
            found.append(pictures.of_restaurants(db.session()))
        if allows_in(desk.reader, Action.READ_HISTORY, place.id if place else None):
            found.append(pictures.of_changes(db.session(), place, zone, at=desk.at))
        return {
            "pictured": place,
            "pictures": [each for each in found if each is not None],
            "today": format_date(desk.at.astimezone(zone), "full", locale=current.locale()),
        }
