"""Lists as their readers have saved them: which view an address asks for, and what a view keeps.

Hole mended: a list of Flask-Admin shows what its address says and nothing else, and an address counts
columns and filters, which a later version counts otherwise. A view keeps both by name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app import working
from app.admin.base.exports import ExportView
from app.domain import numbers
from app.domain.roles import Action
from app.models import SavedView, TenantOwned
from app.policies import allows_in
from app.services import saving_views

#: The argument that names a view, and its value for none: all rows, though the list opens with a view.
ARGUMENT, NONE = "view", "none"

#: Whatever is longer than this is no query of ours, and no value of a filter either.
_LONGEST, _LONGEST_VALUE = 4_000, 200

Arguments = MultiDict[str, str]


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


class SavedListView(ExportView):
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

    def kept_query(self, args: Arguments) -> str:
        """Return what a view keeps of the arguments of an address: those that this list understands."""
        kept = []
        search = args.get("search", "").replace("\0", "").strip()[:_LONGEST_VALUE]
        if search and self._search_supported:
            kept.append(("search", search))
        for index, flt in enumerate(self._filters or ()):
            arg = self.get_filter_arg(index, flt)
            value = _chosen(arg, args)
            if 0 < len(value) <= _LONGEST_VALUE and flt.validate(value):
                kept.append((f"flt_{arg}", flt.kept(value)))
        return urlencode([*kept, *self._kept_order(args), *self._kept_columns(args), *self._kept_size(args)])

    def arguments_of(self, query: str, **more: str) -> Arguments:
        """Return the arguments of an address that shows what a view keeps; what is unknown stays out."""
        names = [name for name, _label in self._list_columns]
        filters = {self.get_filter_arg(index, flt): flt for index, flt in enumerate(self._filters or ())}
        found = list(more.items())
        for name, value in _parsed(query):
            arg = name.removeprefix("flt_")
            if name == "sort" and value in names:
                found.append((name, str(names.index(value))))
            elif name.startswith("flt_") and arg in filters:
                found.append((self.filter_name(arg), filters[arg].typed(value)))
            elif name in {"search", "desc", "columns", "page_size"}:
                found.append((name, value))
        return ImmutableMultiDict(found)

    def told(self, query: str) -> list[str]:
        """Return in words what a view shows."""
        args = self.arguments_of(query)
        words = []
        if "search" in args:
            words.append(gettext("Search: %(words)s", words=args["search"]))
        for index, flt in enumerate(self._filters or ()):
            value = _chosen(self.get_filter_arg(index, flt), args)
            if value and flt.validate(value):
                words.append(flt.told(value))
        column = self._get_column_by_idx(numbers.whole(args.get("sort", "")))
        if column is not None:
            words.append(
                gettext("Ordered by %(column)s, downwards", column=column[1])
                if "desc" in args
                else gettext("Ordered by %(column)s", column=column[1])
            )
        if "page_size" in args:
            words.append(gettext("%(count)s a page", count=args["page_size"]))
        return words

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

    def _kept_order(self, args: Arguments) -> list[tuple[str, str]]:
        column = self._get_column_by_idx(numbers.whole(args.get("sort", "")))
        if column is None or column[0] not in self._sortable_columns:
            return []
        return [("sort", column[0]), *([("desc", "1")] if args.get("desc", type=int) else [])]

    def _kept_columns(self, args: Arguments) -> list[tuple[str, str]]:
        asked = ",".join(args.getlist("columns")).split(",")
        names = [name for name, _label in self._list_columns]
        kept = [name for name in names if name in asked]
        return [("columns", ",".join(kept))] if kept and kept != names else []

    def _kept_size(self, args: Arguments) -> list[tuple[str, str]]:
        size = self.get_safe_page_size(args.get("page_size", type=int))
        return [("page_size", str(size))] if size != self.page_size else []


def _chosen(arg: str, args: Arguments) -> str:
    """Return the value of the filter `arg`, whatever its number there: `flt0_arg`."""
    named = (
        value for name, value in args.items() if name.startswith("flt") and name.partition("_")[2] == arg
    )
    return next(named, "")


def _parsed(query: str) -> list[tuple[str, str]]:
    """Return names and values of a view's query; of what is none, nothing."""
    if len(query) > _LONGEST:
        return []
    try:
        return parse_qsl(query, max_num_fields=100)
    except ValueError:
        return []
