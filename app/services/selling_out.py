"""Marking dishes sold out, and available again."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.actors import Actor
from app.models import MenuItem


def mark_sold_out(item: MenuItem, *, by: Actor, at: datetime, until: datetime | None = None) -> None:
    """Take the dish off from `at` until then, or until somebody says; one that is off stays as it is."""
    # Two moments within a repeated hour are only comparable in one zone.
    until = until and until.astimezone(UTC)
    if item.is_sold_out(at) and item.sold_out_until == until:
        return
    item.sold_out_at, item.sold_out_until, item.sold_out_by_id = at, until, by.id


def mark_available(item: MenuItem) -> None:
    """Put the dish back on."""
    item.sold_out_at = item.sold_out_until = item.sold_out_by_id = None
