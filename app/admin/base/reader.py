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

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)
