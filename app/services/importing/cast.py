"""The people of the sample data: who they are, and where they work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.domain.documents import MembershipDocument, PersonDocument
from app.domain.identities import CAST
from app.models import FixtureRow, Identity, Membership, User
from app.services.importing.merging import assign
from app.services.importing.report import Counts


def load(
    session: Session,
    people: Sequence[PersonDocument],
    places: Mapping[str, int],
    *,
    at: datetime,
    reset: bool,
) -> Counts:
    """Make the people and memberships that are missing; `reset` puts back those that differ."""
    counts = Counts()
    users = _meet(session, people, counts, at=at, reset=reset)
    staff = _Staff(session, users, counts, at=at, reset=reset)
    for person in people:
        for held in person.memberships:
            staff.place(person.key, held, places[held.slug])
    if reset:
        staff.clear(places[held.slug] for person in people for held in person.memberships)
    staff.write()
    return counts


def _meet(
    session: Session, people: Sequence[PersonDocument], counts: Counts, *, at: datetime, reset: bool
) -> dict[str, User]:
    """Return everybody by key, stored."""
    users = _users(session, people)
    for person in people:
        if person.key not in users:
            users[person.key] = _introduce(session, person, at)
            counts.created += 1
        else:
            changed = reset and _put_back(users[person.key], person, at)
            counts.count(changed=changed)
    session.flush()
    return users


def _users(session: Session, people: Sequence[PersonDocument]) -> dict[str, User]:
    found = select(Identity).where(
        Identity.issuer == CAST, Identity.subject.in_([person.key for person in people])
    )
    identities = session.scalars(found.options(joinedload(Identity.user)))
    return {identity.subject: identity.user for identity in identities}


def _introduce(session: Session, person: PersonDocument, at: datetime) -> User:
    user = User(
        name=person.name,
        email=person.email,
        created_at=at,
        administrator_since=at if person.administrator else None,
        identities=[
            Identity(issuer=CAST, subject=person.key, email=person.email, email_verified=True, created_at=at)
        ],
    )
    session.add(user)
    return user


def _put_back(user: User, person: PersonDocument, at: datetime) -> bool:
    values: dict[str, Any] = {"name": person.name, "email": person.email, "disabled_at": None}
    if (user.administrator_since is not None) != person.administrator:
        values["administrator_since"] = at if person.administrator else None
    return assign(user, values)


class _Staff:
    """The memberships of the cast; a note keeps one that people have ended from coming back."""

    def __init__(
        self, session: Session, users: Mapping[str, User], counts: Counts, *, at: datetime, reset: bool
    ) -> None:
        self._session, self._users, self._counts, self._at, self._reset = session, users, counts, at, reset
        ids = {user.id: key for key, user in users.items()}
        self._held = {
            (row.restaurant_id, ids[row.user_id]): row
            for row in session.scalars(select(Membership).where(Membership.user_id.in_(ids)))
        }
        self._notes = {
            (note.restaurant_id, note.key): note
            for note in session.scalars(
                select(FixtureRow).where(
                    FixtureRow.kind == Membership.__tablename__, FixtureRow.key.in_(users)
                )
            )
        }
        self._listed: dict[tuple[int, str], Membership] = {}

    def place(self, key: str, held: MembershipDocument, restaurant_id: int) -> None:
        """Give the person the role, unless people have decided otherwise."""
        note, row = self._notes.get((restaurant_id, key)), self._held.get((restaurant_id, key))
        if row is None:
            if note is not None and not self._reset:
                self._counts.kept += 1
                return
            self._add(key, held, restaurant_id)
        elif self._reset or (note is not None and note.row_version == row.version):
            self._listed[restaurant_id, key] = row
            self._counts.count(changed=assign(row, {"role": held.role}))
        else:
            self._counts.kept += 1

    def clear(self, restaurant_ids: Iterable[int]) -> None:
        """End what the cast holds in those restaurants without the file."""
        places = set(restaurant_ids)
        for (restaurant_id, key), row in self._held.items():
            if restaurant_id in places and (restaurant_id, key) not in self._listed:
                self._session.delete(row)
                self._counts.deleted += 1

    def write(self) -> None:
        """Write the memberships and note them as they are now."""
        self._session.flush()
        for (restaurant_id, key), row in self._listed.items():
            note = self._notes.get((restaurant_id, key))
            if note is None:
                kind = Membership.__tablename__
                note = FixtureRow(restaurant_id=restaurant_id, kind=kind, key=key)
                self._session.add(note)
            note.row_id, note.row_version = row.id, row.version

    def _add(self, key: str, held: MembershipDocument, restaurant_id: int) -> None:
        row = Membership(
            restaurant_id=restaurant_id, user_id=self._users[key].id, role=held.role, created_at=self._at
        )
        self._session.add(row)
        self._listed[restaurant_id, key] = row
        self._counts.created += 1
