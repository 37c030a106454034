"""What the audit can be narrowed to."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from app.admin.base import ChoiceFilter, DayFilter, RelationFilter, YesNoFilter
from app.admin.narrating import COMMAND_LINE
from app.admin.views.choices import RESTAURANTS
from app.admin.views.days import midnight
from app.domain.audit import REFUSALS, Event
from app.extensions import db
from app.models import AuditEntry

#: What happened, in words; the subject and the reason stand beside it.
EVENTS = {
    Event.SIGNED_IN: "Signed in",
    Event.SIGNED_IN_AS_DEVELOPER: "Signed in by the development sign-in",
    Event.SIGN_IN_REFUSED: "Sign-in refused",
    Event.SIGNED_OUT: "Signed out",
    Event.SIGNED_OUT_EVERYWHERE: "Signed out everywhere",
    Event.REQUEST_REFUSED: "Request refused",
    Event.IDENTITY_LINKED: "Linked an account",
    Event.IDENTITY_UNLINKED: "Unlinked an account",
    Event.INVITED: "Invited",
    Event.INVITED_AGAIN: "Sent an invitation again",
    Event.INVITATION_ACCEPTED: "Accepted an invitation",
    Event.INVITATION_REVOKED: "Took an invitation back",
    Event.ROLE_GIVEN: "Role given",
    Event.ROLE_CHANGED: "Role changed",
    Event.ROLE_ENDED: "Role ended",
    Event.RESTAURANT_OPENED: "Restaurant opened",
    Event.RESTAURANT_DELETED: "Restaurant deleted",
    Event.EXPORTED: "Exported",
    Event.ADMINISTRATION_GIVEN: "Made an administrator",
    Event.ADMINISTRATION_ENDED: "Administration ended",
    Event.ADMINISTRATOR_ACTED: "Acted as administrator",
    Event.DISABLED: "User disabled",
    Event.ENABLED: "User enabled",
}


def _people() -> dict[str, str]:
    """Return the names that stand in what the reader may read, each with its number; 0 is nobody known."""
    query = select(AuditEntry.by_id, func.max(AuditEntry.by_name)).group_by(AuditEntry.by_id)
    found = {str(number or 0): name or COMMAND_LINE for number, name in db.session.execute(query)}
    return dict(sorted(found.items(), key=lambda each: each[1].lower()))


def _by(number: str) -> ColumnElement[bool]:
    return AuditEntry.by_id.is_(None) if number == "0" else AuditEntry.by_id == int(number)


AUDIT_FILTERS = (
    RelationFilter("Restaurant", RESTAURANTS, AuditEntry.restaurant_id.__eq__),
    ChoiceFilter(
        "What", lambda: {str(event): words for event, words in EVENTS.items()}, AuditEntry.event.__eq__
    ),
    YesNoFilter("Refused", lambda: AuditEntry.event.in_(REFUSALS)),
    ChoiceFilter("Person", _people, _by),
    DayFilter("Day", "from", lambda day: AuditEntry.at >= midnight(day)),
    DayFilter("Day", "to", lambda day: AuditEntry.at < midnight(day + timedelta(days=1))),
)
