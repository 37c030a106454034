"""What needs attention: what a row meets that somebody ought to look at, by kind of row."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_

from app.domain.audit import Event
from app.domain.roles import Role
from app.models import AuditEntry, Invitation, Membership, Menu, MenuItem, Restaurant, Section, User
from app.services import awaiting

#: How long what has happened stays news.
LATELY = timedelta(days=1)


def sold_out(at: datetime) -> ColumnElement[bool]:
    """Return what an item meets that guests cannot have at `at`; see domain/availability.py."""
    return and_(
        MenuItem.sold_out_at.is_not(None),
        or_(MenuItem.sold_out_until.is_(None), MenuItem.sold_out_until > at),
    )


def came_back(at: datetime) -> ColumnElement[bool]:
    """Return what an item meets that has lately come back by itself, its time being up."""
    until = MenuItem.sold_out_until
    return and_(until.is_not(None), until <= at, until > at - LATELY)


def without_price() -> ColumnElement[bool]:
    """Return what an item meets that has no price yet."""
    return MenuItem.price.is_(None)


def empty() -> ColumnElement[bool]:
    """Return what a section meets that has no item."""
    return ~exists().where(MenuItem.section_id == Section.id).correlate(Section)


def without_sections() -> ColumnElement[bool]:
    """Return what a menu meets that has no section."""
    return ~exists().where(Section.menu_id == Menu.id).correlate(Menu)


def waiting() -> ColumnElement[bool]:
    """Return what an invitation to a restaurant meets that nobody has accepted yet; it may have expired."""
    return and_(Invitation.restaurant_id.is_not(None), *awaiting.pending())


def without_owner() -> ColumnElement[bool]:
    """Return what a restaurant meets in which no owner can sign in, for who may read all people."""
    owned = exists().where(
        Membership.restaurant_id == Restaurant.id,
        Membership.role == Role.OWNER,
        Membership.user_id == User.id,
        User.disabled_at.is_(None),
    )
    return ~owned.correlate(Restaurant)


def refused(at: datetime) -> ColumnElement[bool]:
    """Return what a line of the audit meets that tells of a sign-in that was lately refused."""
    return and_(AuditEntry.event == Event.SIGN_IN_REFUSED, AuditEntry.at > at - LATELY)
