"""Vouching: from what a provider says about somebody to the person known here, or a new one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.domain import emails, text
from app.domain.errors import SignInDenied
from app.domain.identities import Vouched
from app.models import Identity, User
from app.models.lengths import longest


def is_administrators(session: Session, issuer: str, subject: str) -> bool:
    """Tell whether this account signs an administrator of the installation in."""
    query = (
        select(Identity.id)
        .join(Identity.user)
        .where(Identity.issuer == issuer, Identity.subject == subject, User.administrator_since.is_not(None))
    )
    return session.scalar(query) is not None


def recognise(session: Session, vouched: Vouched, *, at: datetime) -> Identity | None:
    """Return the identity with this issuer and subject, if there is one; an e-mail address finds nobody.

    Its address and the provider's word on it follow each sign-in; the person's own name and
    contact address stay as they are.
    """
    query = (
        select(Identity)
        .where(Identity.issuer == vouched.issuer, Identity.subject == vouched.subject)
        .options(joinedload(Identity.user))
    )
    identity = session.scalars(query).one_or_none()
    if identity is not None:
        identity.email, identity.email_verified = vouched.email, vouched.verified
        identity.last_used_at = at
    return identity


def welcome(session: Session, vouched: Vouched, *, at: datetime) -> Identity:
    """Make a new person of an account nobody has used here yet.

    Raises SignInDenied when the provider has not verified the account's e-mail address.
    """
    if not vouched.verified:
        raise SignInDenied(
            "Your provider has not verified your e-mail address. Verify it there, then sign in here again."
        )
    identity = Identity(
        issuer=vouched.issuer,
        subject=vouched.subject,
        email=vouched.email,
        email_verified=True,
        created_at=at,
        last_used_at=at,
    )
    person = User(name=_name_of(vouched), email=vouched.email, created_at=at, identities=[identity])
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        # Another request of the same account was first by a moment; theirs is the person.
        known = recognise(session, vouched, at=at)
        if known is None:
            raise
        return known
    return identity


def checked(*, issuer: str, subject: str, email: object, verified: object, name: object) -> Vouched:
    """Return a provider's words as Carte keeps them: a verified address is one it calls exactly true."""
    address = email.strip() if isinstance(email, str) else ""
    usable = emails.is_address(address)
    return Vouched(
        issuer=issuer,
        subject=subject,
        email=address if usable else "",
        verified=usable and verified is True,
        name=name if isinstance(name, str) else "",
    )


def _name_of(vouched: Vouched) -> str:
    tidy = text.tidy(" ".join(vouched.name.split()))
    if tidy and text.fault(tidy, most=longest(User.name)) is None:
        return tidy
    return vouched.email.partition("@")[0]
