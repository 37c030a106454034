"""Saved views: kept, named, changed, opened with, deleted; each list has its own menu of them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import current
from app.admin.base.editing import Answer
from app.admin.base.saved_views import SavedListView, Shelf
from app.admin.base.saving import one_act
from app.admin.base.versions import seen_version, seen_version_of
from app.admin.shelves import ShelvesView
from app.admin.view_forms import NameForm, explain, new_form
from app.domain.errors import Forbidden, Invalid, Malformed
from app.policies import may_delete
from app.services import saving_views


class SavedViewsView(ShelvesView):
    """The views of all lists; nobody reaches anybody else's own."""

    def is_visible(self) -> bool:
        """Keep it out of the menu: each list leads here."""
        return False

    @expose("/")
    def index(self) -> Answer:
        """Show the views of every list that the reader opens."""
        shelves: list[tuple[SavedListView, Shelf]] = [(each, each.shelf()) for each in self._lists()]
        return self.render("backoffice/views/all.html", shelves=shelves)

    @expose("/new/", methods=("GET", "POST"))
    def create(self) -> Answer:
        """Keep what a list shows under a name."""
        of = self._list(request.values.get("list", ""))
        query = of.kept_query(of.arguments_of(request.values.get("query", "")))
        form = new_form(of.shelf().offered, of.name)
        if request.method != "POST":
            return self._new_page(of, form, query)
        place = self._place(of, request.form.get("place", ""))
        if form.validate():
            try:
                return self._save(of, form, query, place)
            except Invalid as error:
                explain(form, error)
        return self._new_page(of, form, query, status=422)

    @expose("/<row:number>/")
    def one(self, number: int) -> Answer:
        """Show one view, and what can be done with it."""
        view = self._one(number)
        return self._page(view, NameForm(obj=view))

    @expose("/<row:number>/name", methods=("POST",))
    def rename(self, number: int) -> Answer:
        """Give the view another name."""
        view = self._changeable(number)
        form = NameForm(request.form, obj=view)
        if seen_version() != view.version:
            return self._page(view, form, status=409)
        if form.validate():
            try:
                with one_act(self.rows):
                    saving_views.rename(
                        self.rows, view, form.name.data or "", by=self.actor, at=current.now()
                    )
            except Invalid as error:
                explain(form, error)
            else:
                flash(gettext("Saved as “%(name)s”.", name=view.name), "success")
                return redirect(self._back(view))
        return self._page(view, form, status=422)

    @expose("/<row:number>/arguments", methods=("POST",))
    def retake(self, number: int) -> Answer:
        """Let the view show what its list showed when the page was opened."""
        view = self._changeable(number)
        if seen_version() != view.version:
            return self._page(view, NameForm(obj=view), status=409)
        if "query" not in request.form:
            raise Malformed("The form does not say what the list shows.")
        of = self._list(view.list_name)
        query = of.kept_query(of.arguments_of(request.form["query"]))
        try:
            with one_act(self.rows):
                saving_views.retake(view, query, by=self.actor, at=current.now())
        except Invalid as error:
            return self._page(view, NameForm(obj=view), status=422, fault=error.fields["query"])
        flash(gettext("“%(name)s” shows this from now on.", name=view.name), "success")
        return redirect(self._open(view))

    @expose("/<row:number>/default", methods=("POST",))
    def open_with(self, number: int) -> Response:
        """Let the list open with the view, for the reader or for all in its restaurant."""
        view, for_all = self._opening(number)
        with one_act(self.rows):
            saving_views.open_with(self.rows, view, for_all=for_all, by=self.actor, at=current.now())
        flash(self._said(view, for_all, opens=True), "success")
        return redirect(self._back(view))

    @expose("/<row:number>/default/deletion", methods=("POST",))
    def open_without(self, number: int) -> Response:
        """Let the list not open with the view any more."""
        view, for_all = self._opening(number)
        with one_act(self.rows):
            saving_views.open_without(self.rows, view, for_all=for_all, by=self.actor)
        flash(self._said(view, for_all, opens=False), "success")
        return redirect(self._back(view))

    @expose("/<row:number>/deletion", methods=("GET", "POST"))
    def deletion(self, number: int) -> Answer:
        """Ask before the view is deleted; delete it, unless somebody changed it meanwhile."""
        view = self._one(number)
        if not may_delete(self.actor, view):
            raise Forbidden("Your role in this restaurant does not allow this.")
        changed = request.method == "POST" and seen_version_of(view) not in {None, view.version}
        if request.method != "POST" or changed:
            page = self.render(
                "backoffice/views/deletion.html", view=view, changed=changed, **self._about(view)
            )
            return page, 409 if changed else 200
        with one_act(self.rows):
            self.rows.delete(view)
        flash(gettext("“%(name)s” deleted. What it showed is all there.", name=view.name), "success")
        return redirect(self._back(view))

    def _save(self, of: SavedListView, form: Any, query: str, place: int | None) -> Response:
        now = current.now()
        with one_act(self.rows):
            view = saving_views.save(
                self.rows,
                list_name=of.endpoint,
                name=form["name"].data or "",
                query=query,
                restaurant_id=place,
                by=self.actor,
                at=now,
            )
            if form["opens"].data:
                saving_views.open_with(self.rows, view, for_all=False, by=self.actor, at=now)
        flash(gettext("View “%(name)s” saved.", name=view.name), "success")
        return redirect(self._open(view))
