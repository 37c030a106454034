"""The version that a page saw: what it was made from, and what somebody else made of it since.

Hole mended: `version_id_col` catches only races within one request, and as a plain form field it
switches the check off. So each form and cell carries `row_version`, compared here; between this
comparison and the UPDATE, the mapper's own check still stands.
"""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField, Field, Form

from app.domain.errors import Collision, Malformed

#: What a hidden field begins with that says what its field showed when the page was made.
BASE_PREFIX = "base-"


def seen_version() -> int:
    """Return the version the page was made from; raises Malformed without a proper one."""
    text = request.form.get("row_version", "")
    if not (text.isascii() and text.isdigit()) or not 0 < len(text) < 10:
        raise Malformed(
            "The form does not say which version of the row it shows. Open it again and repeat the change."
        )
    return int(text)


def collisions(mine: Form, stored: Form) -> tuple[Collision, ...]:
    """Return the fields that the person changed and that now hold something else."""
    found = []
    for field in mine:
        theirs, typed = shown(stored[field.name]), shown(field)
        base = request.form.get(BASE_PREFIX + field.name)
        if typed not in (theirs, base):
            found.append(Collision(field.name, field.label.text, base or "", theirs, typed))
    return tuple(found)


def take_over(mine: Form, stored: Form) -> None:
    """Put what is stored now into the fields that the person had left alone."""
    for field in mine:
        if shown(field) == request.form.get(BASE_PREFIX + field.name):
            field.raw_data = None
            field.data = stored[field.name].data


def shown(field: Field) -> str:
    """Return what the field shows, as text that two people can compare."""
    if isinstance(field, BooleanField):
        return "Yes" if field.data else "No"
    chosen: Any = getattr(field, "chosen_label", None)
    if chosen is not None:
        return str(chosen())
    return field._value() if hasattr(field, "_value") else str(field.data or "")
