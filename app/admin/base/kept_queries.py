"""What a saved view keeps of an address: as a query of names, back again, and in words.

Hole mended: an address counts columns and filters, which a later version counts otherwise.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app.admin.base.exports import ExportView
from app.admin.base.filtering import chosen
from app.domain import numbers

#: Whatever is longer than this is no query of ours, and no search either.
_LONGEST, _LONGEST_SEARCH = 4_000, 200

Arguments = MultiDict[str, str]


class KeptQueryView(ExportView):
    """The part of a view that tells what a saved view keeps of its list."""

    def kept_query(self, args: Arguments) -> str:
        """Return what a view keeps of the arguments of an address: those that this list understands."""
        kept = []
        search = args.get("search", "").replace("\0", "").strip()[:_LONGEST_SEARCH]
        if search and self._search_supported:
            kept.append(("search", search))
        for index, flt in enumerate(self._filters or ()):
            arg = self.get_filter_arg(index, flt)
            value = chosen(arg, args)
            if value and flt.validate(value):
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
            value = chosen(self.get_filter_arg(index, flt), args)
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


def _parsed(query: str) -> list[tuple[str, str]]:
    """Return names and values of a view's query; of what is none, nothing."""
    if len(query) > _LONGEST:
        return []
    try:
        return parse_qsl(query, max_num_fields=100)
    except ValueError:
        return []
