"""Auditing: who came in, who was refused and why, who was given or lost a right, what was taken along.

Written past the ORM, in which nothing may write it, within the transaction of what it tells of: both
happen, or neither. What is changed of invitations, roles and restaurants is told by the history
(`of_changes`), so that no path escapes; whatever else counts says so itself (`note`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.domain import text
from app.domain.actors import Actor
from app.domain.audit import Event
from app.models import AuditEntry, Invitation, Membership, Restaurant
from app.models.history import Verb
from app.models.lengths import longest

_ORIGIN, _TOLD = "carte.origin", "carte.audited_act"


def come_from(session: Session, address: str) -> None:
    """Say from which network address comes what is done in this session from now on."""
    session.info[_ORIGIN] = address


def note(session: Session, event: Event, *, by: Actor | None, at: datetime, **about: Any) -> None:
    """Write one line, in the session's transaction; what is too long for its column is cut.

    `about` may have `restaurant_id`, `subject`, `reason`, `provider`, `act`; see AuditEntry.
    """
    _write(session, [_line(session, event, by=by, at=at, **about)])


def of_changes(session: Session, changes: Sequence[Mapping[str, Any]], *, by: Actor | None) -> None:
    """Write what the audit tells of these lines of history, as `recording` has made them."""
    told = [
        _line(
            session,
            event,
            by=by,
            at=change["at"],
            restaurant_id=change["restaurant_id"],
            subject=change["name"],
            reason=_roles(change),
            act=change["act"],
        )
        for change in changes
        if (event := _event_of(change)) is not None
    ]
    if by is not None and by.is_admin:
        told += _as_administrator(session, changes, by)
    _write(session, told)


def _as_administrator(
    session: Session, changes: Sequence[Mapping[str, Any]], by: Actor
) -> Iterator[dict[str, Any]]:
    """Yield one line an act and restaurant, however many rows and flushes, where they have no role."""
    told: set[tuple[UUID, int]] = session.info.setdefault(_TOLD, set())
    for change in changes:
        act, place = change["act"], change["restaurant_id"]
        # The acts before this one are over.
        told -= {known for known in told if known[0] != act}
        if place is None or by.role_in(place) or (act, place) in told:
            continue
        told.add((act, place))
        yield _line(
            session,
            Event.ADMINISTRATOR_ACTED,
            by=by,
            at=change["at"],
            restaurant_id=place,
            subject=f"{change['kind'].replace('_', ' ')} {change['name']}",
            reason=change["verb"],
            act=act,
        )


def _line(
    session: Session,
    event: Event,
    *,
    by: Actor | None,
    at: datetime,
    restaurant_id: int | None = None,
    subject: str = "",
    reason: str = "",
    provider: str = "",
    act: UUID | None = None,
) -> dict[str, Any]:
    return {
        "restaurant_id": restaurant_id,
        "event": str(event),
        "at": at,
        "by_id": by.id if by else None,
        "by_name": by.name if by else "",
        "by_role": by.title_in(restaurant_id) if by else "",
        "subject": _cut(subject, AuditEntry.subject),
        "reason": _cut(reason, AuditEntry.reason),
        "provider": provider,
        "address": _cut(str(session.info.get(_ORIGIN, "")), AuditEntry.address),
        "act": act,
    }


def _write(session: Session, lines: list[dict[str, Any]]) -> None:
    if lines:
        session.connection().execute(insert(AuditEntry), lines)


def _event_of(change: Mapping[str, Any]) -> Event | None:
    kind, verb, after = change["kind"], change["verb"], change["after"]
    if kind == Membership.__tablename__:
        return _OF_MEMBERSHIPS[verb]
    if kind == Restaurant.__tablename__:
        return _OF_RESTAURANTS.get(verb)
    if kind == Invitation.__tablename__:
        return _event_of_invitation(verb, after)
    return None


def _event_of_invitation(verb: str, after: Mapping[str, Any]) -> Event | None:
    if verb == Verb.CREATED:
        return Event.INVITED
    if verb == Verb.DELETED or after.get("revoked_at"):
        return Event.INVITATION_REVOKED
    if after.get("accepted_at"):
        return Event.INVITATION_ACCEPTED
    return Event.INVITED_AGAIN if "expires_at" in after else None


_OF_MEMBERSHIPS = {
    Verb.CREATED: Event.ROLE_GIVEN,
    Verb.RESTORED: Event.ROLE_GIVEN,
    Verb.CHANGED: Event.ROLE_CHANGED,
    Verb.DELETED: Event.ROLE_ENDED,
}

_OF_RESTAURANTS = {
    Verb.CREATED: Event.RESTAURANT_OPENED,
    Verb.RESTORED: Event.RESTAURANT_OPENED,
    Verb.DELETED: Event.RESTAURANT_DELETED,
}


def _roles(change: Mapping[str, Any]) -> str:
    """Return the role that it is about: `staff`, or `staff → manager`."""
    roles = (values.get("role") for values in (change["before"], change["after"]))
    return " → ".join(role for role in roles if role)


def _cut(said: str, column: Any) -> str:
    printable = "".join(character for character in said if character.isprintable())
    return text.tidy(printable)[: longest(column)]
