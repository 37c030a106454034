"""The first page behind the sign-in: what needs attention, each line with its way to it."""

from __future__ import annotations

from typing import Any

from flask import redirect
from flask_admin import AdminIndexView, expose
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app import current, working
from app.domain.roles import Action
from app.extensions import db
from app.models import Base, MenuItem, Section
from app.policies import allows_anywhere, editable_anywhere
from app.services import attending

#: How many rows a line of the page names; the list behind it has all of them.
NAMED = 5


class HomeView(AdminIndexView):
    """What needs attention, within reach or only where one works."""

    @expose("/")
    def index(self) -> str | Response:
        reader = current.actor()
        if not allows_anywhere(reader, Action.READ):
            # Who belongs to no restaurant yet is told there what to do.
            return redirect(self.get_url("sign_in.welcome"))
        lines = [
            self._line(
                "Items without a price", MenuItem, attending.without_price(), "items", "without_a_price_is"
            ),
            self._line("Sold out now", MenuItem, attending.sold_out(current.now()), "items", "sold_out_is"),
            self._line("Empty sections", Section, attending.empty(), "sections", "empty_is"),
        ]
        edits = bool(editable_anywhere(reader, MenuItem))
        return self.render("backoffice/home.html", lines=lines, edits_items=edits, only=working.narrowed())

    def _line(
        self, title: str, model: type[Base], condition: ColumnElement[bool], endpoint: str, flt: str
    ) -> dict[str, Any]:
        rows: Any = model
        only = working.narrowed_to()
        if only is not None:
            condition = and_(condition, rows.restaurant_id == only)
        count = db.session.scalar(select(func.count(rows.id)).where(condition)) or 0
        named = select(rows).where(condition).order_by(rows.name, rows.id).limit(NAMED)
        view = next(view for view in self.admin._views if view.endpoint == endpoint)
        return {
            "title": title,
            "count": count,
            "rows": db.session.scalars(named.options(joinedload(rows.restaurant))).all() if count else [],
            "endpoint": endpoint,
            "list_url": self.get_url(f"{endpoint}.index_view", **{view.filter_name(flt): "1"}),
        }
