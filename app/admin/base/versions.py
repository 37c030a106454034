"""The version that a page saw: what it was made from, and what somebody else made of it since.

Hole mended: `version_id_col` catches only races within one request, and as a plain form field it
switches the check off. So each form and cell carries `row_version`, compared here; between this
comparison and the UPDATE, the mapper's own check still stands.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import select
from wtforms import BooleanField, Field, Form

from app import current, keeping
from app.admin.narrating import COMMAND_LINE
from app.domain import numbers, text
from app.domain.errors import Collision, Conflict, Malformed
from app.domain.words import gettext_noop
from app.extensions import db
from app.keeping import BASE_PREFIX
from app.models import Change
from app.saying import listed, said

#: What a choice begins with that says whose value of a field to keep: `theirs`, or `mine`.
KEEP_PREFIX = "keep-"


def seen_version(name: str = "row_version") -> int:
    """Return the version the page was made from; raises Malformed without a proper one."""
    version = numbers.whole(request.form.get(name, ""))
    if version is None:
        raise Malformed(
            "The form does not say which version of the row it shows. Open it again and repeat the change."
        )
    return version


def seen_version_of(row: Any) -> int | None:
    """Return the version that the page saw of one of its rows; None when it names none."""
    for name in (f"row_version-{row.id}", "row_version"):
        if name in request.form:
            return seen_version(name)
    return None


def who_saved_since(row: Any, version: int | None) -> str:
    """Return who saved the row after `version`, as a sentence begins; as far as its history is kept."""
    since = select(Change.by_id, Change.by_name).where(
        Change.kind == row.__tablename__, Change.row_id == row.id, Change.version > (version or 0)
    )
    saved = db.session.execute(since.order_by(Change.id)).all()
    reader = current.actor().id
    you, nobody = gettext("You"), str(COMMAND_LINE)
    names = dict.fromkeys(you if by == reader else name or nobody for by, name in saved)
    return listed(names) if names else gettext("Somebody else")


def base_in_form(name: str) -> str | None:
    """Return what the page says that its field showed at first; None when it does not say."""
    base = request.form.get(BASE_PREFIX + name)
    # A browser sends each line end as two characters, whatever the page had.
    return None if base is None else text.tidy(base)


def base_of(field: Any) -> str:
    """Return what the field showed when its version was read, through every refusal since."""
    base = getattr(field, "base", base_in_form(field.name))
    return shown(field) if base is None else base


def posted(row: Any = None) -> Any:
    """Return the fields of the request, without its files, for which no form of ours asks.

    A page that is only asked for has those between which and their saving a sign-in came, if any. A
    field in which the person keeps what somebody else saved counts as not sent: it stays as it is
    stored, whatever that is by now.
    """
    if request.method != "POST":
        return keeping.kept(row.version if row is not None else None)
    fields = request.form.copy()
    for name in [name for name in fields if request.form.get(KEEP_PREFIX + name) == "theirs"]:
        del fields[name]
    return fields


def conflict_of(mine: Any, stored: Form, row: Any) -> Conflict:
    """Return what stands between a stale form and the stored row; `mine` is left as merged of both."""
    mine.validate()
    conflict = Conflict(
        collisions(mine, stored),
        row.version,
        who=who_saved_since(row, seen_version()),
        merged=_merged(mine, stored),
        done=all(_agree(field, stored[field.name]) for field in mine),
    )
    take_over(mine, stored)
    return conflict


def collisions(mine: Form, stored: Form) -> tuple[Collision, ...]:
    """Return the fields that both changed, each to something else; without a base, all that differ.

    `mine` has been validated: 4 and 4.00 are one price.
    """
    found = []
    for field in mine:
        base, theirs, typed = base_in_form(field.name), shown(stored[field.name]), shown(field)
        if base not in {typed, theirs} and not _agree(field, stored[field.name]):
            found.append(_collision(field, base or "", theirs, typed))
    return tuple(found)


def _merged(mine: Form, stored: Form) -> tuple[Collision, ...]:
    """Return the fields that this person left alone, and somebody else did not."""
    found = []
    for field in mine:
        base, theirs = base_in_form(field.name), shown(stored[field.name])
        if base is not None and base != theirs and shown(field) == base:
            found.append(_collision(field, base, theirs, base))
    return tuple(found)


def _collision(field: Field, *values: str) -> Collision:
    """Return the values as people read them; a switch is compared in English, whoever looks at it."""
    told = [said(value) for value in values] if isinstance(field, BooleanField) else values
    return Collision(field.name, field.label.text, *told)


def _agree(mine: Any, theirs: Any) -> bool:
    return shown(mine) == shown(theirs) or (not mine.errors and mine.data == theirs.data)


def take_over(mine: Any, stored: Form) -> None:
    """Put what is stored now into the fields that the person had left alone, and under all of them."""
    for field in mine:
        field.base = shown(stored[field.name])
        if shown(field) == base_in_form(field.name):
            field.raw_data = None
            field.data = stored[field.name].data


def shown(field: Field) -> str:
    """Return what the field shows, as text that two people can compare."""
    if isinstance(field, BooleanField):
        return gettext_noop("Yes") if field.data else gettext_noop("No")
    chosen: Any = getattr(field, "chosen_label", None)
    if chosen is not None:
        return str(chosen())
    return field._value() if hasattr(field, "_value") else str(field.data or "")
