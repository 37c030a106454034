"""Delete, after a page that says what goes along.

Hole mended: Flask-Admin asks only in an inline handler, which a strict policy for scripts switches
off, and deletes a parent's children without a word.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from flask_admin import expose
from flask_babel import format_decimal, lazy_gettext
from sqlalchemy.orm.exc import StaleDataError

from app.admin.base.editing import Answer
from app.admin.base.outdated import OutdatedView
from app.admin.base.returning import return_path
from app.admin.base.saving import one_act
from app.admin.base.saying import quoted, say_done
from app.domain import naming
from app.policies import is_grave_to_delete
from app.policies.rules import restaurant_id_of
from app.saying import said
from app.services import removing


class RemovalView(OutdatedView):
    """The part of a view that deletes one row."""

    deletion_template = "backoffice/deletion.html"
    #: What deleting is called here, as a verb and in the past.
    deletion_words: tuple[Any, Any] = (lazy_gettext("Delete"), lazy_gettext("%(what)s deleted."))
    #: What is asked before: of the rows named, and of those that are ticked.
    deletion_questions: tuple[Any, Any] = (
        lazy_gettext("Delete %(what)s?"),
        lazy_gettext("Delete the ticked %(things)s?"),
    )
    #: What follows from it, for the page that asks.
    deletion_consequence: Any = ""

    @expose("/deletion/")
    def deletion_view(self) -> Answer:
        """Ask, and say how many rows go along."""
        self.demand(self.can_delete)
        row = self._judged(request.args.get("id"))
        self.demand_recent(is_grave_to_delete(self.actor, row))
        self.follow(restaurant_id_of(row))
        return self.ask_deletion([row])

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Answer:
        """Delete the row; one with children only when the person has confirmed their number."""
        self.demand(self.can_delete)
        row = self._judged(request.form.get("id"))
        if self.outdated([row]) or self.wants_a_yes([row]):
            return self.ask_deletion([row], status=409)
        name = str(row)
        try:
            self.delete_model(row)
        except StaleDataError:
            return self.ask_deletion([self._judged(request.form.get("id"))], status=409)
        say_done(str(self.deletion_words[1]) % {"what": quoted(name)})
        self.after_removal([row])
        return redirect(return_path(self.get_url(".index_view")))

    def delete_model(self, model: Any) -> bool:
        """Delete the row and its children and commit."""
        with one_act(self.rows):
            self.remove(model)
        return True

    def remove(self, row: Any) -> None:
        """Take the row out, within the caller's transaction."""
        self.on_model_delete(row)
        self.rows.delete(row)

    def after_removal(self, rows: list[Any]) -> None:
        """Say what else a person should know, once these rows are out."""

    def children_of(self, rows: list[Any]) -> dict[str, int]:
        """Return how many rows of which kind would go along with all of these."""
        total: dict[str, int] = {}
        for row in rows:
            for words, count in removing.going_along(self.rows, row).items():
                total[words] = total.get(words, 0) + count
        return total

    def wants_a_yes(self, rows: list[Any]) -> bool:
        """Tell whether more would go along than the person has said yes to; from here on no more comes.

        A page of ours says what it counted; a script's plain `confirm=1` is a yes to all there is.
        """
        for row in rows:
            removing.hold(self.rows, row)
        children = self.children_of(rows)
        agreed, known = request.form.get("confirm") == "1", _in_one_line(children)
        return bool(children) and not (agreed and request.form.get("along", known) == known)

    def ask_deletion(self, rows: list[Any], *, status: int = 200) -> Answer:
        """Return the page that asks for a yes; it says which rows changed since the page before."""
        children = self.children_of(rows)
        page = self.render(
            self.deletion_template,
            doomed=rows,
            children=[_worded(words, count) for words, count in children.items()],
            along=_in_one_line(children),
            outdated=self.outdated(rows),
            asked_again=status == 409,
            return_url=return_path(self.get_url(".index_view")),
        )
        return page, status

    def _judged(self, id: str | None) -> Any:
        row = self.get_one(id)
        self.demand_here(self.removal_grant, row)
        return row


def _worded(words: str, count: int) -> str:
    """Return “4 sections” in the reader's language and numbers."""
    table = naming.table(words)
    return f"{format_decimal(count)} {said(naming.kinds(table, count) if table else words)}"


def _in_one_line(children: dict[str, int]) -> str:
    """Return what goes along in one line, for a page to send back."""
    return ", ".join(f"{count} {words}" for words, count in children.items())
