"""Carrying a reversal out: rows come back, then values, then what was made goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.domain.errors import Blocked
from app.domain.words import Phrase
from app.models import Membership, Restaurant
from app.models.history import stored
from app.services import staffing
from app.services.reverting.pricing import require_same_money
from app.services.reverting.restoring import bring_back, has_slug
from app.services.reverting.reversal import RANKS, Edit, Removal, Reversal


def apply(session: Session, reversal: Reversal) -> None:
    """Do it, all of it, in the caller's transaction; raises Blocked where a rule stands against it."""
    require_same_money(session, reversal)
    bring_back(session, reversal.restores)
    for edit in reversal.edits:
        _put_back(session, edit)
    session.flush()
    _take_out(session, reversal.removals)
    session.flush()


def _put_back(session: Session, edit: Edit) -> None:
    values = stored(edit.effect.cls, edit.values)
    if isinstance(edit.row, Membership) and "role" in values:
        staffing.change_role(session, edit.row, values.pop("role"))
    if isinstance(edit.row, Restaurant) and "slug" in values and has_slug(session, values["slug"]):
        raise Blocked(Phrase("Another restaurant has the address “%(slug)s” by now.", slug=values["slug"]))
    for name, value in values.items():
        setattr(edit.row, name, value)


def _take_out(session: Session, removals: Sequence[Removal]) -> None:
    """Delete the rows; what stands below another of them goes along with it."""
    going = {removal.effect.key for removal in removals}
    for removal in sorted(removals, key=lambda each: RANKS[each.effect.kind]):
        if removal.above in going:
            continue
        _forget_children(session, removal.row)
        if isinstance(removal.row, Membership):
            staffing.remove(session, removal.row)
        else:
            session.delete(removal.row)


def _forget_children(session: Session, row: Any) -> None:
    """Let a row's children be read anew, so that one which has just moved away does not go along."""
    lists = [relation.key for relation in inspect(type(row)).relationships if relation.uselist]
    if lists:
        session.expire(row, lists)
