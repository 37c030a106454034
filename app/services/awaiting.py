"""Awaiting: invitations that nobody has accepted yet; sent again, taken back, made room for."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.domain import emails, naming, tokens
from app.domain.actors import Actor
from app.domain.errors import Invalid, InvitationOver
from app.domain.words import Phrase
from app.models import Invitation, Membership, Restaurant, User
from app.policies import is_grave_role, require_grantable, require_recent

#: How long an invitation waits to be accepted.
LIFETIME = timedelta(days=7)


def pending() -> tuple[ColumnElement[bool], ...]:
    """Return what an invitation meets that is neither accepted nor taken back; it may have expired."""
    return (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))


def require_right(by: Actor, role: str, restaurant_id: int | None, *, at: datetime) -> None:
    """Raise Forbidden unless the person may give this role there; SignInTooOld for one that gives roles."""
    require_grantable(by, role, restaurant_id)
    if is_grave_role(role):
        require_recent(by, at, what=Phrase("Inviting an %(role)s", role=naming.role(role)))


def renew(session: Session, invitation: Invitation, *, by: Actor, at: datetime) -> str:
    """Send it again, in this person's name: return its new token; the old link leads nowhere any more.

    Raises InvitationOver where it has been accepted or taken back.
    """
    row = _locked(session, invitation)
    require_right(by, row.role, row.restaurant_id, at=at)
    token = tokens.new()
    row.token_hash, row.created_by_id = tokens.digest(token), by.id
    row.expires_at, row.mailed_at = at + LIFETIME, None
    return token


def revoke(session: Session, invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Take it back; raises InvitationOver where it has been accepted or taken back already."""
    row = _locked(session, invitation)
    require_grantable(by, row.role, row.restaurant_id)
    row.revoked_at = at


def note_mailed(session: Session, token: str, *, at: datetime) -> None:
    """Note that the mail with this link was handed over; nothing where there is a newer one by now."""
    query = select(Invitation).where(Invitation.token_hash == tokens.digest(token), *pending())
    row = session.scalar(query.with_for_update())
    if row is not None:
        row.mailed_at = at


def make_room(
    session: Session, email: str, restaurant: Restaurant | None, *, by: Actor, at: datetime
) -> None:
    """Let a new invitation be the only one of its address there: take back those that still wait.

    Raises Invalid where somebody with this address works there already.
    """
    place = restaurant.id if restaurant else None
    _go_one_by_one(session, place)
    if restaurant is not None:
        _require_newcomer(session, email, restaurant)
    same = Invitation.restaurant_id == place if place else Invitation.restaurant_id.is_(None)
    for row in session.scalars(
        select(Invitation)
        .where(same, Invitation.email == emails.fold(email), *pending())
        .order_by(Invitation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        revoke(session, row, by=by, at=at)


def _locked(session: Session, invitation: Invitation) -> Invitation:
    # Whoever accepts, renews or takes back the same one at this moment waits here for the other.
    query = select(Invitation).where(Invitation.id == invitation.id, *pending()).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise InvitationOver("This invitation has been accepted or taken back.")
    return row


def _go_one_by_one(session: Session, restaurant_id: int | None) -> None:
    # Two who invite the same address at once would not see one another's row.
    query = (
        select(User.id).where(User.administrator_since.is_not(None)).order_by(User.id)
        if restaurant_id is None
        else select(Restaurant.id).where(Restaurant.id == restaurant_id)
    )
    session.scalars(query.with_for_update(key_share=True)).all()


def _require_newcomer(session: Session, email: str, restaurant: Restaurant) -> None:
    query = (
        select(Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.restaurant_id == restaurant.id, func.lower(User.email) == email.strip().lower())
    )
    role = session.scalar(query.limit(1))
    if role is not None:
        taken = Phrase(
            "%(email)s is already %(role)s of %(restaurant)s; change the role instead.",
            email=email.strip(),
            role=naming.role(role),
            restaurant=restaurant.name,
        )
        raise Invalid({"email": taken})
