"""The rows of the sample data that a test speaks of, by the names people use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from app.domain.roles import ADMINISTRATOR, Role
from app.models import Base, Identity, Invitation, Membership, Menu, MenuItem, Restaurant, Section, User
from app.services import inviting

OWN, SECOND, FOREIGN = "Urban Burger", "Super Stir Fry", "Panda Garden"

#: A number that no row has.
MISSING = 2_000_000_000

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Rows:
    """Finds and makes rows through the test's own, unscoped session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def restaurant(self, name: str = OWN) -> Restaurant:
        return self.session.scalars(select(Restaurant).where(Restaurant.name == name)).one()

    def menu(self, place: str = OWN) -> Menu:
        return self._first(Menu, place)

    def section(self, place: str = OWN) -> Section:
        return self._first(Section, place)

    def item(self, place: str = OWN, name: str | None = None) -> MenuItem:
        """Return an item of the place; of Urban Burger, the French Fries."""
        name = name or ("French Fries" if place == OWN else None)
        return self._first(MenuItem, place, name)

    def items(self, place: str = OWN) -> list[MenuItem]:
        """Return the items of the place, by number."""
        query = select(MenuItem).where(MenuItem.restaurant_id == self.restaurant(place).id)
        return list(self.session.scalars(query.order_by(MenuItem.id)))

    def user(self, key: str) -> User:
        known = select(Identity).where(Identity.issuer == "carte:cast", Identity.subject == key)
        return self.session.scalars(known).one().user

    def membership(self, key: str, place: str = OWN) -> Membership:
        return self.session.scalars(
            select(Membership).where(
                Membership.user_id == self.user(key).id, Membership.restaurant_id == self.restaurant(place).id
            )
        ).one()

    def of(self, view: str, place: str = OWN) -> Any:
        """Return the row of the place in the list `view`; of people and users, its owner."""
        owner = "stan" if place == FOREIGN else "olga"
        if view == "users":
            return self.user(owner)
        if view == "people":
            return self.membership(owner, place)
        return getattr(self, view.removesuffix("s"))(place)

    def join(self, key: str, place: str, role: Role) -> Membership:
        """Give a person of the cast a role in one more restaurant."""
        row = Membership(
            user_id=self.user(key).id, restaurant_id=self.restaurant(place).id, role=role, created_at=AT
        )
        self.session.add(row)
        self.session.flush()
        return row

    def invite(
        self, place: str | None = OWN, role: Role = Role.STAFF, email: str = "new@example.com"
    ) -> Invitation:
        """Let the command line invite somebody; to no place, an administrator."""
        invitation, _token = inviting.invite(
            self.session,
            email=email,
            role=role if place else ADMINISTRATOR,
            restaurant=self.restaurant(place) if place else None,
            by=None,
            at=datetime.now(UTC),
        )
        self.session.flush()
        return invitation

    def add_items(self, count: int, place: str = OWN) -> None:
        section = self.section(place)
        self.session.add_all(
            MenuItem(section=section, restaurant_id=section.restaurant_id, name=f"Dish {number:04}")
            for number in range(count)
        )
        self.session.flush()

    def again(self, row: Any) -> Any:
        """Return the row as it is stored now; None when it is gone."""
        self.session.expire_all()
        return self.session.get(type(row), row_id(row))

    def count(self, model: type[Base]) -> int:
        self.session.expire_all()
        return self.session.scalar(select(func.count()).select_from(model)) or 0

    def _first(self, model: Any, place: str, name: str | None = None) -> Any:
        query = select(model).where(model.restaurant_id == self.restaurant(place).id)
        if name is not None:
            query = query.where(model.name == name)
        return self.session.scalars(query.order_by(model.id)).first()


def row_id(row: Any) -> int:
    """Return the number of a row, though it may have been deleted elsewhere."""
    return int(inspect(row).identity[0])
