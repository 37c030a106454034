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
from flask_babel import format_decimal, gettext, lazy_gettext
from sqlalchemy.orm.exc import StaleDataError

from app.admin.base.editing import Answer
from app.admin.base.outdated import OutdatedRows
from app.admin.base.removal import RemovalView
from app.admin.base.returning import return_path
from app.admin.base.saving import one_act
from app.admin.base.saying import say_done
from app.domain import naming, numbers
from app.domain.errors import Blocked, Malformed
from app.domain.roles import Action
from app.domain.words import Phrase
from app.policies import allows_anywhere
from app.saying import said

#: The most rows of one act; a page of a list shows a hundred.
MOST = 1000

#: The field of a batch that is about all rows of its list: what its page saw of them (`Seen`).
MATCHING = "matching"

_TOO_MANY = Phrase(
    "That is too many rows at once; %(most)s are the most. Narrow the list and do it part by part.", most=MOST
)


class BatchView(RemovalView):
    """The part of a view that acts on what is ticked; `action_grants` says what each action asks for."""

    action_grants: dict[str, Action] = {}
    outdated_template = "backoffice/outdated.html"
    matching_template = "backoffice/matching.html"
    most_at_once = MOST

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Answer:
        """Do `action` to every `rowid`."""
        name = request.form.get("action", "")
        if name not in self._actions_data:
            raise Malformed("There is no such action in this list.")
        self.demand(self.is_action_allowed(name))
        if MATCHING in request.form:
            return self.act_on_matching(name)
        return self.act_on(name, _ticked_ids())

    def act_on_matching(self, name: str) -> Answer:
        """Do `action` to every row that the list of this address has, if these are what its page saw.

        Nobody has seen each of them; so whatever came, went or was saved since is asked about first, and
        deleting them is always.
        """
        args = self._get_list_extra_args()
        narrowed = self.narrowed(args.search, args.filters)
        now = self.seen(narrowed)
        if now.rows > MOST:
            raise Malformed(_TOO_MANY)
        ids = [str(number) for number in self.rows.scalars(narrowed.with_only_columns(self.model.id))]
        rows = self._judged_rows(ids, name)
        if str(now) != request.form[MATCHING]:
            return self._ask_matching(name, rows)
        if name == "delete":
            return self.ask_deletion(rows, status=409)
        return self.act_on(name, ids)

    def act_on(self, name: str, ids: list[str]) -> Answer:
        """Do `action` to each of these rows; ask first where one of them is no longer what the page saw."""
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
            action_text=self.action_words(name),
            rows=rows,
            others=[row for row in rows if row.id not in changed],
            outdated=found,
            return_url=return_path(self.get_url(".index_view")),
        )
        return page, 409

    def _ask_matching(self, name: str, rows: list[Any]) -> Answer:
        """Return the page that says how many rows there are now, and offers to go on with those."""
        page = self.render(
            self.matching_template,
            action=name,
            action_text=self.action_words(name),
            rows=rows,
            before=numbers.whole(request.form[MATCHING].partition("-")[0]),
            return_url=return_path(self.get_url(".index_view")),
        )
        return page, 409

    def action_words(self, name: str) -> str:
        """Return what the button of an action says."""
        return str(self.deletion_words[0] if name == "delete" else self._actions_data[name][1])

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

    @property
    def plural(self) -> str:
        """What its rows are called, as it stands within a sentence."""
        table = str(self.model.__tablename__)
        return said(naming.kinds(table, 2)) if naming.is_kind(table) else gettext("entries")

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
        raise Malformed(_TOO_MANY)
    return ids
