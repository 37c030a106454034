"""My account: the person who is signed in, and what is theirs; nobody reaches anybody else's here."""

from __future__ import annotations

from typing import Any

import flask
from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app import current
from app.admin import formatting
from app.admin.account import belongings, profile
from app.admin.base.editing import Answer
from app.admin.base.reader import ReaderView
from app.admin.base.saving import one_act
from app.admin.base.versions import base_of, seen_version, seen_version_of
from app.domain.errors import Conflict
from app.models import Membership, User
from app.policies import is_recent
from app.services import linking, signing_out, staffing


class AccountView(ReaderView):
    """One page with all of it; what each of its buttons does is an address of its own."""

    def is_visible(self) -> bool:
        """Keep it out of the menu: the person's own name leads here."""
        return False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Answer:
        """Show all of it; save name, language and clock unless somebody else did first."""
        user = self._user()
        form = profile.form_of(user)
        if request.method != "POST":
            return self._page(user, form)
        if seen_version() != user.version:
            return self._conflict_page(user)
        if not form.validate():
            return self._page(user, form, status=422)
        try:
            profile.save(self.rows, user, form)
        except StaleDataError:
            return self._conflict_page(self._user())
        flash(gettext("Saved."), "success")
        return redirect(self.get_url(".index"))

    @expose("/identities/<row:number>/delete", methods=("POST",))
    def unlink(self, number: int) -> Response:
        """Let one of the accounts sign the person in no more."""
        own = belongings.account(self.rows, self.actor, number, current.settings().providers)
        with one_act(self.rows):
            linking.unlink(
                self.rows,
                own.identity,
                opens=belongings.opens,
                by=self.actor,
                provider=own.name,
                at=current.now(),
            )
        flash(
            gettext(
                "%(account)s signs you in no more. Where you are signed in, you stay so.", account=own.label
            ),
            "success",
        )
        return redirect(self.get_url(".index"))

    @expose("/sessions/<row:number>/delete", methods=("POST",))
    def end_session(self, number: int) -> Response:
        """Sign the person out in one browser."""
        with one_act(self.rows):
            signing_out.end(self.rows, number, by=self.actor, at=current.now())
        flash(gettext("Signed out there."), "success")
        return redirect(self.get_url(".index"))

    @expose("/sessions/delete", methods=("POST",))
    def end_sessions(self) -> Response:
        """Sign the person out in every browser, this one too."""
        with one_act(self.rows):
            signing_out.end_all(self.rows, by=self.actor, at=current.now())
        flask.session.clear()
        flash(gettext("You are signed out everywhere."), "success")
        return redirect(url_for("sign_in.choose"))

    @expose("/memberships/<row:number>/deletion")
    def leaving(self, number: int) -> Answer:
        """Ask before the person leaves a restaurant."""
        return self._question(belongings.membership(self.rows, self.actor, number))

    @expose("/memberships/<row:number>/delete", methods=("POST",))
    def leave(self, number: int) -> Answer:
        """Take the person out of the restaurant; its last owner stays."""
        membership = belongings.membership(self.rows, self.actor, number)
        if seen_version_of(membership) not in {None, membership.version}:
            return self._question(membership, status=409)
        place = str(membership.restaurant)
        with one_act(self.rows):
            staffing.remove(self.rows, membership)
        flash(gettext("You left %(place)s.", place=place), "success")
        homeless = not self.actor.is_admin and not belongings.memberships(self.rows, self.actor)
        return redirect(url_for("sign_in.welcome") if homeless else self.get_url(".index"))

    def _user(self) -> User:
        return self.rows.get_one(User, self.actor.id, populate_existing=True)

    def _conflict_page(self, user: User) -> Answer:
        mine, conflict = profile.conflict(user)
        return self._page(user, mine, status=409, conflict=conflict)

    def _page(
        self, user: User, form: profile.ProfileForm, *, status: int = 200, conflict: Conflict | None = None
    ) -> Answer:
        providers, signed_in = current.settings().providers, current.signed_in()
        here = signed_in.session_id if signed_in else 0
        page = self.render(
            "backoffice/account.html",
            user=user,
            form=form,
            conflict=conflict,
            base_of=base_of,
            shown=_shown,
            zone=current.zone(),
            accounts=belongings.accounts(self.rows, self.actor, providers),
            providers=providers,
            is_recent=is_recent(self.actor, current.now()),
            seats=belongings.seats(self.rows, self.actor, here=here, at=current.now()),
            memberships=belongings.memberships(self.rows, self.actor),
        )
        return page, status

    def _question(self, membership: Membership, *, status: int = 200) -> Answer:
        return self.render("backoffice/account/leaving.html", membership=membership), status


def _shown(row: Any, name: str) -> str:
    """Return a moment of a row as the person writes it; of a restaurant's row, the day."""
    show = formatting.show_day if isinstance(row, Membership) else formatting.show_moment
    return show(None, None, row, name)
