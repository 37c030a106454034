"""Create, edit, details: 404 for what is not there, 409 for a stale page, 422 for a field that is wrong.

Holes mended: Flask-Admin answers all three with 200 or a redirect, loses what a stale page overwrites,
and authorises after the UPDATE was sent.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask_admin import expose
from flask_babel import lazy_gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response
from wtforms import Form

from app import traces
from app.admin import timelines
from app.admin.base.below import BelowView
from app.admin.base.forms import names_foreign_choices
from app.admin.base.relations import RelationField
from app.admin.base.returning import return_path
from app.admin.base.saving import one_act
from app.admin.base.saying import quoted, say_done
from app.admin.base.versions import conflict_of, seen_version, take_over
from app.domain.errors import Invalid
from app.policies import is_grave_to_change, reading
from app.policies.rules import restaurant_id_of

Answer = Response | str | tuple[str, int]


class EditingView(BelowView):
    """The part of a view that shows one row and saves it."""

    create_template = "backoffice/form.html"
    edit_template = "backoffice/form.html"
    details_template = "backoffice/details.html"
    can_view_details = True

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Answer:
        """Show an empty form; make the row."""
        self.demand(self.can_create)
        form = self.create_form()
        if request.method == "POST" and form.validate():
            twin = self.already_made(form)
            if twin is not None:
                words = lazy_gettext("%(what)s is there: this form came twice and was counted once.")
                return self.after_saving(twin, words)
            try:
                row = self.create_model(form)
            except Invalid as error:
                self.explain(form, error)
            else:
                return self.after_saving(row, lazy_gettext("%(what)s created."), form)
        return self._form_page(self.create_template, form, None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Answer:
        """Show a row's form; save it unless somebody else did first."""
        self.demand(self.can_edit)
        row = self.get_one(request.args.get("id"))
        self.demand(self.may_edit(row))
        if request.method != "POST":
            offered = self.editable_columns(row) & self.offered_columns()
            self.demand_recent(is_grave_to_change(self.model, offered))
            self.follow(restaurant_id_of(row))
            form = self.edit_form(row)
            if _is_kept(form):
                take_over(form, self.stored_form(row))
            return self._form_page(self.edit_template, form, row)
        if seen_version() != row.version:
            return self._conflict_page(row)
        return self._save(row)

    @expose("/details/")
    def details_view(self) -> str:
        """Show one row, all of it."""
        row = self.get_one(request.args.get("id"))
        self.demand_here(reading(self.model), row)
        self.follow(restaurant_id_of(row))
        self.load_below(row)
        return self.render(
            self.details_template,
            model=row,
            details_columns=self._details_columns,
            get_value=self.get_detail_value,
            timeline=timelines.of_row(self.rows, row, self.actor),
            return_url=return_path(self.get_url(".index_view")),
        )

    def history_url(self, row: Any) -> str:
        """Return the address of all that was done to a row."""
        view = next(view for view in self.admin._views if view.endpoint == "history")
        about = f"{row.__tablename__}-{row.id}"
        return self.get_url("history.index_view", **{view.filter_name("about_is"): about})

    def create_model(self, form: Form) -> Any:
        """Make the row and commit; the flush guard judges the restaurant it is made in."""
        # What asks for the neighbours must not flush a row that is not whole yet.
        with one_act(self.rows), self.rows.no_autoflush:
            row = self.build_new_instance()
            form.populate_obj(row)
            self.on_model_change(form, row, True)
            self.rows.add(row)
        return row

    def update_model(self, form: Form, model: Any) -> bool:
        """Write the form to the row and commit; raises StaleDataError when somebody was faster."""
        with one_act(self.rows), self.rows.no_autoflush:
            form.populate_obj(model)
            self.on_model_change(form, model, False)
        return True

    def after_saving(self, row: Any, words: Any, form: Form | None = None) -> Response:
        """Say what happened and go on where the person wants to: another one where `form` had this."""
        chosen = {field.name: field.data.id for field in form or () if isinstance(field, RelationField)}
        say_done(str(words) % {"what": quoted(row)})
        back = return_path(self.get_url(".index_view"))
        if "_add_below" in request.form and self.form_below is not None:
            return redirect(self.below_url(row, back))
        if "_add_another" in request.form:
            return redirect(self.get_url(".create_view", url=back, **chosen))
        if "_continue_editing" in request.form:
            return redirect(self.get_url(".edit_view", id=row.id, url=back))
        return redirect(back)

    def _save(self, row: Any) -> Answer:
        form = self.edit_form(row)
        if form.validate():
            try:
                self.update_model(form, row)
            except Invalid as error:
                self.explain(form, error)
            except StaleDataError:
                return self._conflict_page(self.get_one(request.args.get("id")))
            else:
                return self.after_saving(row, lazy_gettext("%(what)s saved."))
        return self._form_page(self.edit_template, form, row)

    def _form_page(
        self, template: str, form: Form, row: Any, *, status: int | None = None, **more: Any
    ) -> Answer:
        if names_foreign_choices(form):
            traces.suspect()
        page = self.render(
            template,
            form=form,
            model=row,
            return_url=return_path(self.get_url(".index_view")),
            made_after=self.made_after() if row is None else None,
            **{"conflict": None, "refused": request.method == "POST", "kept": _is_kept(form), **more},
        )
        return page, status or (422 if request.method == "POST" else 200)

    def _conflict_page(self, row: Any) -> Answer:
        mine = self.edit_form(row)
        conflict = conflict_of(mine, self.stored_form(row), row)
        return self._form_page(self.edit_template, mine, row, status=409, conflict=conflict)


def _is_kept(form: Form) -> bool:
    """Tell whether a page that is only asked for has what its reader typed before they signed in again."""
    return request.method != "POST" and any(field.raw_data for field in form)
