"""What each reader most likely came for: one primary action, and one beside it."""

from __future__ import annotations

from flask_babel import gettext

from app.admin.attention import Desk, Way
from app.domain.roles import Action
from app.models import MenuItem
from app.policies import allows_anywhere, creating, editable_anywhere


def ways(desk: Desk) -> list[Way]:
    """Return the reader's actions, the primary one first."""
    reader, items = desk.reader, desk.url("items.index_view")
    if allows_anywhere(reader, Action.ADMINISTER):
        return [
            Way(gettext("See restaurants"), desk.url("restaurants.index_view")),
            Way(gettext("Edit items"), items),
        ]
    if not editable_anywhere(reader, MenuItem):
        export = desk.url("items.export", export_type="xlsx")
        return [Way(gettext("See items"), items), Way(gettext("Export items"), export)]
    edit = Way(gettext("Edit items"), items)
    creates = creating(MenuItem)
    if creates is not None and allows_anywhere(reader, creates):
        return [Way(gettext("New item"), desk.url("items.create_view", url=desk.url("admin.index"))), edit]
    return [Way(gettext("Open the kitchen"), desk.url("kitchen.index")), edit]
