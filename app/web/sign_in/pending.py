"""Sign-ins that have left for a provider and not come back, kept in the browser's signed cookie."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from flask import session

from app.web.sign_in.purposes import Purpose

#: Seconds within which a person has to come back.
LIFETIME = 600

#: Seconds by which the clocks of two machines, or one that was just set, may differ.
SKEW = 60

#: How many sign-ins one browser may have on their way, in as many tabs; the cookie is small.
MOST = 3

_KEY = "pending"


@dataclass(frozen=True, slots=True)
class Pending:
    """One sign-in on its way: what proves its callback, what it is for, and where it leads.

    `person` is who left, for a purpose that needs somebody; 0: nobody in particular.
    """

    provider: str
    state: str
    verifier: str
    nonce: str
    next_path: str
    invitation: str
    left_at: float
    # A sign-in that left before an update of Carte comes back without the following.
    purpose: str = Purpose.SIGN_IN
    person: int = 0


def remember(**known: Any) -> None:
    """Keep a sign-in that leaves now, and of the older ones only the newest."""
    session[_KEY] = [*_all()[-(MOST - 1) :], asdict(Pending(**known, left_at=time.time()))]


def take(provider: str, state: str) -> Pending | None:
    """Return the sign-in that this state belongs to, once; None when it is unknown or too old.

    A state that fits none leaves all of them as they are: a forged callback must not end a real one.
    """
    found = [each for each in _all() if each["state"] == state and each["provider"] == provider]
    if not found:
        return None
    session[_KEY] = [each for each in _all() if each not in found]
    pending = Pending(**found[0])
    return pending if -SKEW <= time.time() - pending.left_at <= LIFETIME else None


def _all() -> list[dict[str, Any]]:
    kept = session.get(_KEY)
    return kept if isinstance(kept, list) else []
