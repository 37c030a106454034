"""Invitations that wait: shown below the list, sent again, taken back; each a sub-resource of its list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import flash, redirect
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from app import current, tenancy
from app.admin import formatting
from app.admin.base.access import parse_key
from app.admin.base.editing import Answer
from app.admin.base.returning import return_path
from app.admin.base.saving import one_act
from app.admin.invitations import InvitingView
from app.admin.narrating import COMMAND_LINE
from app.domain import naming
from app.domain.errors import NotFound
from app.models import Invitation
from app.policies import may_grant, require_grantable
from app.saying import headed
from app.services import awaiting, backing

#: How many of them one page shows, the newest first.
MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """One invitation in words; `over` says why its link leads nowhere, or nothing."""

    id: int
    email: str
    role: str
    place: str
    maker: str
    until: str
    mailed: bool
    over: str
    may_change: bool


class WaitingView(InvitingView):
    """The part of a view that shows which of its invitations wait."""

    list_template = "backoffice/people.html"
    most_waiting = MOST

    def waiting(self) -> list[Waiting]:
        """Return the invitations of this list that wait, within the reader's reach, one more than MOST."""
        if not self.can_create:
            return []
        query = select(Invitation).where(self._belongs(), *awaiting.pending())
        newest = query.order_by(Invitation.created_at.desc(), Invitation.id.desc()).limit(MOST + 1)
        rows = self.rows.scalars(newest.options(joinedload(Invitation.restaurant))).all()
        with tenancy.unscoped(self.rows, tenancy.Reason.MAKERS):
            makers = backing.makers(self.rows, rows)
        return list(self._told(rows, makers))

    @expose("/invitations/<number>/renewal", methods=("POST",))
    def renew_invitation(self, number: str) -> Answer:
        """Send it again with a new link, which is shown once; the old one leads nowhere any more."""
        row = self._waiting_one(number)

        def renewed() -> tuple[Invitation, str]:
            return row, awaiting.renew(self.rows, row, by=self.actor, at=current.now())

        return self.sent(renewed)

    @expose("/invitations/<number>/revocation", methods=("POST",))
    def revoke_invitation(self, number: str) -> Response:
        """Take it back; its link leads nowhere any more."""
        row = self._waiting_one(number)
        email = row.email
        with one_act(self.rows):
            awaiting.revoke(self.rows, row, by=self.actor, at=current.now())
        words = gettext(
            "The invitation of %(email)s is taken back; its link leads nowhere any more.", email=email
        )
        flash(words, "success")
        return redirect(return_path(self.get_url(".index_view")))

    def _belongs(self) -> ColumnElement[bool]:
        place = Invitation.restaurant_id
        return place.is_(None) if self.invitation_restaurants is None else place.is_not(None)

    def _waiting_one(self, number: str) -> Invitation:
        self.demand(self.can_create)
        query = select(Invitation).where(Invitation.id == parse_key(number), self._belongs())
        row = self.rows.scalar(query.where(*awaiting.pending()))
        if row is None:
            raise NotFound("There is no such invitation.")
        require_grantable(self.actor, row.role, row.restaurant_id)
        return row

    def _told(self, rows: Sequence[Invitation], makers: dict[int, backing.Maker]) -> Iterator[Waiting]:
        for row in rows:
            maker = makers.get(row.created_by_id or 0)
            yield Waiting(
                id=row.id,
                email=row.email,
                role=headed(naming.role(row.role)),
                place=row.restaurant.name if row.restaurant else "",
                maker=maker.name if maker else str(COMMAND_LINE),
                until=formatting.brief(row.expires_at, formatting.zone_of(row)),
                mailed=row.mailed_at is not None,
                over=_over(row, makers),
                may_change=may_grant(self.actor, row.role, row.restaurant_id),
            )


def _over(row: Invitation, makers: dict[int, backing.Maker]) -> str:
    if row.expires_at <= current.now():
        return gettext("expired")
    if backing.stands(row, makers):
        return ""
    return gettext("no longer valid: its sender may not give this role")
