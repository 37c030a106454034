"""What hangs on a row and is added below it: the sections of a menu, the items of a section.

A form offers to go on there once its row is made, and a row's own page lists what it has and leads up to
what it hangs on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.admin.base.once import OnceView
from app.policies import allows, creating


@dataclass(frozen=True, slots=True)
class Below:
    """The rows below: the view that makes them, the field there that names this row, the words for both.

    The relationship that leads to them is called as that view's endpoint is.
    """

    endpoint: str
    field: str
    title: Any
    none_words: Any
    add_words: Any
    save_words: Any


class BelowView(OnceView):
    """The part of a view that knows what is below its rows."""

    form_below: Below | None = None
    #: How many levels of it a row's own page shows.
    shown_below = 2
    #: How many rows below one row it lists; the list of them all is a link away.
    most_below = 100

    def below_url(self, row: Any, back: str | None = None) -> str:
        """Return the address of a form for a row below this one, which comes back to this one's page."""
        here = self.get_url(".details_view", id=row.id, url=back)
        if self.form_below is None:
            return here
        form = f"{self.form_below.endpoint}.create_view"
        return self.get_url(form, **{self.form_below.field: row.id, "url": here})

    def view_below(self) -> Any:
        """Return the view of the rows below this view's; None where there are none."""
        endpoint = self.form_below and self.form_below.endpoint
        return next((view for view in self.admin._views if view.endpoint == endpoint), None)

    def above_url(self, row: Any, column: str) -> str | None:
        """Return the page of the row that a column such as `menu.name` names; None for the row's own."""
        *way, field = column.split(".")
        above = reduce(getattr, way, row) if way and field == "name" else None
        view = next((view for view in self.admin._views if getattr(view, "model", None) is type(above)), None)
        return (
            None
            if above is None or view is None
            else self.get_url(f"{view.endpoint}.details_view", id=above.id)
        )

    def may_add_below(self, row: Any) -> bool:
        """Tell whether the reader may add to this row."""
        view = self.view_below()
        action = view and creating(view.model)
        return action is not None and allows(self.actor, action, row)

    def load_below(self, row: Any) -> None:
        """Fetch what the row's own page lists, in one query for each level."""
        names: list[str] = []
        view = self
        while view is not None and view.form_below is not None and len(names) < self.shown_below:
            names.append(view.form_below.endpoint)
            view = view.view_below()
        model, loading = self.model, None
        for name in names:
            relation = getattr(model, name)
            loading = selectinload(relation) if loading is None else loading.selectinload(relation)
            model = relation.property.mapper.class_
        if loading is not None:
            self.rows.scalars(select(self.model).where(self.model.id == row.id).options(loading)).all()
