"""Refusals: what Carte says no to, each once; `app/web/errors.py` turns them into HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.words import Phrase


class Refusal(Exception):
    """The request is understood and will not be done; `words` are for the person."""

    @property
    def words(self) -> str:
        """What is said to the person, which an edge translates."""
        found: str = self.args[0] if self.args else ""
        return found


class Malformed(Refusal):
    """The request itself is broken: a missing version, an unknown action (400)."""


class SignInNeeded(Refusal):
    """Nobody is signed in, and this needs somebody (401)."""


class Forbidden(Refusal):
    """The person is known and their role may not do this (403)."""


class Homeless(Forbidden):
    """The person belongs to no restaurant, or to none any more (403)."""


class SignInFailed(Malformed):
    """A provider's answer, or its silence, signs nobody in (400)."""


class SignInDenied(Forbidden):
    """It is clear who this is, and they have no way in (403)."""


class SignInTooOld(Forbidden):
    """What is asked for wants a sign-in of the last few minutes (403)."""


class LinkOutdated(Forbidden):
    """The link of the development sign-in is not of this start (403)."""


class NotFound(Refusal):
    """There is no such row within the person's reach (404)."""


class InvitationOver(NotFound):
    """An invitation's link leads nowhere: unknown, used, taken back and expired look alike (404)."""


class Blocked(Refusal):
    """The state of the data stands against it, such as children that would go along (409)."""


class AccountTaken(Blocked):
    """An account that somebody would link to themselves signs somebody else in (409)."""


class TooOften(Refusal):
    """More of something than is allowed in a while (429); `seconds` from now it is allowed again."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        wait = Phrase.counted("a minute", "%(num)d minutes", minutes) if seconds > 10 else Phrase("a moment")
        super().__init__(
            Phrase("You have asked for this many times in a short while. Wait %(wait)s.", wait=wait)
        )
        self.seconds = seconds


class Invalid(Refusal):
    """Some values cannot be taken (422); `fields` names each with what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in fields.items()))
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class Collision:
    """One field on which two edits disagree, as display text.

    `base` is what both started from, `theirs` the other person's value, `mine` this person's.
    """

    field: str
    label: str
    base: str
    theirs: str
    mine: str


class Conflict(Refusal):
    """Somebody else saved the row after this person read it (409).

    `who` begins the sentence that says so. `cells` is the row as a list shows it at `version`, by
    column: what is shown and what one would type. `merged` are the fields that only the other person
    changed; `done` says that nothing is left to save.
    """

    def __init__(
        self,
        collisions: tuple[Collision, ...],
        version: int,
        *,
        who: str = Phrase("Somebody else"),
        cells: Mapping[str, Mapping[str, Any]] | None = None,
        merged: tuple[Collision, ...] = (),
        done: bool = False,
    ) -> None:
        super().__init__(Phrase("%(who)s saved this while you were working on it.", who=who))
        self.collisions = collisions
        self.version = version
        self.cells = cells or {}
        self.merged = merged
        self.done = done


class Overtaken(Conflict):
    """Somebody has said something newer about this than what was asked for here (409)."""

    def __init__(self, words: str, collision: Collision, version: int) -> None:
        super().__init__((collision,), version)
        self.args = (words,)
