"""Lists as their readers have saved them: the views there are, and which one an address asks for.

Hole mended: a list of Flask-Admin shows what its address says and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import select

from app import working
from app.admin.base.kept_queries import KeptQueryView
from app.domain import numbers
from app.domain.roles import Action
from app.models import SavedView, TenantOwned
from app.policies import allows_in
from app.services import saving_views

#: The argument that names a view, and its value for none: all rows, though the list opens with a view.
ARGUMENT, NONE = "view", "none"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The views of a list for its reader: their own, and by restaurant; `first` is what it opens with."""

    mine: tuple[SavedView, ...]
    theirs: tuple[tuple[working.Chosen, tuple[SavedView, ...]], ...]
    first: SavedView | None
    #: The restaurants for which the reader may save one.
    offered: tuple[working.Chosen, ...]
    #: What the list shows now, as a view would keep it, and the view that shows just that.
    query: str = ""
    current: SavedView | None = None

    @property
    def views(self) -> list[SavedView]:
        """All of them, the reader's own first."""
        return [*self.mine, *(view for _place, views in self.theirs for view in views)]


class SavedListView(KeptQueryView):
    """The part of a view that opens its list as a saved view has it."""

    @expose("/")
    def index_view(self) -> Any:
        """Show the list: as its address says; without a word there, as it opens for this reader."""
        shelf = self.shelf()
        current = self._asked_for(shelf)
        if current is not None:
            # The list, its links and whatever leads back to it read these as if the address said so.
            request.args = self.arguments_of(current.query, **{ARGUMENT: str(current.id)})
        query = self.kept_query(request.args)
        if current is None:
            current = next((view for view in shelf.views if view.query == query), None)
        self._template_args["views"] = replace(shelf, query=query, current=current)
        return super().index_view()

    def get_url(self, endpoint: str, **kwargs: Any) -> str:
        """Return an address; of the bare list, on a page of one that opens with a view, that of all rows."""
        shelf = self._template_args.get("views")
        bare = all(value is None for value in kwargs.values())
        if endpoint == ".index_view" and bare and isinstance(shelf, Shelf) and shelf.first:
            kwargs = {ARGUMENT: NONE}
        return str(super().get_url(endpoint, **kwargs))

    def shelf(self) -> Shelf:
        """Return the views of this list that its reader sees where they work."""
        places = self.places()
        ids = [place.id for place in places]
        views = saving_views.views_of(self.rows, self.endpoint, ids, by=self.actor)
        by_number = {view.id: view for view in views}
        defaults = saving_views.defaults_of(self.rows, self.endpoint, ids, by=self.actor)
        # A restaurant decides for a list of its own rows, not for one of several restaurants.
        chosen_for = [None, *ids] if len(places) == 1 else [None]
        firsts = (by_number.get(defaults.get(whom, 0)) for whom in chosen_for)
        theirs = (
            (place, tuple(view for view in views if view.restaurant_id == place.id)) for place in places
        )
        return Shelf(
            mine=tuple(view for view in views if view.user_id is not None),
            theirs=tuple((place, shared) for place, shared in theirs if shared),
            first=next((view for view in firsts if view is not None), None),
            offered=tuple(place for place in places if allows_in(self.actor, Action.ARRANGE, place.id)),
        )

    @property
    def is_of_restaurants(self) -> bool:
        """Whether its rows belong to restaurants, which can then have views of it."""
        return issubclass(self.model, TenantOwned)

    def places(self) -> list[working.Chosen]:
        """Return the restaurants whose views this list offers: the one that lists show, else one's own."""
        if not self.is_of_restaurants:
            return []
        if self.only is not None:
            return [self.only]
        return [working.Chosen(held.restaurant_id, held.restaurant_name) for held in self.actor.held]

    def _asked_for(self, shelf: Shelf) -> SavedView | None:
        """Return the view that the address asks for; any other argument wins over it."""
        if any(name != ARGUMENT for name in request.args):
            return None
        word = request.args.get(ARGUMENT)
        if word is None or word == NONE:
            return shelf.first if word is None else None
        number = numbers.whole(word, least=1)
        mine = SavedView.list_name == self.endpoint
        found = self.rows.scalar(select(SavedView).where(SavedView.id == number, mine)) if number else None
        if found is None:
            flash(gettext("There is no such view any more. This is the whole list."), "info")
        return found
