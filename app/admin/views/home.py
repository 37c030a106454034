"""The first page behind the sign-in: what needs attention, what has been done, how things are."""

from __future__ import annotations

from babel.dates import format_date
from flask import redirect
from flask_admin import AdminIndexView, expose
from werkzeug.wrappers import Response

from app import current, working
from app.admin.attention import LINES, Desk, look
from app.admin.home import gallery, newest, places, steps, totals, ways
from app.domain.roles import Action
from app.extensions import db
from app.policies import allows_anywhere


class HomeView(AdminIndexView):
    """What needs attention, within reach or only where one works."""

    @expose("/")
    def index(self) -> str | Response:
        reader, rows = current.actor(), db.session()
        if not allows_anywhere(reader, Action.READ):
            # Who belongs to no restaurant yet is told there what to do.
            return redirect(self.get_url("sign_in.welcome"))
        only, within = working.narrowed(), working.narrowed_to()
        desk = Desk(
            self.admin, reader, current.now(), only is None and (reader.is_admin or len(reader.held) > 1)
        )
        begin = steps.first_steps(rows, reader)
        is_bare = begin is not None and begin.is_all
        matters = steps.without_said(look(rows, LINES, desk, within), is_bare=is_bare)
        shown = gallery.gallery(rows, desk, is_shut=is_bare)
        return self.render(
            "backoffice/home.html",
            today=format_date(desk.at.astimezone(shown.zone), "full", locale=current.locale()),
            ways=[] if is_bare and begin and begin.steps else ways.ways(desk),
            begin=begin,
            matters=matters,
            totals=[] if matters or begin else totals.totals(rows, within),
            gallery=shown,
            newest=newest.newest(rows, desk, within),
            places=places.places(desk),
            has_more_places=places.has_more(reader),
            only=only,
            many=desk.many,
        )
