"""What is asked of an item beyond its columns."""

from __future__ import annotations

from typing import Any

from flask_admin.form import rules
from flask_babel import lazy_gettext

from app import current
from app.admin.base import SwitchField
from app.services import selling_out

ITEM_RULES = (
    rules.FieldSet(("section", "name", "description"), lazy_gettext("What guests read")),
    rules.FieldSet(("price", "sold_out"), lazy_gettext("Price and availability")),
    rules.FieldSet(("position",), lazy_gettext("Where it stands")),
)

ITEM_ARGS = {
    "description": {"description": lazy_gettext("Below the name on the menu: what it is, how it is made.")},
    "price": {"description": lazy_gettext("Leave it blank while there is no price yet.")},
    "position": {
        "description": lazy_gettext("Counted from 0 within the section; left blank, it goes to the end.")
    },
}


class SoldOutField(SwitchField):
    """Whether guests can have it now; stored as since when, until when, by whom."""

    def populate_obj(self, obj: Any, name: str) -> None:
        if self.data == obj.is_sold_out(current.now()):
            return
        if self.data:
            selling_out.mark_sold_out(obj, by=current.actor(), at=current.now())
        else:
            selling_out.mark_available(obj)
