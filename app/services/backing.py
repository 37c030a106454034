"""Backing: an invitation stands for as long as whoever sent it last may give what it gives.

So whoever is removed, demoted or shut out brings nobody in by a link of their own, whatever way they
went; and a right that comes back, by undoing too, brings its links back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Held
from app.domain.roles import Role
from app.models import Invitation, Membership, User
from app.policies import may_grant


@dataclass(frozen=True, slots=True)
class Maker:
    """Who sent an invitation, with the rights of this moment; without any while they are disabled."""

    name: str
    actor: Actor | None


def makers(session: Session, invitations: Collection[Invitation]) -> dict[int, Maker]:
    """Return by their numbers who sent these, in one query.

    Not within a person's reach: who has left the restaurant, and an administrator, is out of it.
    """
    numbers = {invitation.created_by_id for invitation in invitations} - {None}
    query = (
        select(
            User.id,
            User.name,
            User.administrator_since,
            User.disabled_at,
            Membership.restaurant_id,
            Membership.role,
        )
        .outerjoin(Membership, Membership.user_id == User.id)
        .where(User.id.in_(numbers))
    )
    found: dict[int, Maker] = {}
    for number, name, since, disabled_at, place, role in session.execute(query):
        if disabled_at is not None:
            found[number] = Maker(name, None)
            continue
        known = found.get(number)
        held = known.actor.held if known and known.actor else ()
        if role is not None:
            held = (*held, Held(place, "", "", Role(role)))
        found[number] = Maker(name, Actor(number, "", name, "", since is not None, held))
    return found


def stands(invitation: Invitation, found: Mapping[int, Maker]) -> bool:
    """Tell whether its sender, one of `found`, may still give its role; the operator always may."""
    if invitation.created_by_id is None:
        return True
    maker = found.get(invitation.created_by_id)
    return (
        maker is not None
        and maker.actor is not None
        and may_grant(maker.actor, invitation.role, invitation.restaurant_id)
    )


def is_backed(session: Session, invitation: Invitation) -> bool:
    """Tell the same of one invitation, as things are stored now."""
    return stands(invitation, makers(session, [invitation]))
