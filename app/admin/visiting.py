"""Choosing the restaurant one works in; the way back leads to no page of another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import Select, select
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app import working
from app.admin.base import BackOfficeView
from app.admin.base.access import parse_key
from app.domain.errors import NotFound
from app.domain.paths import is_local
from app.models import Change, Restaurant
from app.policies import reading
from app.policies.rules import place_column


class VisitingView(BackOfficeView):
    """The view of restaurants that lets one choose among them."""

    list_template = "backoffice/restaurants.html"
    details_template = "backoffice/restaurant.html"

    @expose("/<row:number>/visit", methods=("POST",))
    def visit(self, number: int) -> Response:
        """Work there; lists show only what is there."""
        row = self.get_one(number)
        self.demand_here(reading(self.model), row)
        working.visit(row.id, row.name)
        flash(gettext("You work in %(place)s now; lists show only what is there.", place=row.name), "success")
        return redirect(self._way_back(row.id))

    @expose("/all/visit", methods=("POST",))
    def visit_all(self) -> Response:
        """Show in each list what there is in all restaurants."""
        working.visit_all()
        if self.actor.is_admin:
            flash(gettext("Lists show all restaurants again."), "success")
        else:
            flash(gettext("Lists show all your restaurants again."), "success")
        return redirect(self._way_back(None))

    def offers_visit(self, row: Restaurant) -> bool:
        """Tell whether this page offers to work there: to who has a choice, and not yet made this one."""
        return (self.actor.is_admin or len(self.actor.held) > 1) and working.narrowed_to() != row.id

    def _way_back(self, place: int | None) -> str:
        """Return the page one was on, for a person who works in `place` by now.

        Of a list, the filters that name a row stay behind; of a row elsewhere, its list is what remains.
        """
        target = request.form.get("url", "")
        home = self.get_url("admin.index")
        try:
            address = urlsplit(target if is_local(target) else home)
            endpoint, values = current_app.url_map.bind("").match(address.path, method="GET")
        except (HTTPException, ValueError):
            return home
        views = (view for view in self.admin._views if view.endpoint == endpoint.partition(".")[0])
        view = next(views, None)
        if place is None or not isinstance(view, BackOfficeView):
            return address.geturl()
        if endpoint.endswith(".index_view"):
            return _without_rows(view, address.path, address.query)
        named = values or {"id": dict(parse_qsl(address.query)).get("id")}
        return address.geturl() if self._belongs(view, named, place) else str(view.url) + "/"

    def _belongs(self, view: BackOfficeView, named: Mapping[str, Any], place: int) -> bool:
        """Tell whether a page of a view is about nothing in particular, or about a row of `place`."""
        rows, column = _rows_of(view.model, named), place_column(view.model)
        if rows is None or column is None:
            return True
        return self.rows.scalar(rows.where(column == place).limit(1)) is not None


def _rows_of(model: Any, named: Mapping[str, Any]) -> Select[Any] | None:
    """Return the rows that an address names: an act, a change, any row; None where it names none."""
    if "act" in named:
        return select(Change.id).where(Change.act == named["act"])
    key = named.get("number", named.get("id"))
    if key is None:
        return None
    try:
        return select(model.id).where(model.id == parse_key(str(key)))
    except NotFound:
        return select(model.id).where(model.id == 0)


def _without_rows(view: BackOfficeView, path: str, query: str) -> str:
    """Return the address of a list without the filters that name a row."""
    named = {
        view.get_filter_arg(index, flt) for index, flt in enumerate(view._filters or ()) if flt.names_a_row
    }
    kept = [(name, value) for name, value in parse_qsl(query) if name.partition("_")[2] not in named]
    return f"{path}?{urlencode(kept)}" if kept else path
