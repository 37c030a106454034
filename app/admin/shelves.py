"""What the pages of saved views share: which view and which list, judged; how they are drawn and left."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select

from app import traces
from app.admin.base.access import parse_key
from app.admin.base.editing import Answer
from app.admin.base.reader import ReaderView
from app.admin.base.returning import return_path
from app.admin.base.saved_views import SavedListView
from app.admin.base.versions import base_of
from app.admin.view_forms import NameForm
from app.domain.errors import Forbidden, Malformed, NotFound
from app.domain.roles import Action
from app.models import Restaurant, SavedView
from app.policies import allows, changeable
from app.services import saving_views


class ShelvesView(ReaderView):
    """The part of a view that finds saved views, each within its list."""

    def _lists(self) -> list[SavedListView]:
        """Return the lists that the reader opens."""
        views = (view for view in self.admin._views if isinstance(view, SavedListView))
        return [view for view in views if view.is_accessible()]

    def _list(self, name: str) -> SavedListView:
        """Return the list of that name; raises Forbidden for one that the reader does not open."""
        named = (view for view in self.admin._views if isinstance(view, SavedListView))
        found = next((view for view in named if view.endpoint == name), None)
        if found is None:
            raise NotFound("There is no such list.")
        if not found.is_accessible():
            found.inaccessible_callback("index_view")
        return found

    def _one(self, number: int) -> SavedView:
        view = self.rows.scalar(select(SavedView).where(SavedView.id == number))
        if view is None:
            raise NotFound("There is no such view.")
        traces.is_about(view.restaurant_id)
        self._list(view.list_name)
        return view

    def _changeable(self, number: int) -> SavedView:
        view = self._one(number)
        if not changeable(self.actor, view):
            raise Forbidden("Your role in this restaurant does not allow this.")
        return view

    def _opening(self, number: int) -> tuple[SavedView, bool]:
        """Return the view, and whether it is to open for all in its restaurant, which the reader may say."""
        view = self._one(number)
        whose = request.form.get("whose", "")
        if whose not in {"mine", "all"} or (whose == "all" and view.restaurant_id is None):
            raise Malformed("The form does not say for whom the list opens with this view.")
        if whose == "all" and not allows(self.actor, Action.ARRANGE, view):
            raise Forbidden("Your role in this restaurant does not allow this.")
        return view, whose == "all"

    def _place(self, of: SavedListView, typed: str) -> int | None:
        """Return the restaurant that a new view is for; None for the person alone."""
        if not typed:
            return None
        key = parse_key(typed)
        place = self.rows.scalar(select(Restaurant).where(Restaurant.id == key))
        if place is None:
            raise NotFound("There is no such restaurant.")
        traces.is_about(place.id)
        if not allows(self.actor, Action.ARRANGE, place):
            raise Forbidden("Your role in this restaurant does not allow this.")
        if not of.is_of_restaurants:
            raise Malformed("Views of this list are one’s own.")
        return place.id

    def _open(self, view: SavedView) -> str:
        return self.get_url(f"{view.list_name}.index_view", view=view.id)

    def _back(self, view: SavedView) -> str:
        """Return the list as it was when the reader left it for this page."""
        return return_path(self.get_url(f"{view.list_name}.index_view", view="none"))

    def _said(self, view: SavedView, for_all: bool, *, opens: bool) -> str:
        of = str(self._list(view.list_name).name)
        if for_all and opens:
            return gettext(
                "%(list)s opens with “%(name)s” for all who chose nothing else.", list=of, name=view.name
            )
        if for_all:
            return gettext(
                "%(list)s opens with “%(name)s” for nobody but who chose it.", list=of, name=view.name
            )
        if opens:
            return gettext("%(list)s opens with “%(name)s” for you.", list=of, name=view.name)
        return gettext("%(list)s does not open with “%(name)s” for you any more.", list=of, name=view.name)

    def _new_page(self, of: SavedListView, form: Any, query: str, *, status: int = 200) -> Answer:
        back = return_path(self.get_url(f"{of.endpoint}.index_view", view="none"))
        page = self.render(
            "backoffice/views/new.html", of=of, form=form, query=query, base_of=base_of, return_url=back
        )
        return page, status

    def _page(self, view: SavedView, form: NameForm, *, status: int = 200, fault: str = "") -> Answer:
        """Show the view; `fault` is why it cannot show what its list shows now."""
        page = self.render(
            "backoffice/views/one.html",
            view=view,
            form=form,
            status=status,
            fault=fault,
            base_of=base_of,
            may_change=bool(changeable(self.actor, view)),
            **self._about(view),
        )
        return page, status

    def _about(self, view: SavedView) -> dict[str, Any]:
        """Return what each page about a view says of it."""
        of = self._list(view.list_name)
        sent = request.values.get("query")
        places = [view.restaurant_id] if view.restaurant_id is not None else []
        return {
            "of": of,
            "now": None if sent is None else of.kept_query(of.arguments_of(sent)),
            "opening": saving_views.defaults_of(self.rows, of.endpoint, places, by=self.actor),
            "return_url": self._back(view),
        }
