"""Which columns a list shows: chosen in its address, `columns=name,price`, so that a link keeps them.

Hole mended: Flask-Admin shows every column of `column_list` to everybody.
"""

from __future__ import annotations

from typing import Any

from flask import request

from app.admin.base.filtering import FilteringView


class ColumnsView(FilteringView):
    """The part of a view that leaves columns out; the first one names the row and always stays."""

    def shown_columns(self) -> list[tuple[str, Any]]:
        """Return name and label of the columns that this address asks for, in the view's own order."""
        asked = {name.strip() for part in request.args.getlist("columns") for name in part.split(",")}
        first, *others = self._list_columns
        known = [column for column in others if column[0] in asked]
        # Unknown names alone are no choice.
        return [first, *known] if known or first[0] in asked else list(self._list_columns)

    def chosen_columns(self) -> dict[str, str]:
        """Return the choice as it stands in an address; nothing where all columns are shown."""
        shown = self.shown_columns()
        return {} if len(shown) == len(self._list_columns) else {"columns": ",".join(n for n, _ in shown)}

    def column_number(self, name: str) -> int:
        """Return by which number an address sorts the list by this column."""
        return [each for each, _label in self._list_columns].index(name)

    def columns_on_offer(self) -> list[tuple[str, Any, bool]]:
        """Return name, label and whether it is shown, of each column that can be left out."""
        shown = {name for name, _label in self.shown_columns()}
        return [(name, label, name in shown) for name, label in self._list_columns[1:]]
