"""The base of every view in the back office: Flask-Admin with its holes mended, one module a hole.

The modules build on each other in one line (reader, access, narrowing, filtering, columns, lists, forms,
once, below, editing, cells, outdated, removal, batches, exports, saved views). Side by side they would
lose: Flask-Admin's metaclass copies every exposed method, inherited ones too, onto each class, so that the
first base's copy of a stock method hides a later base's mend.
"""

from __future__ import annotations

from typing import Any

from app.admin import formatting
from app.admin.base.saved_views import SavedListView


class BackOfficeView(SavedListView):
    """A declarative view: the model, its columns, its filters; the rest is the base's."""

    list_template = "backoffice/list.html"
    column_formatters: dict[str, Any] = {}
    #: Columns that a list shows as a switch, with one click to turn it.
    column_switches: tuple[str, ...] = ()
    column_type_formatters = formatting.SHOWN
    column_type_formatters_detail = formatting.SHOWN
    column_type_formatters_export = formatting.SHOWN

    def row_marks(self, row: Any) -> dict[str, str]:
        """Return further `data-` attributes of a list row."""
        return {}
