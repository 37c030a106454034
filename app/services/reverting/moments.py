"""A row as it was at some moment: its changes since, taken back one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.errors import Blocked
from app.models import Change, Restaurant
from app.models.history import RECORDED, Verb, plain, recorded_columns
from app.services.reverting.effects import Effect


def as_it_was(session: Session, change: Change) -> Effect:
    """Return what has become of the row since that change, as one effect.

    Raises Blocked for a deletion, and for a restaurant that is gone: it would come back without its people.
    """
    if change.verb == Verb.DELETED:
        raise Blocked("The row was deleted by this very change; restore it instead.")
    cls = RECORDED[change.kind]
    row = session.scalar(select(cls).where(cls.id == change.row_id))
    if row is None and cls is Restaurant:
        raise Blocked("The restaurant was deleted since; undo that first, and all that was in it comes back.")
    since = session.scalars(
        select(Change)
        .where(Change.kind == change.kind, Change.row_id == change.row_id, Change.id > change.id)
        .order_by(Change.id.desc())
    ).all()
    now: dict[str, Any] = {}
    if row is not None:
        now = {name: plain(getattr(row, name)) for name in recorded_columns(cls)}
    then = dict(now)
    for line in since:
        then |= line.before
    last = since[0] if since else change
    differing = [name for name in now if then[name] != now[name]]
    return Effect(
        kind=change.kind,
        row_id=change.row_id,
        verb=Verb.DELETED if row is None else Verb.CHANGED,
        restaurant_id=change.restaurant_id,
        menu_id=last.menu_id,
        name=last.name,
        version=last.version,
        first=change.id + 1,
        last=last.id,
        act=last.act,
        by_id=last.by_id,
        before=then if row is None else {name: then[name] for name in differing},
        after={name: now[name] for name in differing},
    )
