"""What the audit can be narrowed to."""

from __future__ import annotations

from app.admin.base import ChoiceFilter, RelationFilter, YesNoFilter
from app.admin.narrating import COMMAND_LINE
from app.admin.views.by_person import PersonFilter
from app.admin.views.choices import RESTAURANTS
from app.admin.views.days import day_filters
from app.domain.audit import REFUSALS, Event
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


AUDIT_FILTERS = (
    RelationFilter("Restaurant", RESTAURANTS, AuditEntry.restaurant_id.__eq__),
    ChoiceFilter(
        "What", lambda: {str(event): words for event, words in EVENTS.items()}, AuditEntry.event.__eq__
    ),
    YesNoFilter("Refused", lambda: AuditEntry.event.in_(REFUSALS)),
    # Without a number: who was refused before it was known who they are, and the operator.
    PersonFilter(AuditEntry, f"Nobody signed in, or {COMMAND_LINE.lower()}"),
    *day_filters(AuditEntry.at),
)
