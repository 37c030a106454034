"""What was done last, told in one line each; the history has all of it."""

from __future__ import annotations

from dataclasses import dataclass

from babel.dates import format_timedelta
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import current
from app.admin import timelines
from app.admin.attention import Desk
from app.admin.timelines import Entry
from app.domain.roles import Action
from app.models import Change
from app.policies import allows_anywhere

#: How many acts the page tells of.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Act:
    """One act, its first sentence, and how long ago it was."""

    entry: Entry
    words: str
    ago: str


def newest(session: Session, desk: Desk, only: int | None) -> list[Act]:
    """Return the newest acts within reach, or in one restaurant; none to who may not read history."""
    if not allows_anywhere(desk.reader, Action.READ_HISTORY):
        return []
    changes = select(Change) if only is None else select(Change).where(Change.restaurant_id == only)
    entries = timelines.entries(session, changes, desk.reader, limit=SHOWN, shown=1)
    return [Act(entry, _words(entry), _ago(entry, desk)) for entry in entries]


def _words(entry: Entry) -> str:
    return next((sentence.words for line in entry.lines for sentence in line.sentences), "")


def _ago(entry: Entry, desk: Desk) -> str:
    # The clock of the machine that wrote it may have been ahead.
    past = min(entry.first.at - desk.at, desk.at - desk.at)
    return str(format_timedelta(past, add_direction=True, locale=current.locale()))
