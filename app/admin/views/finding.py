"""Find anything: pages, rows and what can be done, in one search; as a page, and for the palette as JSON."""

from __future__ import annotations

from flask import jsonify, request
from flask_admin import expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from app import current
from app.admin.base.reader import ReaderView
from app.admin.finding import places, rows
from app.admin.finding.entries import Group

#: The most characters of a search that are read.
LONGEST = 200


class FindView(ReaderView):
    """One search over all that the reader reaches."""

    def is_visible(self) -> bool:
        """Keep it out of the menu, which has a button for it."""
        return False

    @expose("/")
    def index(self) -> str | Response:
        """Answer `?q=`; without any words with the pages, and with what `?recent=` names."""
        typed = request.args.get("q", "")[:LONGEST].replace("\0", " ").strip()
        found = self._found(typed, request.args.get("recent", "")[:LONGEST])
        if current.wants_json():
            return jsonify(groups=[group.as_json() for group in found])
        return self.render("backoffice/find.html", typed=typed, groups=found)

    def _found(self, typed: str, recent: str) -> list[Group]:
        named, doing = rows.found(self.admin, self.rows, typed)
        doing += places.beginnings(self.admin, typed)
        found = [
            Group(gettext("Opened last"), rows.recent(self.admin, self.rows, recent) if not typed else []),
            *named,
            Group(gettext("To do"), doing),
            Group(gettext("Pages"), places.pages(self.admin, typed)),
        ]
        return [group for group in found if group.entries]
