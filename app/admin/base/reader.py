"""Views that know their reader.

Hole mended (Flask-Admin 2.2.1): `_run_view` calls a view a second time, hiding the traceback, when it
raises TypeError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_admin import BaseView
from sqlalchemy.orm import Session

from app import current
from app.domain.actors import Actor
from app.domain.errors import Forbidden, Homeless
from app.extensions import db


class ReaderView(BaseView):
    """A view, of a model or of none, that knows its reader."""

    @property
    def actor(self) -> Actor:
        """The person behind this request."""
        return current.actor()

    @property
    def rows(self) -> Session:
        """The session of this request, which sees only what the person may read."""
        return db.session()

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        if self.actor.is_homeless:
            raise Homeless(
                "Perhaps an owner has removed you, or the restaurant is gone. Nothing was changed."
            )
        raise Forbidden("Your role does not open this page.")

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)
