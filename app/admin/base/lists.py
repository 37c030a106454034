"""A page of rows: searched, filtered, counted and ordered in a constant number of queries.

Holes mended: `COUNT(*)` over everything at each page; no default order, and none that ends in the
key, so that pages overlap; joins repeated by each part; `page=10**20` is an OverflowError; wildcards
and casts in the search; one form a row, drawn or not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.admin.base.columns import ColumnsView
from app.services.searching import matching

#: Rows are counted up to here; a list with more says “more than 10,000”.
COUNTED = 10_000

_LAST_PAGE = 1_000_000


class Seen(NamedTuple):
    """How many rows a list has, up to COUNTED + 1, and sums that move when one comes, goes or is saved."""

    rows: int
    numbers: int = 0
    versions: int = 0

    def __str__(self) -> str:
        return "-".join(str(int(part)) for part in self)


class ListView(ColumnsView):
    """The list part of a view; `column_select_related_list` names what its cells show of other tables."""

    page_size = 25
    page_size_options = (25, 50, 100)
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
        seen = self.seen(narrowed)
        count = seen.rows
        page = min(page or 0, self._last_page(count, size))
        rows = self._page(narrowed, sort_column, sort_desc, page, size)
        if not rows and page:
            page = (count - 1) // size
            rows = self._page(narrowed, sort_column, sort_desc, page, size)
        self._template_args.update(
            page=page,
            counted=COUNTED,
            seen=seen,
            list_columns=self.shown_columns(),
            filter_fields=self.filter_fields(),
        )
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

    def seen(self, narrowed: Select[Any]) -> Seen:
        """Return what a page can see of all its rows, in the query that counts them."""
        keys = [self.model.id, *([self.model.version] if hasattr(self.model, "version") else [])]
        capped = narrowed.with_only_columns(*keys).limit(COUNTED + 1).subquery()
        sums = [func.coalesce(func.sum(column), 0) for column in capped.columns]
        return Seen(*self.rows.execute(select(func.count(), *sums).select_from(capped)).one())

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
        args.extra_args = self.chosen_columns()
        return args

    def _get_list_url(self, view_args: Any) -> str:
        """Return the address of this list; what is as it always is, is not said."""
        return str(self.get_url(".index_view", page=view_args.page or None, **self._said(view_args)))

    def list_url(self, *without: str, **changes: Any) -> str:
        """Return the address of this list's first page, without these filters, with these changes."""
        args = self._get_list_extra_args().clone(page=0, **changes)
        kept = [each for each in args.filters or () if not {*without} & {*self._get_filters([each])}]
        return self._get_list_url(args.clone(filters=kept))

    def list_fields(self, *without: str) -> dict[str, Any]:
        """Return what a form that asks for this list anew sends along, but for these and the page."""
        said = self._said(self._get_list_extra_args())
        return {name: value for name, value in said.items() if name not in without}

    def _said(self, args: Any) -> dict[str, Any]:
        size = self.get_safe_page_size(args.page_size)
        said = {
            "page_size": None if size == self.page_size else size,
            "sort": args.sort,
            "desc": 1 if args.sort_desc else None,
            "search": args.search,
            **args.extra_args,
            **self._get_filters(args.filters),
        }
        return {name: value for name, value in said.items() if value is not None}
