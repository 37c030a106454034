"""What the audit can be narrowed to."""

from __future__ import annotations

from app.admin.base import ChoiceFilter, RelationFilter, YesNoFilter
from app.admin.views.by_person import PersonFilter
from app.admin.views.choices import RESTAURANTS
from app.admin.views.days import day_filters
from app.domain.audit import REFUSALS, Event
from app.domain.words import gettext_noop
from app.models import AuditEntry
from app.saying import said

#: What happened, in words; the subject and the reason stand beside it.
EVENTS = {
    Event.SIGNED_IN: gettext_noop("Signed in"),
    Event.SIGNED_IN_AS_DEVELOPER: gettext_noop("Signed in by the development sign-in"),
    Event.SIGN_IN_REFUSED: gettext_noop("Sign-in refused"),
    Event.SIGNED_OUT: gettext_noop("Signed out"),
    Event.SIGNED_OUT_EVERYWHERE: gettext_noop("Signed out everywhere"),
    Event.REQUEST_REFUSED: gettext_noop("Request refused"),
    Event.IDENTITY_LINKED: gettext_noop("Linked an account"),
    Event.IDENTITY_UNLINKED: gettext_noop("Unlinked an account"),
    Event.INVITED: gettext_noop("Invited"),
    Event.INVITED_AGAIN: gettext_noop("Sent an invitation again"),
    Event.INVITATION_ACCEPTED: gettext_noop("Accepted an invitation"),
    Event.INVITATION_REVOKED: gettext_noop("Took an invitation back"),
    Event.ROLE_GIVEN: gettext_noop("Role given"),
    Event.ROLE_CHANGED: gettext_noop("Role changed"),
    Event.ROLE_ENDED: gettext_noop("Role ended"),
    Event.RESTAURANT_OPENED: gettext_noop("Restaurant opened"),
    Event.RESTAURANT_DELETED: gettext_noop("Restaurant deleted"),
    Event.EXPORTED: gettext_noop("Exported"),
    Event.ADMINISTRATION_GIVEN: gettext_noop("Made an administrator"),
    Event.ADMINISTRATION_ENDED: gettext_noop("Administration ended"),
    Event.ADMINISTRATOR_ACTED: gettext_noop("Acted as administrator"),
    Event.DISABLED: gettext_noop("User disabled"),
    Event.ENABLED: gettext_noop("User enabled"),
}


AUDIT_FILTERS = (
    RelationFilter(gettext_noop("Restaurant"), RESTAURANTS, AuditEntry.restaurant_id.__eq__),
    ChoiceFilter(
        gettext_noop("What"),
        lambda: {str(event): said(words) for event, words in EVENTS.items()},
        AuditEntry.event.__eq__,
    ),
    YesNoFilter(gettext_noop("Refused"), lambda: AuditEntry.event.in_(REFUSALS)),
    # Without a number: who was refused before it was known who they are, and the operator.
    PersonFilter(AuditEntry, gettext_noop("Nobody signed in, or the command line")),
    *day_filters(AuditEntry.at),
)
