"""What is a person's own, by their own number: tenancy alone would show administrators everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app import current, tenancy
from app.admin.account import devices
from app.admin.providers import label
from app.config import Provider
from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.identities import CAST, DEVELOPMENT
from app.domain.words import gettext_noop
from app.models import Identity, Membership, UserSession
from app.saying import said
from app.services import signing_out

#: How many sessions the page names; whoever has more ends them all together.
MOST_SESSIONS = 50

#: What signs people in besides the providers.
_OTHERS = {CAST: gettext_noop("Sample cast"), DEVELOPMENT: gettext_noop("Development sign-in")}


@dataclass(frozen=True, slots=True)
class Account:
    """An account that signs the person in, and what its provider is called.

    `name` is the provider's in addresses; blank for one that is not set up. `opens`: whether it can
    sign the person in today.
    """

    identity: Identity
    name: str
    label: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A browser in which the person is signed in; `is_here`: the one that asks."""

    row: UserSession
    device: str
    label: str
    is_here: bool


def accounts(session: Session, person: Actor, providers: Mapping[str, Provider]) -> list[Account]:
    """Return the person's accounts, the oldest first."""
    query = select(Identity).where(Identity.user_id == person.id).order_by(Identity.id)
    return [_account(each, providers) for each in session.scalars(query)]


def account(session: Session, person: Actor, number: int, providers: Mapping[str, Provider]) -> Account:
    """Return one of the person's accounts; raises NotFound for anybody else's."""
    own = (each for each in accounts(session, person, providers) if each.identity.id == number)
    found = next(own, None)
    if found is None:
        raise NotFound("You have no such account.")
    return found


def opens(issuer: str) -> bool:
    """Tell whether accounts of this issuer can sign people in here today."""
    settings = current.settings()
    known = any(each.vouches_as(issuer) for each in settings.providers.values())
    return known or (settings.dev_login_on and issuer in _OTHERS)


def seats(session: Session, person: Actor, *, here: int, at: datetime) -> list[Seat]:
    """Return the browsers in which the person is signed in; `here` is the session that asks."""
    rows = session.scalars(signing_out.live(person, at=at).limit(MOST_SESSIONS)).all()
    return [
        Seat(
            row,
            devices.words(row.user_agent),
            label(row.provider),
            row.id == here,
        )
        for row in sorted(rows, key=lambda row: row.id != here)
    ]


def memberships(session: Session, person: Actor) -> list[Membership]:
    """Return where the person works, the oldest first."""
    with tenancy.unscoped(session, tenancy.Reason.OWN_ROLES):
        return list(session.scalars(_memberships(person).order_by(Membership.id)))


def membership(session: Session, person: Actor, number: int) -> Membership:
    """Return one of the person's memberships; raises NotFound for anybody else's."""
    with tenancy.unscoped(session, tenancy.Reason.OWN_ROLES):
        found = session.scalar(_memberships(person).where(Membership.id == number))
    if found is None:
        raise NotFound("You have no such role.")
    return found


def _memberships(person: Actor) -> Select[Membership]:
    return (
        select(Membership)
        .where(Membership.user_id == person.id)
        .options(joinedload(Membership.restaurant), joinedload(Membership.user))
    )


def _account(identity: Identity, providers: Mapping[str, Provider]) -> Account:
    issuer = identity.issuer
    name = next((name for name, each in providers.items() if each.vouches_as(issuer)), "")
    other = said(_OTHERS[issuer]) if issuer in _OTHERS else urlsplit(issuer).hostname or issuer
    return Account(identity, name, providers[name].name if name else other, opens(issuer))
