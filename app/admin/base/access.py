"""Who may open which view and reach which row, in one order: anywhere (403), the row (404), here (403).

Holes mended (Flask-Admin 2.2.1): `get_one` ignores `get_query`, and `?id=abc`, `?id=1,2` or a number that
no column holds is a 500; a missing row is a flash and a redirect.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_admin.contrib.sqla import ModelView
from sqlalchemy import select

from app import current, traces
from app.admin.base.reader import ReaderView
from app.domain import numbers
from app.domain.errors import Forbidden, NotFound
from app.domain.roles import Action
from app.models import Base
from app.policies import (
    allows,
    allows_anywhere,
    creating,
    deleting,
    editable,
    editable_anywhere,
    reading,
    require_recent,
)
from app.policies.rules import restaurant_id_of


def parse_key(text: str | None) -> int:
    """Return a row's number; whatever cannot be one names a row that does not exist (NotFound)."""
    number = numbers.whole(text or "", least=1)
    if number is None:
        raise NotFound("There is no such row.")
    return number


class AccessView(ReaderView, ModelView):
    """A model view that judges its reader; the other parts of the base build on it."""

    # What stock templates and views ask as flags depends here on the reader.

    @property
    def can_create(self) -> bool:
        return self._anywhere(creating(self.model))

    @property
    def can_edit(self) -> bool:
        return bool(editable_anywhere(self.actor, self.model) & self.offered_columns())

    @property
    def can_delete(self) -> bool:
        return self._anywhere(self.removal_grant)

    @property
    def removal_grant(self) -> Action | None:
        """The action that taking a row out asks for."""
        return deleting(self.model)

    def offered_columns(self) -> frozenset[str]:
        """Return the columns behind this view's form fields: a relation's key, a fact's moment."""
        names = frozenset(str(name) for name in self.form_columns or ())
        return names | {f"{name}_id" for name in names} | {f"{name}_at" for name in names}

    def is_accessible(self) -> bool:
        """Tell whether any of the reader's roles reads this kind of row; decides the menu, too."""
        return self._anywhere(reading(self.model))

    def get_one(self, id: str | int | None) -> Any:
        """Return the row within the reader's reach; raises NotFound, for a foreign one alike."""
        row = self.rows.scalar(select(self.model).where(self.model.id == parse_key(str(id))))
        if row is None:
            raise NotFound("There is no such row.")
        traces.is_about(restaurant_id_of(row))
        return row

    def get_many(self, ids: Iterable[str]) -> list[Any]:
        """Return all of these rows; raises NotFound when any of them is missing or foreign."""
        keys = {parse_key(text) for text in ids}
        rows = self.rows.scalars(
            select(self.model).where(self.model.id.in_(keys)).order_by(self.model.id)
        ).all()
        if len(rows) != len(keys):
            raise NotFound("One of these rows does not exist any more. Nothing was changed.")
        for row in rows:
            traces.is_about(restaurant_id_of(row))
        return list(rows)

    def demand(self, allowed: bool) -> None:
        """Raise Forbidden unless the reader may do this somewhere."""
        if not allowed:
            raise Forbidden("Your role does not allow this.")

    def demand_here(self, action: Action | None, row: Base) -> None:
        """Raise Forbidden unless the reader may do this in the row's restaurant."""
        if action is None or not allows(self.actor, action, row):
            raise Forbidden("Your role in this restaurant does not allow this.")

    def demand_recent(self, grave: bool) -> None:
        """Ask for a recent sign-in before what is grave is begun, not when it is done (SignInTooOld)."""
        if grave:
            require_recent(self.actor, current.now())

    def may_edit(self, row: Base) -> bool:
        """Tell whether the reader may change any field of this row."""
        return bool(self.editable_columns(row) & self.offered_columns())

    def may_delete(self, row: Base) -> bool:
        """Tell whether the reader may delete this row."""
        action = self.removal_grant
        return action is not None and allows(self.actor, action, row)

    def editable_columns(self, row: Base) -> frozenset[str]:
        """Return the columns of this row that the reader may change."""
        return editable(self.actor, self.model, restaurant_id_of(row))

    def _anywhere(self, action: Action | None) -> bool:
        return action is not None and allows_anywhere(self.actor, action)
