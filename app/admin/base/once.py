"""A form that makes a row makes it once, though it is sent twice: a double click, a page sent again.

A form says up to which row its page could see. When it comes a second time, the row that it made is
among those after that, with every value that was typed; so the rows themselves are the list of what
has been used up, nothing else has to be kept, and any worker can look. The person's own row is locked
meanwhile: two of their forms that arrive together go one after the other. (SQLite writes one by one.)
Whoever wants a second row with the same values opens the form anew, and a script that does not say
what it saw makes as many as it sends.
"""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import Select, select
from wtforms import Form

from app.admin.base.fields import PositionField
from app.admin.base.forms import FormView
from app.domain import numbers
from app.domain.errors import Malformed
from app.models import User

#: The hidden field: the number of the newest row when the page was made.
MADE_AFTER = "made_after"

#: How many rows of the same name are compared at most.
_MOST = 20


class OnceView(FormView):
    """The part of a view that knows a form which has made its row already."""

    def made_after(self) -> int:
        """Return up to which row this page sees; a page that was refused goes on with its own number."""
        if MADE_AFTER in request.form:
            return _posted_number()
        return self.rows.scalar(select(self.model.id).order_by(self.model.id.desc()).limit(1)) or 0

    def already_made(self, form: Form) -> Any:
        """Return the row that this very form has made; None for a form that comes for the first time."""
        if MADE_AFTER not in request.form or "name" not in form:
            return None
        after = _posted_number()
        mine = select(User.id).where(User.id == self.actor.id)
        self.rows.scalar(mine.with_for_update(key_share=True))
        newer = select(self.model).where(self.model.id > after, self.model.name == form["name"].data)
        rows = self.made_rows(newer.order_by(self.model.id).limit(_MOST))
        return next((row for row in rows if self._is_made_of(row, form)), None)

    def made_rows(self, newer: Select[Any]) -> list[Any]:
        """Return those of the rows that the reader may see."""
        return list(self.rows.scalars(newer))

    def _is_made_of(self, row: Any, form: Form) -> bool:
        stored = self._create_form_class(obj=row)
        self.prepare_form(stored, row)
        return all(_is_same(field, stored[field.name]) for field in form)


def _posted_number() -> int:
    number = numbers.whole(request.form[MADE_AFTER])
    if number is None:
        raise Malformed("The form does not say when it was opened. Open it again and repeat what you typed.")
    return number


def _is_same(typed: Any, stored: Any) -> bool:
    if isinstance(typed, PositionField) and typed.data is None:
        # Left blank: wherever the end was.
        return True
    blank = ("", None)
    return typed.data == stored.data or (typed.data in blank and stored.data in blank)
