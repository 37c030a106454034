"""What only an administrator of the installation can see to."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext, ngettext

from app import current
from app.admin import formatting
from app.admin.attention.line import Desk, Line, Urgency, Way
from app.domain.audit import Event
from app.domain.roles import Action
from app.models import AuditEntry, Restaurant
from app.saying import said
from app.services import attending


def _invite(desk: Desk, restaurant: Restaurant) -> Way:
    url = desk.url("people.create_view", restaurant=restaurant.id, url=desk.url("admin.index"))
    return Way(gettext("Invite an owner"), url)


def _reason(_desk: Desk, entry: AuditEntry) -> str:
    at = formatting.brief(entry.at, current.zone())
    return gettext("%(reason)s, %(at)s", reason=said(entry.reason), at=at) if entry.reason else at


WITHOUT_OWNER = Line(
    name="Restaurants without an owner",
    icon="store",
    grant=Action.ADMINISTER,
    urgency=Urgency.SOON,
    model=Restaurant,
    condition=lambda _at: attending.without_owner(),
    title=lambda n, count: ngettext(
        "%(count)s restaurant has no owner", "%(count)s restaurants have no owner", n, count=count
    ),
    calm=lazy_gettext("Every restaurant has an owner"),
    way=lambda desk: Way(gettext("See restaurants"), desk.url("restaurants.index_view")),
    way_of=_invite,
)

REFUSED = Line(
    name="Refused sign-ins",
    icon="shield",
    grant=Action.ADMINISTER,
    urgency=Urgency.SOON,
    model=AuditEntry,
    condition=attending.refused,
    newest_first=True,
    of_no_place=True,
    title=lambda n, count: ngettext(
        "%(count)s sign-in was refused since yesterday",
        "%(count)s sign-ins were refused since yesterday",
        n,
        count=count,
    ),
    calm=lazy_gettext("No sign-in was refused since yesterday"),
    way=lambda desk: Way(
        gettext("Read the audit"), desk.listed("audit", "what_is", str(Event.SIGN_IN_REFUSED))
    ),
    way_of=lambda desk, entry: Way("", desk.url("audit.details_view", id=entry.id)),
    label=lambda entry: entry.subject or gettext("Somebody unknown"),
    note=_reason,
)
