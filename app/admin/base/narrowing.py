"""Where one works: lists that show only what is there, pages that lead to another of one’s restaurants."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask_babel import gettext
from sqlalchemy import Select, select

from app import working
from app.admin.base.access import AccessView
from app.models import Restaurant, TenantOwned


class NarrowingView(AccessView):
    """The part of a view that knows the restaurant one works in."""

    @property
    def only(self) -> working.Chosen | None:
        """The one restaurant whose rows this list shows; None: those of all within reach."""
        return working.narrowed() if issubclass(self.model, TenantOwned) else None

    def kept_here(self, statement: Select[Any], filters: Any) -> Select[Any]:
        """Return those of the rows that belong where one works, while lists are narrowed.

        What an address asks for by name goes first: its file may be fetched when one works elsewhere.
        """
        only = self.only
        if only is None:
            return statement
        return statement.where(self.model.restaurant_id == (self.asked_for(filters) or only.id))

    def asked_for(self, filters: Any) -> int | None:
        """Return the restaurant that the filters of an address speak of; None for any."""
        places = (
            self._filters[index].place_of(self._filters[index].clean(value))
            for index, _name, value in filters or ()
        )
        return next((place for place in places if place is not None), None)

    def follow(self, *places: int | None) -> None:
        """Work where this page is about from now on, and say so on it.

        The page has been judged. Only one that is read does that, never a form that is sent.
        """
        here = working.here()
        known = [place for place in places if place is not None]
        if request.method != "GET" or here is None or not known or here.id in known:
            return
        name = self._name_of(known[0])
        if name is not None:
            working.follow(known[0], name)
            flash(gettext("You are in %(place)s now.", place=name), "info")

    def _name_of(self, place: int) -> str | None:
        """Return the name of a restaurant that the reader can work in; None of one that is gone."""
        if self.actor.is_admin:
            return self.rows.scalar(select(Restaurant.name).where(Restaurant.id == place))
        held = (each.restaurant_name for each in self.actor.held if each.restaurant_id == place)
        return next(held, None)
