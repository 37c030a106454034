"""The style guide: every component of the interface on one page, for developers."""

from __future__ import annotations

import re
from pathlib import Path

from flask import current_app
from flask_admin import expose

from app.admin.base.reader import ReaderView

_SYMBOL = re.compile(r'<symbol id="([^"]+)"')


class StyleView(ReaderView):
    """What there is to build a page from; only where Carte is developed (app/admin/__init__.py)."""

    def is_visible(self) -> bool:
        """Keep it out of the menu: it is no part of anybody's work."""
        return False

    @expose("/")
    def index(self) -> str:
        sprite = Path(str(current_app.static_folder), "icons.svg").read_text(encoding="utf-8")
        return self.render("backoffice/style.html", icons=_SYMBOL.findall(sprite))
