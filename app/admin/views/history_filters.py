"""What the history can be narrowed to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from app.admin import timelines
from app.admin.base import ChoiceFilter
from app.admin.base.access import parse_key
from app.admin.base.filters import CarteFilter
from app.admin.narrating import COMMAND_LINE
from app.admin.views.by_person import PersonFilter
from app.admin.views.days import day_filters
from app.domain import changes as facts
from app.domain import naming
from app.domain.errors import NotFound
from app.domain.words import gettext_noop
from app.extensions import db
from app.models import Change
from app.models.history import RECORDED, Verb, recorded_columns
from app.saying import headed, said


class AboutFilter(CarteFilter):
    """The history of one row, given as `menu_item-12`; the row's own page leads here."""

    kind = "given"
    names_a_row = True

    def __init__(self) -> None:
        super().__init__(None, gettext_noop("About"))

    def clean(self, value: str) -> tuple[str, int]:
        kind, _, number = value.partition("-")
        if kind not in RECORDED:
            raise ValueError(value)
        try:
            return kind, parse_key(number)
        except NotFound as error:
            raise ValueError(value) from error

    def condition(self, value: tuple[str, int]) -> ColumnElement[bool]:
        return timelines.about(*value)

    def place_of(self, value: tuple[str, int]) -> int | None:
        kind, number = value
        place = select(Change.restaurant_id).where(Change.kind == kind, Change.row_id == number)
        return db.session.scalar(place.limit(1))

    def choices(self, chosen: str) -> list[tuple[str, str]]:
        # Asked also of what is left out of the search because it cannot be understood.
        if not self.validate(chosen):
            return []
        kind, number = self.clean(chosen)
        name = select(Change.name).where(Change.kind == kind, Change.row_id == number)
        found = db.session.scalar(name.order_by(Change.id.desc()).limit(1))
        return [(chosen, found)] if found else []


_DONE = {
    Verb.CREATED: gettext_noop("Added"),
    Verb.CHANGED: gettext_noop("Changed"),
    Verb.DELETED: gettext_noop("Deleted"),
    Verb.RESTORED: gettext_noop("Restored"),
}


def _fields() -> dict[str, str]:
    found = facts.facts_in(name for cls in RECORDED.values() for name in recorded_columns(cls))
    names = {fact: headed(naming.column(fact)) for fact in found}
    return {fact: names[fact] for fact in sorted(names, key=names.__getitem__) if fact not in _NEVER_CHANGED}


def _about(fact: str) -> ColumnElement[bool]:
    return or_(*(Change.fields.contains(f" {name} ") for name in facts.columns_of(fact)))


#: Columns that nobody edits: they come and go with their row, or with what is done to it.
_NEVER_CHANGED = {
    *("accepted_at", "accepted_by_id", "created_at", "created_by_id", "email", "expires_at", "revoked_at"),
    "user_id",
}

HISTORY_FILTERS = (
    AboutFilter(),
    PersonFilter(Change, COMMAND_LINE),
    ChoiceFilter(
        gettext_noop("Kind"),
        lambda: {kind: headed(naming.kind(kind)) for kind in RECORDED},
        Change.kind.__eq__,
    ),
    ChoiceFilter(gettext_noop("Field"), _fields, _about),
    ChoiceFilter(
        gettext_noop("Done"),
        lambda: {str(verb): said(words) for verb, words in _DONE.items()},
        Change.verb.__eq__,
    ),
    *day_filters(Change.at),
)
