"""Acts: what one person did at once, such as saving a form; each has a number of its own."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

_VERSION, _VARIANT = 7, 0b10


def new_number(at: datetime) -> UUID:
    """Return a UUID of version 7 (RFC 9562, 5.7): later acts sort behind earlier ones, none is guessed."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    return UUID(
        int=milliseconds << 80
        | _VERSION << 76
        | secrets.randbits(12) << 64
        | _VARIANT << 62
        | secrets.randbits(62)
    )
