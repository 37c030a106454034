"""What the drills ask of each answer while a part of the installation is gone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.drills.load import Answer, Ledger

#: Seconds within which people hear that something is gone: Carte's promise.
SOON = 3


@dataclass
class Watch(Ledger):
    """A ledger that also keeps when each refusal was asked for, in seconds of the monotonic clock."""

    allowed: frozenset[int] = frozenset({503})
    asked: list[float] = field(default_factory=list)
    slowest_refusal: float = 0
    #: The answers that treated a person as a stranger: they were signed out.
    strangers: list[str] = field(default_factory=list)

    def note(self, kind: str, answer: Answer) -> Answer:
        with self._lock:
            if answer.status == 503:
                self.slowest_refusal = max(self.slowest_refusal, answer.seconds)
                self.asked.append(time.monotonic() - answer.seconds)
            if answer.status in {400, 401, 403} or "/login" in answer.headers.get("Location", ""):
                self.strangers.append(f"{answer.status} {answer.headers.get('Location')}")
        return super().note(kind, answer)

    def refused_since(self, moment: float) -> int:
        """Return how many requests that began after `moment` were answered 503."""
        return sum(asked > moment for asked in self.asked)


def is_whole_refusal(answer: Answer) -> bool:
    """Tell whether this is Carte's own 503: when to come back, and a page, or a problem for programs."""
    if answer.status != 503 or not answer.headers.get("Retry-After"):
        return False
    if answer.headers["Content-Type"].startswith("application/problem+json"):
        return bool(answer.json["detail"]) and answer.json["status"] == 503
    return all(part in answer.text for part in ("<h1", "<main", "</html>"))


def not_whole(answers: Iterable[Answer]) -> list[str]:
    """Return the beginnings of the 503s that are not Carte's own."""
    return [each.text[:500] for each in answers if each.status == 503 and not is_whole_refusal(each)]
