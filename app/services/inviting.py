"""Inviting: a link that gives one verified e-mail address one role, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from app.domain import emails, naming, tokens
from app.domain.actors import Actor
from app.domain.errors import Forbidden, Invalid, InvitationOver, SignInDenied
from app.domain.roles import ADMINISTRATOR, Role
from app.domain.words import Phrase, gettext_noop
from app.models import Identity, Invitation, Membership, Restaurant, User
from app.policies import grantable
from app.services import administering, awaiting, backing, signatures, signing_in


def invite(
    session: Session, *, email: str, role: str, restaurant: Restaurant | None, by: Actor | None, at: datetime
) -> tuple[Invitation, str]:
    """Make an invitation and return it with its token, which is known at this moment only.

    The role is one of `Role` in a restaurant, or `administrator` without one. `by` is None on the
    operator's own command line; a person's invitation takes the place of one that still waits for the
    same address there. Raises Invalid, Forbidden and SignInTooOld.
    """
    place = restaurant.id if restaurant else None
    if by is not None and not grantable(by, place):
        raise Forbidden("Your role does not allow you to invite people here.")
    _require_usable(email, role, restaurant)
    if by is not None:
        awaiting.require_right(by, role, place, at=at)
        awaiting.make_room(session, email, restaurant, by=by, at=at)
    token = tokens.new()
    invitation = Invitation(
        restaurant=restaurant,
        email=emails.fold(email),
        role=str(role),
        token_hash=tokens.digest(token),
        created_at=at,
        created_by_id=by.id if by else None,
        expires_at=at + awaiting.LIFETIME,
    )
    session.add(invitation)
    return invitation, token


def find(session: Session, token: str, *, at: datetime) -> Invitation | None:
    """Return the invitation of a link; None when it is unknown, used, revoked, expired or not backed."""
    query = select(Invitation).where(Invitation.token_hash == tokens.digest(token), *_is_open(at))
    found = session.scalars(query.options(joinedload(Invitation.restaurant))).one_or_none()
    return found if found is not None and backing.is_backed(session, found) else None


def require(session: Session, token: str, *, at: datetime) -> Invitation:
    """Return the same invitation; raises InvitationOver where `find` returns none."""
    found = find(session, token, at=at)
    if found is None:
        raise InvitationOver("This invitation has been used, taken back, or has expired.")
    return found


def accept(
    session: Session, invitation: Invitation, user: User, identity: Identity, *, at: datetime
) -> Membership | None:
    """Give the person the invitation's role and use it up; None where it makes an administrator.

    A stronger role that the person holds already stays. Raises SignInDenied for another or an
    unverified address, InvitationOver when somebody was faster.
    """
    require_addressee(invitation, email=identity.email, verified=identity.email_verified)
    session.flush()
    # In no scope is there an actor yet: this is their first act.
    signatures.sign(session, by=signing_in.actor_of(user), at=at)
    # Two invitations of one person to one restaurant, accepted at once, wait for each other here.
    session.scalar(select(User.id).where(User.id == user.id).with_for_update())
    _use_up(session, invitation, user, at=at)
    if invitation.role == ADMINISTRATOR:
        administering.grant(session, user, by=signing_in.actor_of(user), at=at)
        return None
    return _join(session, invitation, user, at=at)


def require_addressee(invitation: Invitation, *, email: str, verified: bool) -> None:
    """Raise SignInDenied unless this is the address that was invited, and its provider has verified it."""
    if emails.proves(email, invitation.email, verified=verified):
        return
    if emails.are_same(email, invitation.email):
        raise SignInDenied(
            "Your provider has not verified your e-mail address. Verify it there, then open this link again."
        )
    raise SignInDenied(
        "This invitation is for another e-mail address. Sign in with the account it was sent to."
    )


def addressed(invitation: Invitation, user: User) -> Identity | None:
    """Return the person's identity whose verified address was invited."""
    for identity in user.identities:
        if emails.proves(identity.email, invitation.email, verified=identity.email_verified):
            return identity
    return None


def _is_open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (*awaiting.pending(), Invitation.expires_at > at)


def _require_usable(email: str, role: str, restaurant: Restaurant | None) -> None:
    faults = {}
    # One that turns into plain letters when it is kept would name somebody else's mailbox.
    if not emails.is_address(email.strip()) or email.strip().isascii() != emails.fold(email).isascii():
        faults["email"] = gettext_noop("Type an e-mail address such as anna@example.com.")
    known = {ADMINISTRATOR} if restaurant is None else set(Role)
    if role not in known:
        faults["role"] = Phrase("Choose one of: %(roles)s.", roles=tuple(map(naming.role, sorted(known))))
    if faults:
        raise Invalid(faults)


def _use_up(session: Session, invitation: Invitation, user: User, *, at: datetime) -> None:
    # Whoever opens the same link at this moment waits here, and then finds it used.
    still = select(Invitation).where(Invitation.id == invitation.id, *_is_open(at)).with_for_update()
    if session.scalar(still.execution_options(populate_existing=True)) is None:
        raise InvitationOver("This invitation has just been used.")
    if not backing.is_backed(session, invitation):
        raise InvitationOver("Whoever sent this invitation may not give that role any more.")
    invitation.accepted_at, invitation.accepted_by_id = at, user.id


def _join(session: Session, invitation: Invitation, user: User, *, at: datetime) -> Membership:
    query = select(Membership).where(
        Membership.user_id == user.id, Membership.restaurant_id == invitation.restaurant_id
    )
    held = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if held is None:
        held = Membership(user=user, restaurant=invitation.restaurant, role=invitation.role, created_at=at)
        session.add(held)
    elif _strength(invitation.role) > _strength(held.role):
        held.role = invitation.role
    return held


def _strength(role: str) -> int:
    return -list(Role).index(Role(role))
