"""The list of the history: one entry an act, however many rows it touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from flask_babel import lazy_gettext, ngettext
from sqlalchemy import Select, func, select
from wtforms import Form

from app.admin import timelines
from app.admin.base import BackOfficeView
from app.admin.base.lists import COUNTED, Seen
from app.admin.narrating import Story
from app.admin.timelines import Entry
from app.domain import naming
from app.domain.spreadsheets import neutral
from app.models import Change
from app.saying import said

#: Changes of an export that are told together.
_AT_ONCE = 500


class ActsView(BackOfficeView):
    """A view of changes that lists them by act."""

    #: No field: history is never typed.
    form = Form
    list_template = "backoffice/history.html"
    #: What a row of a file holds, in order.
    export_header = (
        *(lazy_gettext("When"), lazy_gettext("Who"), lazy_gettext("As"), lazy_gettext("Restaurant")),
        *(lazy_gettext("Kind"), lazy_gettext("Name"), lazy_gettext("What")),
    )

    def counted(self, count: int) -> str:
        """Return “1 entry”, “3 entries”."""
        return ngettext("%(num)s entry", "%(num)s entries", count)

    def seen(self, narrowed: Select[Any]) -> Seen:
        acts = narrowed.with_only_columns(Change.act).distinct().limit(COUNTED + 1).subquery()
        return Seen(self.rows.scalar(select(func.count()).select_from(acts)) or 0)

    def _page(
        self, narrowed: Select[Any], sort: str | None, descending: bool, page: int, size: int
    ) -> list[Entry]:
        return timelines.entries(self.rows, narrowed, self.actor, limit=size, offset=page * size)

    def _exported(self) -> Iterator[list[str]]:
        yield [str(name) for name in self.export_header]
        args = self._get_list_extra_args()
        statement = self.narrowed(args.search, args.filters).order_by(Change.id.desc())
        # Closed also where the rest is not wanted, as in every export.
        with closing(self.rows.scalars(statement, execution_options={"yield_per": _AT_ONCE})) as told:
            for changes in told.partitions():
                story = Story(self.rows, changes)
                for change in changes:
                    yield [neutral(cell) for cell in self._cells(story, change)]

    def _cells(self, story: Story, change: Change) -> tuple[str, ...]:
        told = "; ".join(sentence.words for sentence in story.sentences(change))
        place = story.place(change).name
        return (
            change.at.isoformat(),
            timelines.who(change),
            said(naming.role(change.by_role)),
            place,
            said(naming.kind(change.kind)),
            change.name,
            told,
        )
