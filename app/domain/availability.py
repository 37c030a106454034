"""Sold out, or not: derived when read, so that nothing has to run at the moment it ends."""

from __future__ import annotations

from datetime import datetime


def is_sold_out(sold_out_at: datetime | None, sold_out_until: datetime | None, *, at: datetime) -> bool:
    """Tell whether a dish is sold out at the aware moment `at`.

    Without `sold_out_until` it stays sold out until somebody says otherwise.
    """
    if sold_out_at is None:
        return False
    return sold_out_until is None or at < sold_out_until
