"""Waiting for locks that somebody else holds: who waits, for how long, and when to give up."""

from __future__ import annotations

from flask import g, has_request_context, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

#: Seconds that a write waits for a lock that somebody else holds; a write takes at most a tenth of one.
BUSY_SECONDS = 15

#: Seconds that a read waits where it must at all: PostgreSQL, while a table itself is being changed.
READ_SECONDS = 3

#: Seconds that a write waits which may as well be left out, such as that a session is in use.
SPARE_SECONDS = 0.1

# How PostgreSQL and SQLite say that somebody else has held a lock for too long.
_BUSY_STATE = "55P03"
_BUSY_WORDS = "is locked"

_READING_METHODS = {"GET", "HEAD", "OPTIONS"}


def begin_writing(session: Session, *, patience: float | None = None) -> None:
    """Let a GET write: end what it has read so far, and take the write lock from now on.

    A lock that somebody else holds for `patience` seconds (BUSY_SECONDS) is an OperationalError.
    """
    session.rollback()
    g.carte_writes, g.carte_patience = True, patience


def begin_reading(session: Session) -> None:
    """After a GET has committed what it wrote: only read from now on, without the write lock."""
    session.rollback()
    g.carte_writes, g.carte_patience = False, None


def is_busy(error: object) -> bool:
    """Tell whether the database said that somebody else holds a lock for too long; it is well otherwise."""
    if not isinstance(error, OperationalError):
        return False
    return getattr(error.orig, "sqlstate", None) == _BUSY_STATE or _BUSY_WORDS in str(error.orig)


def patience() -> float:
    """Return how many seconds this write waits for locks."""
    own = g.get("carte_patience") if has_request_context() else None
    return BUSY_SECONDS if own is None else float(own)


def only_reads() -> bool:
    """Tell whether this transaction will not write: that of a GET which has not said otherwise."""
    return has_request_context() and request.method in _READING_METHODS and not g.get("carte_writes", False)
