"""Signatures: who works in a session, and since when; what is written there is recorded in their name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.actors import Actor

_KEY = "carte.signature"


class Unsigned(RuntimeError):
    """Something is written, and the session does not say by whom: a programming mistake."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who works in a session, since which aware moment; None is the operator's command line."""

    by: Actor | None
    at: datetime


def sign(session: Session, *, by: Actor | None, at: datetime) -> None:
    """Say who does, at the aware moment `at`, what is written in this session from now on."""
    session.info[_KEY] = Signature(by, at)


def signature(session: Session) -> Signature:
    """Return who works in the session; raises Unsigned where it does not say."""
    known: Signature | None = session.info.get(_KEY)
    if known is None:
        raise Unsigned("This session does not say who works in it; see app/services/signatures.py.")
    return known
