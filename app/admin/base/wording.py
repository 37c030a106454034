"""What a view's pages say of one row of its kind, each as a whole: other languages cannot put it together."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext

_NEW = {
    "restaurant": lazy_gettext("New restaurant"),
    "menu": lazy_gettext("New menu"),
    "section": lazy_gettext("New section"),
    "menu_item": lazy_gettext("New item"),
}


class WordedView:
    """The part of a view that names what it makes."""

    model: Any
    #: What the button that makes a row says; it begins with “Save”.
    save_words: Any = lazy_gettext("Save")

    @property
    def new_words(self) -> str:
        """The way to a new row, and the heading of its form."""
        return str(_NEW[self.model.__tablename__]) if self.model.__tablename__ in _NEW else gettext("New")

    def heading_of(self, row: Any) -> str:
        """Return what a row is called, on its page and for the buttons of a list."""
        return str(row)

    @property
    def undo_words(self) -> str:
        """What the page that asks before a deletion says of the way back; blank where there is none."""
        if self.model.__tablename__ not in _NEW:
            return ""
        return gettext("You can undo this: right afterwards, and later in the history.")
