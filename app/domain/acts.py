"""Acts: what one person did at once, such as saving a form; each has a number of its own."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

_VERSION, _VARIANT = 7, 0b10
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def new_number(at: datetime) -> UUID:
    """Return a UUID of version 7 (RFC 9562, 5.7): later acts sort behind earlier ones, none is guessed.

    The twelve bits behind the milliseconds hold what is left of `at` (RFC 9562, 6.2, method 3), so
    that the order is true to the microsecond; two acts of one microsecond are in no order.
    """
    milliseconds, rest = divmod((at - _EPOCH) // _MICROSECOND, 1000)
    return UUID(
        int=(milliseconds & (1 << 48) - 1) << 80
        | _VERSION << 76
        | rest * 4096 // 1000 << 64
        | _VARIANT << 62
        | secrets.randbits(62)
    )


def earliest_number(at: datetime) -> UUID:
    """Return a number behind which sorts each act of that moment and of any later one."""
    return UUID(int=((at - _EPOCH) // _MICROSECOND // 1000 & (1 << 48) - 1) << 80)
