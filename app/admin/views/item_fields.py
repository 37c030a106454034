"""What is asked of an item beyond its columns."""

from __future__ import annotations

from typing import Any

from app import current
from app.admin.base import SwitchField
from app.services import selling_out


class SoldOutField(SwitchField):
    """Whether guests can have it now; stored as since when, until when, by whom."""

    def populate_obj(self, obj: Any, name: str) -> None:
        if self.data == obj.is_sold_out(current.now()):
            return
        if self.data:
            selling_out.mark_sold_out(obj, by=current.actor(), at=current.now())
        else:
            selling_out.mark_available(obj)
