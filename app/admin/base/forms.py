"""Forms with exactly the fields that the reader may change.

Holes mended: without `form_columns` a form takes every column, and a form is the same for every role;
a file that is sent under a text field's name is a 500.
"""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import Form, SelectField

from app import working
from app.admin.base.fields import CarteConverter
from app.admin.base.grouping import Group, grouped
from app.admin.base.inline import InlineRowsConverter
from app.admin.base.lists import ListView
from app.admin.base.relations import Relation, RelationField
from app.admin.base.versions import base_of, posted
from app.admin.base.wording import WordedView
from app.domain.errors import Invalid
from app.models import Restaurant
from app.policies import editable_anywhere
from app.policies.rules import restaurant_id_of


def names_foreign_choices(form: Form) -> bool:
    """Tell whether a select was sent a value that its page did not offer, such as a role above one's own."""
    return any(isinstance(field, SelectField) and not _was_offered(field) for field in form)


def _was_offered(field: SelectField) -> bool:
    sent = (field.raw_data or [""])[0]
    return sent in {"", *(str(choice[0]) for choice in field.iter_choices())}


class FormView(WordedView, ListView):
    """The form part of a view; `form_columns` names the fields, the policies take away."""

    model_form_converter = CarteConverter
    inline_model_form_converter = InlineRowsConverter
    form_ajax_refs: dict[str, Relation] = {}
    #: Fields that are only asked for when a row is made: what it belongs to for good.
    form_create_only: tuple[str, ...] = ()
    #: Whether several of them are often made one after the other.
    can_add_another = True

    def create_form(self, obj: Any = None) -> Form:
        sent = posted()
        form = self._create_form_class(sent, obj=obj)
        if sent is None:
            self._prefill(form)
        self._fit(form, self.fillable_columns(), None)
        return form

    def fillable_columns(self) -> frozenset[str]:
        """Return the columns that the reader may fill in a new row."""
        return editable_anywhere(self.actor, self.model)

    def edit_form(self, obj: Any = None) -> Form:
        return self._fitted(self._edit_form_class(posted(obj), obj=obj), obj)

    def stored_form(self, row: Any) -> Form:
        """Return the form of what is stored now, whatever was posted."""
        return self._fitted(self._edit_form_class(obj=row), row)

    def _validate_form_class(self, ruleset: Any, form_class: type[Form], remove_missing: bool = True) -> None:
        """Keep every field: Flask-Admin would drop one that no group names; here it stands after them."""

    def cell_form(self, row: Any, name: str) -> Form:
        """Return a form of one posted field."""
        form = self.edit_form(row)
        for other in [field.name for field in form if field.name != name]:
            del form[other]
        return form

    def get_list_form(self) -> type[Form]:
        """Return the edit form: a cell is edited with its very field."""
        return self._edit_form_class

    def prepare_form(self, form: Form, row: Any) -> None:
        """Give fields what they need to know of the row; None while it is being made."""

    def base_of(self, field: Any) -> str:
        """Return what the field showed when its version was read."""
        return base_of(field)

    def unit_of(self, field: Any) -> str | None:
        """Return what stands behind the input: the currency of a price."""
        return getattr(field, "currency", None)

    def form_groups(self, form: Form, row: Any) -> list[Group]:
        """Return the fields as the page shows them; `row` is None while it is being made."""
        return grouped(form, self._form_create_rules if row is None else self._form_edit_rules)

    def starts_at(self, form: Form) -> str:
        """Return the name of the field where typing begins: the first that is still blank."""
        fields = [field for group in self.form_groups(form, None) for field in group.fields]
        return next((str(field.name) for field in fields if field.data in {None, ""}), "")

    def explain(self, form: Form, error: Invalid) -> None:
        """Put what a service found wrong beside the fields it names."""
        for name, words in error.fields.items():
            field = form[name] if name in form else next(iter(form))
            field.errors = [*field.errors, words]

    def _fitted(self, form: Form, row: Any) -> Form:
        for name in self.form_create_only:
            if name in form:
                del form[name]
        self._fit(form, self.editable_columns(row), row)
        return form

    def _fit(self, form: Form, columns: frozenset[str], row: Any) -> None:
        for name in [field.name for field in form]:
            if not columns & {name, f"{name}_id", f"{name}_at"} and not (
                row is None and name in self.form_create_only
            ):
                del form[name]
        for field in form:
            if isinstance(field, RelationField):
                field.within = restaurant_id_of(row)
                # While lists show one restaurant, so do the choices; those of another can still be sent.
                field.near = working.narrowed_to()
        self.prepare_form(form, row)

    def _prefill(self, form: Form) -> None:
        """Choose what the link to this page named, `new/?section=12`; else the restaurant one works in."""
        here = working.here()
        for field in form:
            if not isinstance(field, RelationField):
                continue
            if field.name in request.args:
                field.data = field.relation.get_one(request.args[field.name])
            elif here is not None and field.relation.model is Restaurant:
                field.data = field.relation.get_one(here.id)
