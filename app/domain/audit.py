"""What the audit tells of: who came in or was refused, who was given or lost what, what left the house."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """What happened, as `subject:verb`."""

    SIGNED_IN = "sign-in:done"
    SIGNED_IN_AS_DEVELOPER = "sign-in:development"
    SIGN_IN_REFUSED = "sign-in:refused"
    SIGNED_OUT = "session:ended"
    SIGNED_OUT_EVERYWHERE = "sessions:ended"
    REQUEST_REFUSED = "request:refused"
    IDENTITY_LINKED = "identity:linked"
    IDENTITY_UNLINKED = "identity:unlinked"
    INVITED = "invitation:made"
    INVITED_AGAIN = "invitation:renewed"
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_REVOKED = "invitation:revoked"
    ROLE_GIVEN = "role:given"
    ROLE_CHANGED = "role:changed"
    ROLE_ENDED = "role:ended"
    RESTAURANT_OPENED = "restaurant:opened"
    RESTAURANT_DELETED = "restaurant:deleted"
    EXPORTED = "rows:exported"
    ADMINISTRATION_GIVEN = "administration:given"
    ADMINISTRATION_ENDED = "administration:ended"
    ADMINISTRATOR_ACTED = "administrator:acted"
    DISABLED = "user:disabled"
    ENABLED = "user:enabled"


#: What a person's own coming and going consists of; it belongs to no restaurant.
COMING_AND_GOING = frozenset(
    {
        Event.SIGNED_IN,
        Event.SIGNED_IN_AS_DEVELOPER,
        Event.SIGN_IN_REFUSED,
        Event.SIGNED_OUT,
        Event.SIGNED_OUT_EVERYWHERE,
    }
)

#: What was refused.
REFUSALS = frozenset({Event.SIGN_IN_REFUSED, Event.REQUEST_REFUSED})
