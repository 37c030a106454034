"""The forms of saved views: a name; for a new one, whose it is and whether its list opens with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_admin.form import BaseForm
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField

from app.admin.base.fields import LineField, SwitchField
from app.domain.errors import Invalid
from app.models import SavedView
from app.models.lengths import longest
from app.saying import said
from app.working import Chosen


class NameForm(BaseForm):
    """What people call a view."""

    name = LineField(lazy_gettext("Name"), most=longest(SavedView.name), required=True)


def new_form(offered: Sequence[Chosen], list_name: str) -> Any:
    """Return the form of a new view, for oneself or for one of these restaurants."""
    fields: dict[str, Any] = {}
    if offered:
        everybody = {str(each.id): gettext("Everybody at %(place)s", place=each.name) for each in offered}
        choices = {"": gettext("Only me"), **everybody}
        fields["place"] = SelectField(
            gettext("Who sees it"), choices=choices, validate_choice=False, default=""
        )
    fields["opens"] = SwitchField(gettext("Open %(list)s with it", list=list_name))
    form = type("NewForm", (NameForm,), fields)
    return form(request.form if request.method == "POST" else None)


def explain(form: Any, error: Invalid) -> None:
    """Put what is wrong beside the field that it names; of what a page does not show, beside the name."""
    for name, words in error.fields.items():
        field = form[name if name in form else "name"]
        field.errors = [*field.errors, said(words)]
