"""Saying what was done, with a way to undo it.

Hole mended: a flash of Flask-Admin is words alone, and what was saved or deleted by mistake stays so.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for
from flask_babel import gettext
from sqlalchemy import select

from app import current
from app.extensions import db
from app.models import Change, Membership, Restaurant
from app.models.history import Verb
from app.policies.reverting import closed_by
from app.services import recording

_PEOPLE = (Restaurant.__tablename__, Membership.__tablename__)


def say_done(words: str) -> None:
    """Say what the last commit did; the page offers to undo it where it changed something."""
    act = recording.last_act(db.session())
    said: Any = {"words": words, "undo": undo_path(act)} if act and not _has_shut_out(act) else words
    flash(said, "success")


def quoted(name: object) -> str:
    """Return a name as it stands within a sentence."""
    return gettext("“%(name)s”", name=name)


def undo_path(act: UUID | None) -> str | None:
    """Return the path that undoes an act when it is posted to; None without an act."""
    return url_for("history.undo_act", act=act) if act else None


def _has_shut_out(act: UUID) -> bool:
    """Tell whether the act took from its own person the role that undoing it asks for.

    Only an owner can do that, by leaving or by stepping down; who deletes the whole restaurant may
    undo that without a role.
    """
    reader = current.actor()
    if reader.is_admin:
        return False
    query = select(Change).where(Change.act == act, Change.kind.in_(_PEOPLE))
    changes = db.session.scalars(query).all()
    lost = [each for each in changes if each.verb in {Verb.CHANGED, Verb.DELETED}]
    own = (each for each in lost if each.kind == Membership.__tablename__ and _user_of(each) == reader.id)
    return not {each.restaurant_id for each in own} <= closed_by(reader, changes)


def _user_of(change: Change) -> int | None:
    """Return whose membership it is: of one that was changed, the row itself knows."""
    if "user_id" in change.before:
        return int(change.before["user_id"])
    row = db.session.get(Membership, change.row_id)
    return row.user_id if row else None
