"""What was done last, told in one line each; the history has all of it, and the ways back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from babel.dates import format_timedelta
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import current
from app.admin import timelines
from app.admin.attention import Desk
from app.admin.narrating import Story
from app.domain.roles import Action
from app.models import Change
from app.policies import allows_anywhere

#: How many acts the page tells of.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One act by its first change: who did what, where, and how long ago; `is_all` where that was all."""

    act: UUID
    who: str
    words: str
    place: str
    at: datetime
    when: str
    ago: str
    is_all: bool


def newest(session: Session, desk: Desk, only: int | None) -> list[Told]:
    """Return the newest acts within reach, or in one restaurant; none to who may not read history."""
    if not allows_anywhere(desk.reader, Action.READ_HISTORY):
        return []
    changes = select(Change) if only is None else select(Change).where(Change.restaurant_id == only)
    acts = changes.with_only_columns(Change.act).distinct().order_by(Change.act.desc()).limit(SHOWN)
    found: dict[UUID, list[Change]] = {act: [] for act in session.scalars(acts)}
    if not found:
        return []
    for change in timelines.first_of_each(session, changes.where(Change.act.in_(found)), 2):
        found[change.act].append(change)
    story = Story(session, [first for first, *_ in found.values()])
    return [_told(story, *lines, at=desk.at) for lines in found.values()]


def _told(story: Story, first: Change, *others: Change, at: datetime) -> Told:
    return Told(
        act=first.act,
        who=timelines.who(first),
        words=next((sentence.words for sentence in story.sentences(first)), ""),
        place=story.place(first).name,
        at=first.at,
        when=story.when(first),
        ago=_ago(first.at - at),
        is_all=not others,
    )


def _ago(past: timedelta) -> str:
    # The clock of the machine that wrote it may have been ahead.
    return str(format_timedelta(min(past, timedelta()), add_direction=True, locale=current.locale()))
