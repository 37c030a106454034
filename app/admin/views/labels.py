"""What columns are called, the same in every list, form and file."""

from __future__ import annotations

from flask_babel.speaklater import LazyString

from app.domain import naming
from app.saying import headed

#: Columns of a row that another row belongs to.
_OF_OTHERS = {
    "restaurant.currency": "currency",
    "restaurant.name": "restaurant",
    "section.menu.name": "menu",
    "section.name": "section",
    "menu.name": "menu",
    "user.email": "email",
    "user.name": "name",
}

LABELS = {
    name: LazyString(headed, naming.column(column))
    for name, column in {**{each: each for each in naming.columns()}, **_OF_OTHERS}.items()
}
