"""The pages that undo and restore: an act, a change, one field of it, a row as it was then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import current
from app.admin import timelines
from app.admin.acts import ActsView
from app.admin.base.editing import Answer
from app.admin.base.returning import return_path
from app.admin.base.saving import one_act
from app.admin.base.saying import say_done
from app.admin.base.versions import seen_version
from app.admin.narrating import Story
from app.domain import naming
from app.domain.errors import Blocked, Malformed, NotFound
from app.models import Change
from app.models.history import RECORDED, Verb
from app.saying import headed, said
from app.services import reverting
from app.services.reverting import Choice, Reversal

#: How many changes an act's own page shows.
SHOWN = 500


class RevertingView(ActsView):
    """The part of the history's view that takes things back; each answer is one act itself."""

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        # Whoever has deleted their only restaurant has no role any more, and may still undo that.
        if not self.is_accessible() and self.rows.scalar(select(Change.id).limit(1)) is not None:
            return None
        return super()._handle_view(name, **kwargs)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._run_view(fn, *args, **kwargs)
        except Blocked as error:
            if current.wants_json():
                raise
            deleted = {self.filter_name("done_is"): Verb.DELETED}
            page = self.render(
                "backoffice/unable.html",
                words=said(error.words),
                return_url=return_path(self.get_url(".index_view")),
                deleted_url=self.get_url(".index_view", **deleted),
            )
            return page, 409

    @expose("/details/")
    def details_view(self) -> str:
        """Show the act that a change belongs to."""
        return self.act_view(self.get_one(request.args.get("id")).act)

    @expose("/acts/<uuid:act>/")
    def act_view(self, act: UUID) -> str:
        """Show everything that one act did."""
        found = timelines.entries(
            self.rows, select(Change).where(Change.act == act), self.actor, limit=1, shown=SHOWN
        )
        if not found:
            raise NotFound("There is no such act.")
        self.follow(*(line.change.restaurant_id for line in found[0].lines))
        return self.render(
            "backoffice/act.html", entry=found[0], return_url=return_path(self.get_url(".index_view"))
        )

    @expose("/acts/<uuid:act>/reversal", methods=("POST",))
    def undo_act(self, act: UUID) -> Answer:
        """Undo an act, unless somebody has changed some of it since."""
        reversal = reverting.of_act(self.rows, act, by=self.actor)
        return self._take_back(reversal, act)

    @expose("/changes/<row:number>/reversal", methods=("POST",))
    def undo_change(self, number: int) -> Answer:
        """Take one change back, or one `fact` of it; a deleted row comes back with what was below it."""
        change = self.get_one(number)
        fact = request.form.get("fact", "")
        return self._take_back(reverting.of_change(self.rows, change, by=self.actor, fact=fact), None)

    @expose("/changes/<row:number>/restoration", methods=("GET", "POST"))
    def restoration_view(self, number: int) -> Answer:
        """Show how a row was right after a change, beside how it is; make it so again."""
        change = self.get_one(number)
        reversal = reverting.to_moment(self.rows, change, by=self.actor)
        version = self._version(change)
        self.follow(change.restaurant_id)
        stale = request.method == "POST" and seen_version() != version
        # Asking for the head of this page is no yes to it.
        if request.method != "POST" or stale:
            return self._ask_moment(change, reversal, version, stale=stale)
        return self._done(reversal, None, gettext("%(name)s is as it was then.", name=change.name))

    def who(self, change: Change) -> str:
        """Return who made a change."""
        return timelines.who(change)

    def doer(self, change: Change) -> str:
        """Return who made a change, as it stands within a sentence."""
        return timelines.doer(change)

    def label_of(self, fact: str) -> str:
        """Return what a fact is called, as a heading."""
        return headed(naming.column(fact))

    def kinds(self, kind: str, count: int) -> str:
        """Return what so many rows of a kind are called."""
        return said(naming.kinds(kind, count))

    def _take_back(self, reversal: Reversal, act: UUID | None) -> Answer:
        choice = request.form.get("choice")
        if choice not in {None, *Choice}:
            raise Malformed("Choose what to do with what has been changed since.")
        unseen = reversal.later and (choice is None or request.form.get("seen") != reversal.seen)
        if unseen or (reversal.is_grave and request.form.get("confirm") != "1"):
            return self._ask(reversal)
        return self._done(reversal.resolved(Choice(choice)) if choice else reversal, act, gettext("Undone."))

    def _done(self, reversal: Reversal, act: UUID | None, words: str) -> Response:
        back = redirect(self._way_back(reversal))
        lost = ", ".join(sorted({effect.name for effect in reversal.lost})[:5])
        if lost:
            flash(
                gettext("Left as it is, because it is gone or taken by now: %(names)s.", names=lost),
                "warning",
            )
        if reversal.is_empty:
            flash(gettext("There is nothing left to undo: everything is as it was before."), "info")
            return back
        with one_act(self.rows):
            reverting.carry_out(self.rows, reversal, undoes=act)
        say_done(words)
        return back

    def _way_back(self, reversal: Reversal) -> str:
        """Return the page that one was on; the list, where that page shows a row that goes now."""
        path = return_path(self.get_url(".index_view"))
        address = urlsplit(path)
        shown = parse_qs(address.query).get("id", [""])[0]
        going = {each.effect.cls for each in reversal.removals if str(each.effect.row_id) == shown}
        views = [view for view in self.admin._views if getattr(view, "model", None) in going]
        lists = [str(view.url) + "/" for view in views if address.path.startswith(f"{view.url}/")]
        return lists[0] if lists else path

    def _ask(self, reversal: Reversal) -> Answer:
        by = [each.by for each in reversal.later if each.by]
        page = self.render(
            "backoffice/reversal.html",
            reversal=reversal,
            story=Story(self.rows, by),
            leaves_some=not reversal.resolved(Choice.THEIRS).is_empty,
            return_url=return_path(self.get_url(".index_view")),
        )
        return page, 409

    def _ask_moment(self, change: Change, reversal: Reversal, version: int, *, stale: bool) -> Answer:
        page = self.render(
            "backoffice/restoration.html",
            change=change,
            reversal=reversal,
            story=Story(self.rows, [change]),
            version=version,
            stale=stale,
            return_url=return_path(self.get_url(".index_view")),
        )
        return page, 409 if stale else 200

    def _version(self, change: Change) -> int:
        """Return the newest version of the row, also of one that is gone."""
        cls = RECORDED[change.kind]
        row = self.rows.scalar(select(cls).where(cls.id == change.row_id))
        if row is not None:
            return getattr(row, "version", 1)
        last = select(Change.version).where(Change.kind == change.kind, Change.row_id == change.row_id)
        return self.rows.scalar(last.order_by(Change.id.desc()).limit(1)) or 1
