"""One cell of a list, edited in place.

Holes mended: `ajax/update/` never asks whether the reader may edit, answers every fault with 500,
and knows no version.
"""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_admin import expose
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.admin.base.editing import EditingView
from app.admin.base.saying import undo_path
from app.admin.base.versions import base_in_form, collisions, seen_version, shown, who_saved_since
from app.domain.errors import Conflict, Forbidden, Invalid, Malformed
from app.saying import said
from app.services import recording


class CellView(EditingView):
    """The part of a view that saves one cell; `column_editable_list` names the columns."""

    column_typed: dict[str, Any] = {}

    @expose("/ajax/update/", methods=("POST",))
    def ajax_update(self) -> Response:
        """Save one cell of the row `list_form_pk`; answer with its new version and what it shows."""
        self.demand(self.can_edit)
        row = self.get_one(request.form.get("list_form_pk"))
        self.demand(self.may_edit(row))
        name = self._posted_column()
        form = self.cell_form(row, name)
        if name not in form:
            raise Forbidden("Your role in this restaurant does not change this.")
        if seen_version() != row.version or self._was_opened_earlier(row, name):
            raise self._conflict(row, name)
        if not form.validate():
            raise Invalid({name: " ".join(map(said, form[name].errors))})
        try:
            self.update_model(form, row)
        except StaleDataError as error:
            raise self._conflict(self.get_one(request.form.get("list_form_pk")), name) from error
        return jsonify(
            id=row.id,
            row_version=row.version,
            value=self.cell_value(row, name),
            typed=self.typed(row, name),
            undo=undo_path(recording.last_act(self.rows)),
        )

    def is_cell(self, row: Any, name: str) -> bool:
        """Tell whether the reader may edit this cell in place."""
        columns = self.editable_columns(row)
        return name in self.column_editable_list and bool(columns & {name, f"{name}_at"})

    def cell_value(self, row: Any, name: str) -> Any:
        """Return what the cell shows, as JSON: text, or true and false for a switch."""
        value = self._get_list_value(None, row, name, self.column_formatters, {})
        return value if isinstance(value, bool) else str(value or "")

    def typed(self, row: Any, name: str) -> str:
        """Return the cell's value as a person would type it; `column_typed` has what is not plain text."""
        write = self.column_typed.get(name)
        return str(write(self, None, row, name) if write else getattr(row, name, ""))

    def _posted_column(self) -> str:
        names = [name for name in self.column_editable_list if name in request.form]
        if len(names) != 1:
            raise Malformed("Name exactly one column of this list that can be edited in place.")
        return str(names[0])

    def cells_of(self, row: Any) -> dict[str, dict[str, Any]]:
        """Return the row as the list shows it: of each column what is shown, and what one would type."""
        return {
            name: {
                "value": self.cell_value(row, name),
                "typed": self.typed(row, name) if self.is_cell(row, name) else None,
            }
            for name, _label in self._list_columns
        }

    def _was_opened_earlier(self, row: Any, name: str) -> bool:
        """Tell whether the cell showed something else when its editor was opened.

        The version of a row moves on with each of its cells; an editor that stayed open meanwhile
        still has before it what was there then.
        """
        base = base_in_form(name)
        return base is not None and base != shown(self.stored_form(row)[name])

    def _conflict(self, row: Any, name: str) -> Conflict:
        mine = self.cell_form(row, name)
        mine.validate()
        return Conflict(
            collisions(mine, self.stored_form(row)),
            row.version,
            who=who_saved_since(row, seen_version()),
            cells=self.cells_of(row),
        )
