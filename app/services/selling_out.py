"""Marking dishes sold out, and available again."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import changes as facts
from app.domain.actors import Actor
from app.models import Change, MenuItem
from app.models.history import Verb


def mark_sold_out(item: MenuItem, *, by: Actor, at: datetime, until: datetime | None = None) -> None:
    """Take the dish off from `at` until then, or until somebody says.

    Of one that is off already only the end moves: since when, and by whom, stays true.
    """
    # Two moments within a repeated hour are only comparable in one zone.
    until = until and until.astimezone(UTC)
    if not item.is_sold_out(at):
        item.sold_out_at, item.sold_out_by_id = at, by.id
    elif item.sold_out_until == until:
        return
    item.sold_out_until = until


def mark_available(item: MenuItem) -> None:
    """Put the dish back on."""
    item.sold_out_at = item.sold_out_until = item.sold_out_by_id = None


def said_since(
    session: Session, item: MenuItem, version: int, *, by: Actor, tapped: datetime
) -> Change | None:
    """Return what stands against a tap made at `tapped` on the dish as it was at `version`; None: nothing.

    That is the newest word on its availability since, unless this person had said it before they tapped.
    """
    since = select(Change).where(
        Change.kind == MenuItem.__tablename__, Change.row_id == item.id, Change.version > version
    )
    for change in session.scalars(since.order_by(Change.id.desc())):
        if change.verb != Verb.CREATED and "sold_out" in facts.facts_in(change.after):
            return None if change.by_id == by.id and change.at <= tapped else change
    return None
