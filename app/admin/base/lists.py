"""A page of rows: searched, filtered, counted and ordered in a constant number of queries.

Holes mended: `COUNT(*)` over everything at each page; no default order, and none that ends in the
key, so that pages overlap; joins repeated by each part; `page=10**20` is an OverflowError; wildcards
and casts in the search; one form a row, drawn or not.
"""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.admin.base.filters import RelationFilter
from app.admin.base.narrowing import NarrowingView
from app.admin.base.relations import MOST, Relation
from app.services.searching import matching

#: Rows are counted up to here; a list with more says “more than 10,000”.
COUNTED = 10_000

_LAST_PAGE = 1_000_000


class ListView(NarrowingView):
    """The list part of a view; `column_select_related_list` names what its cells show of other tables."""

    named_filter_urls = True
    page_size = 20
    can_set_page_size = True
    column_default_sort: str | tuple[str, bool] = "name"

    def list_form(self, obj: Any = None) -> None:
        """Draw no form for each row: a cell becomes one when it is edited."""

    def get_list(
        self,
        page: int | None,
        sort_column: str | None,
        sort_desc: bool,
        search: str | None,
        filters: Any,
        execute: bool = True,
        page_size: int | None = None,
    ) -> tuple[int, list[Any]]:
        """Return how many rows there are, up to COUNTED + 1, and those of the nearest page that exists."""
        self.follow(self.asked_for(filters))
        narrowed = self.narrowed(search, filters)
        size = page_size or self.page_size
        count = self._count(narrowed)
        page = min(page or 0, self._last_page(count, size))
        rows = self._page(narrowed, sort_column, sort_desc, page, size)
        if not rows and page:
            page = (count - 1) // size
            rows = self._page(narrowed, sort_column, sort_desc, page, size)
        self._template_args.update(page=page, counted=COUNTED)
        return count, rows

    def narrowed(self, search: str | None, filters: Any) -> Select[Any]:
        """Return the rows that the search, the filters and where one works leave, in no order yet."""
        statement = self.kept_here(select(self.model), filters)
        joins: dict[Any, Any] = {}
        if search and self._search_supported:
            columns = []
            for field, path in self._search_fields:
                statement, joins, alias = self._apply_path_joins(statement, joins, path, inner_join=False)
                columns.append(field if alias is None else getattr(alias, field.key))
            statement = statement.where(*matching(search, columns))
        for index, _name, value in filters or ():
            chosen = self._filters[index]
            statement = chosen.apply(statement, chosen.clean(value))
        return statement

    def ordered(self, statement: Select[Any], sort_column: str | None, sort_desc: bool) -> Select[Any]:
        """Return the rows in the order asked for, or the view's own; the key decides between equals."""
        joins: dict[Any, Any] = {}
        if sort_column in self._sortable_columns:
            orders = [(self._sortable_columns[sort_column], self._sortable_joins.get(sort_column), sort_desc)]
        else:
            orders = list(self._get_default_order())
        for column, path, descending in orders:
            statement, joins, alias = self._apply_path_joins(statement, joins, path, inner_join=False)
            target = column if alias is None else getattr(alias, column.key)
            statement = statement.order_by(
                target.desc().nulls_last() if descending else target.asc().nulls_last()
            )
        return statement.order_by(self.model.id)

    def eager(self) -> list[Any]:
        """Return the loading of what the cells show of other tables, each path in the list's own query."""
        options = []
        for path in self.column_select_related_list or ():
            loading, here = None, self.model
            for step in path.split("."):
                relation = getattr(here, step)
                loading = joinedload(relation) if loading is None else loading.joinedload(relation)
                here = relation.property.mapper.class_
            options.append(loading)
        return options

    def _page(
        self, narrowed: Select[Any], sort: str | None, descending: bool, page: int, size: int
    ) -> list[Any]:
        statement = self.ordered(narrowed, sort, descending).options(*self.eager())
        return list(self.rows.scalars(statement.limit(size).offset(page * size)))

    def _count(self, narrowed: Select[Any]) -> int:
        capped = narrowed.with_only_columns(self.model.id).limit(COUNTED + 1).subquery()
        return self.rows.scalar(select(func.count()).select_from(capped)) or 0

    def _last_page(self, count: int, size: int) -> int:
        return _LAST_PAGE if count > COUNTED else max(count - 1, 0) // size

    def _get_list_extra_args(self) -> Any:
        args = super()._get_list_extra_args()
        args.page = min(max(args.page, 0), _LAST_PAGE)
        args.search = (args.search or "").replace("\0", "").strip()[:200] or None
        args.sort_desc = bool(args.sort_desc)
        column = self._get_column_by_idx(args.sort)
        args.sort = args.sort if column is not None and column[0] in self._sortable_columns else None
        # An address says what the list shows; nothing else travels along in its links.
        args.extra_args = {}
        return args

    def filter_name(self, arg: str) -> str:
        """Return the name that the filter `arg` has in an address of this list."""
        index, _flt = self._filter_args[arg]
        return f"flt{index}_{arg}"

    def _get_filters(self, filters: Any) -> dict[str, str]:
        """Return the filters in force as they stand in an address, under the names of `filter_fields`."""
        return {
            self.filter_name(self.get_filter_arg(index, self._filters[index])): value
            for index, _name, value in filters or ()
        }

    def _get_list_filter_args(self) -> list[tuple[int, str, str]]:
        """Return the filters of this address that can be understood, each once."""
        found = []
        for index, flt in enumerate(self._filters or ()):
            value = _chosen(self.get_filter_arg(index, flt))
            if value and flt.validate(value):
                found.append((index, str(flt.name), value))
        return found

    def filter_fields(self) -> list[dict[str, Any]]:
        """Return the filters as form fields for this reader.

        Each has its name, label, kind, choices and chosen value; `lookup`, the look-up that finds more
        choices than these; `said`, the choice in words.
        """
        fields = []
        for index, flt in enumerate(self._filters or ()):
            arg = self.get_filter_arg(index, flt)
            chosen = _chosen(arg)
            choices = flt.choices(chosen)
            fields.append(
                {
                    "name": self.filter_name(arg),
                    "label": flt.name if flt.kind == "options" else f"{flt.name} {flt.operation()}",
                    "kind": flt.kind,
                    "choices": choices,
                    "value": chosen,
                    "lookup": flt.lookup if len(choices) >= MOST else None,
                    "said": dict(choices).get(chosen, chosen),
                }
            )
        return fields

    def _process_ajax_references(self) -> dict[str, Relation]:
        """Return the look-ups of this view: the form's, and the filters' under names of their own."""
        filters = [flt for flt in self.column_filters or () if isinstance(flt, RelationFilter)]
        return {**super()._process_ajax_references(), **{str(flt.lookup): flt.relation for flt in filters}}


def _chosen(arg: str) -> str:
    """Return the value of the filter `arg` in this address, whatever its number there: `flt0_arg`."""
    for name, value in request.args.items():
        if name.startswith("flt") and name.partition("_")[2] == arg:
            return value
    return ""
