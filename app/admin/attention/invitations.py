"""Invitations that nobody has accepted yet."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext, ngettext

from app.admin import formatting
from app.admin.attention.line import Desk, Line, Urgency, Way
from app.domain.roles import Action
from app.models import Invitation
from app.services import attending


def _until(desk: Desk, invitation: Invitation) -> str:
    if invitation.expires_at <= desk.at:
        return gettext("has expired")
    return gettext(
        "until %(until)s", until=formatting.brief(invitation.expires_at, formatting.zone_of(invitation))
    )


def _to_the_waiting(desk: Desk) -> Way:
    return Way(gettext("Send again or take back"), desk.url("people.index_view", _anchor="waiting"))


WAITING = Line(
    name="Invitations that wait",
    icon="mail",
    grant=Action.MANAGE_PEOPLE,
    urgency=Urgency.LATER,
    model=Invitation,
    condition=lambda _at: attending.waiting(),
    newest_first=True,
    title=lambda n, count: ngettext(
        "%(count)s invitation waits", "%(count)s invitations wait", n, count=count
    ),
    calm=lazy_gettext("No invitation waits"),
    way=_to_the_waiting,
    label=lambda invitation: invitation.email,
    note=_until,
)
