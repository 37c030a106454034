"""Saying what was done, with a way to undo it.

Hole mended: a flash of Flask-Admin is words alone, and what was saved or deleted by mistake stays so.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for

from app.extensions import db
from app.services import recording


def say_done(words: str) -> None:
    """Say what the last commit did; the page offers to undo it where it changed something."""
    act = recording.last_act(db.session())
    said: Any = {"words": words, "undo": undo_path(act)} if act else words
    flash(said, "success")


def undo_path(act: UUID | None) -> str | None:
    """Return the path that undoes an act when it is posted to; None without an act."""
    return url_for("history.undo_act", act=act) if act else None
