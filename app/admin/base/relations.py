"""The rows a form may point at, as options and as a lookup: only within reach, at most fifty at a time.

Holes mended: relation fields and `ajax/lookup/` list every tenant's rows, with any `limit`, and what
comes back is not checked against what was offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask_admin.model.ajax import AjaxModelLoader
from flask_babel import gettext
from sqlalchemy import Select, case, select
from sqlalchemy.orm import contains_eager
from wtforms.fields import SelectFieldBase
from wtforms.fields.choices import Choice  # type: ignore[attr-defined] # its types are of WTForms 3.2
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import Select as SelectWidget

from app import current, traces, working
from app.admin.base.access import parse_key
from app.domain.errors import NotFound
from app.domain.roles import Action
from app.extensions import db
from app.models import Base
from app.policies import reach
from app.policies.rules import restaurant_id_of
from app.services.searching import matching

#: The most options a select or a lookup gives at once.
MOST = 50


class Relation(AjaxModelLoader):
    """Rows of `model` in which the reader holds `action`, each named with the rows above it.

    `path` leads upwards, relationship by relationship: a section is shown as
    “Dessert · Dinner · Urban Burger” with `("menu", "restaurant")`.
    """

    def __init__(self, name: str, model: type[Base], action: Action, path: tuple[str, ...] = ()) -> None:
        super().__init__(name, {})
        self.model: Any = model
        self.action = action
        self.path = path

    def format(self, model: Any) -> tuple[int, str] | None:
        """Return the row's number and its name, as `ajax/lookup/` sends it."""
        return None if model is None else (model.id, self.label(model))

    def label(self, row: Any) -> str:
        """Return the row's name and the names of the rows above it."""
        names = [row.name]
        for step in self.path:
            row = getattr(row, step)
            names.append(row.name)
        return " · ".join(names)

    def get_one(self, pk: str | int) -> Any:
        """Return the row if it may be chosen, else None."""
        try:
            key = parse_key(str(pk))
        except NotFound:
            return None
        statement, _names = self._reachable()
        return db.session.scalar(statement.where(self.model.id == key))

    def get_list(
        self,
        query: str | None,
        offset: int | None = 0,
        limit: int | None = MOST,
        *,
        within: int | None = None,
    ) -> list[Any]:
        """Return up to fifty rows whose names match the words, in one restaurant or in all within reach.

        Those of where one works come first.
        """
        statement, names = self._reachable()
        if within is not None:
            statement = statement.where(self._place() == within)
        for condition in matching(query or "", names):
            statement = statement.where(condition)
        here = working.here()
        if here is not None and within is None:
            statement = statement.order_by(case((self._place() == here.id, 0), else_=1))
        statement = statement.order_by(self.model.name, self.model.id)
        start = min(max(offset or 0, 0), 1_000_000)
        count = min(max(limit or 0, 1), MOST)
        return list(db.session.scalars(statement.offset(start).limit(count)))

    def _place(self) -> Any:
        return getattr(self.model, "restaurant_id", self.model.id)

    def _reachable(self) -> tuple[Select[Any], list[Any]]:
        statement = select(self.model).where(reach(current.actor(), self.action, self.model))
        here, names, loading = self.model, [self.model.name], None
        for step in self.path:
            relation = getattr(here, step)
            statement = statement.join(relation)
            loading = contains_eager(relation) if loading is None else loading.contains_eager(relation)
            here = relation.property.mapper.class_
            names.append(here.name)
        return (statement.options(loading) if loading is not None else statement), names


class RelationField(SelectFieldBase):
    """A select over a Relation; `within` keeps the choice in one restaurant, `near` only offers that one."""

    widget = SelectWidget()
    data: Any

    def __init__(
        self,
        label: str | None = None,
        validators: Any = None,
        *,
        relation: Relation,
        required: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.relation = relation
        self.flags.required = required
        self.within: int | None = None
        self.near: int | None = None
        #: What stands behind an amount, such as a currency, once a row is chosen; None: that does not matter.
        self.unit_of: Callable[[Any], str] | None = None
        self._options: list[Any] | None = None

    @property
    def options(self) -> list[Any]:
        """The rows on offer, the chosen one always among them."""
        if self._options is None:
            self._options = self.relation.get_list("", within=self.within or self.near)
        missing = self.data is not None and self.data not in self._options
        return [self.data, *self._options] if missing else self._options

    @property
    def has_more(self) -> bool:
        """Whether there may be more rows than the select shows; the page then offers the lookup."""
        return len(self.options) >= MOST

    def iter_choices(self) -> Iterator[Choice]:
        yield Choice("", gettext("Choose …"), selected=self.data is None, render_kw={})
        for row in self.options:
            unit = {} if self.unit_of is None else {"data-unit": self.unit_of(row)}
            yield Choice(str(row.id), self.relation.label(row), selected=self.data is row, render_kw=unit)

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**({"data-unit-for": True} if self.unit_of else {}), **kwargs)

    def chosen_label(self) -> str:
        """Return the name of what is chosen, blank for nothing."""
        return "" if self.data is None else self.relation.label(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = self.relation.get_one(valuelist[0]) if valuelist[0] else None
            if valuelist[0] and self.data is None:
                traces.suspect()

    def pre_validate(self, form: BaseForm) -> None:
        if self.data is None and self.flags.required:
            raise StopValidation(gettext("Choose one of the list."))
        if None not in (self.within, self.data) and restaurant_id_of(self.data) != self.within:
            traces.suspect()
            raise StopValidation(gettext("Choose one of the same restaurant."))
