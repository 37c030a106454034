"""One action on several rows: all of them, or none.

Holes mended: “delete selected” compares text with numbers on PostgreSQL, an unknown action is a
silent redirect, and rows outside the reach are skipped without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request
from flask_admin import expose
from flask_admin.actions import action
from flask_babel import format_decimal, lazy_gettext
from sqlalchemy.orm.exc import StaleDataError

from app.admin.base.editing import Answer
from app.admin.base.outdated import OutdatedRows
from app.admin.base.removal import RemovalView
from app.admin.base.returning import return_path
from app.admin.base.saving import one_act
from app.admin.base.saying import say_done
from app.domain import naming
from app.domain.errors import Blocked, Malformed
from app.domain.roles import Action
from app.policies import allows_anywhere
from app.saying import said

#: The most rows of one act; a page of a list shows a hundred.
MOST = 1000


class BatchView(RemovalView):
    """The part of a view that acts on what is ticked; `action_grants` says what each action asks for."""

    action_grants: dict[str, Action] = {}
    outdated_template = "backoffice/outdated.html"

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Answer:
        """Do `action` to every `rowid`."""
        name = request.form.get("action", "")
        if name not in self._actions_data:
            raise Malformed("There is no such action in this list.")
        self.demand(self.is_action_allowed(name))
        ids = _ticked_ids()
        try:
            answer: Answer | None = self._actions_data[name][0](ids)
        except OutdatedRows as found:
            return self.ask_again(name, found.rows)
        except StaleDataError:
            # Somebody was faster within this very moment; one_act has undone all of it.
            return self.ask_again(name, self._judged_rows(ids, name))
        return answer if answer is not None else redirect(return_path(self.get_url(".index_view")))

    def is_action_allowed(self, name: str) -> bool:
        """Tell whether the reader may do this to any row at all; decides what the list offers."""
        grant = self._grant(name)
        return grant is not None and allows_anywhere(self.actor, grant)

    def ticked(self, ids: list[str], name: str) -> list[Any]:
        """Return the rows, judged: none missing, none foreign, the action allowed in each restaurant.

        Raises OutdatedRows when any of them is no longer what the page showed.
        """
        rows = self._judged_rows(ids, name)
        if self.outdated(rows):
            raise OutdatedRows(rows)
        return rows

    def ask_again(self, name: str, rows: list[Any]) -> Answer:
        """Return the page that says which rows changed, and offers all as they are now, or the others."""
        found = self.outdated(rows)
        if not found:
            raise Blocked("Somebody else saved or deleted one of these rows at the same moment.")
        if name == "delete":
            return self.ask_deletion(rows, status=409)
        changed = {each.row.id for each in found}
        page = self.render(
            self.outdated_template,
            action=name,
            action_text=str(self._actions_data[name][1]),
            rows=rows,
            others=[row for row in rows if row.id not in changed],
            outdated=found,
            return_url=return_path(self.get_url(".index_view")),
        )
        return page, 409

    def each(self, ids: list[str], name: str, act: Callable[[Any], None], words: Any) -> None:
        """Do `act` to each of the rows, in one transaction."""
        self._act(self.ticked(ids, name), act, words)

    @action("delete", lazy_gettext("Delete"), lazy_gettext("Delete the ticked rows?"))
    def action_delete(self, ids: list[str]) -> Answer | None:
        """Delete all the rows; with children only when the person has confirmed their number."""
        rows = self.ticked(ids, "delete")
        if self.wants_a_yes(rows):
            return self.ask_deletion(rows, status=409)
        self._act(rows, self.remove, self.deletion_words[1])
        self.after_removal(rows)
        return None

    def counted(self, count: int) -> str:
        """Return “1 item”, “3 items”."""
        return f"{format_decimal(count)} {said(naming.kinds(self.model.__tablename__, count))}"

    def _judged_rows(self, ids: list[str], name: str) -> list[Any]:
        rows = self.get_many(ids)
        for row in rows:
            self.demand_here(self._grant(name), row)
        return rows

    def _act(self, rows: list[Any], act: Callable[[Any], None], words: Any) -> None:
        with one_act(self.rows):
            for row in rows:
                act(row)
        say_done(str(words) % {"what": self.counted(len(rows))})

    def _grant(self, name: str) -> Action | None:
        return self.removal_grant if name == "delete" else self.action_grants.get(name)


def _ticked_ids() -> list[str]:
    ids = request.form.getlist("rowid")
    if not ids:
        raise Malformed("Tick at least one row first.")
    if len(ids) > MOST:
        raise Malformed(f"That is too many rows at once; tick at most {MOST}.")
    return ids
