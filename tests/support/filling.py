"""What a new test database holds: Carte's schema, and the sample data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import flask_migrate
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app, tenancy
from app.domain.roles import Role
from app.extensions import db
from app.models import Identity, Membership, Menu, MenuItem, Restaurant, Section, User
from tests.support.needs import ROOT
from tests.support.running import settings

_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)

_CAST = {
    "olga": ("Olga Ruiz", {"Urban Burger": Role.OWNER, "Super Stir Fry": Role.OWNER}),
    "mia": ("Mia Chen", {"Urban Burger": Role.MANAGER}),
    "sam": ("Sam Okafor", {"Urban Burger": Role.STAFF}),
    "vic": ("Vic Lindt", {"Urban Burger": Role.VIEWER}),
    "stan": ("Stan Novak", {"Panda Garden": Role.OWNER}),
    "ada": ("Ada Berg", {}),
}


def migrate(url: str) -> None:
    """Make the schema, as an operator does."""
    with _app_on(url):
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))


def load_samples(url: str) -> None:
    """Make the schema and load the sample menus and the cast."""
    migrate(url)
    with _app_on(url):
        session = db.session()
        with tenancy.unscoped(session, tenancy.Reason.COMMAND_LINE):
            _load(session)
            session.commit()


@contextmanager
def _app_on(url: str) -> Iterator[None]:
    """Work in an application on this database, and leave no connection to it."""
    with create_app(settings(url)).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def _load(session: Session) -> None:
    for name in ("Urban Burger", "Super Stir Fry", "Panda Garden"):
        restaurant = Restaurant(
            name=name,
            slug=name.lower().replace(" ", "-"),
            currency="USD",
            time_zone="America/New_York",
            language="en",
            created_at=_AT,
        )
        menu = Menu(restaurant=restaurant, name="Dinner")
        session.add(restaurant)
        session.flush()
        for position, course in enumerate(("Appetizer", "Entree", "Dessert", "Beverage")):
            section = Section(menu=menu, restaurant_id=restaurant.id, name=course, position=position)
            session.add(section)
            session.flush()
            session.add(_item(section, f"{course} of the house", 750))
    session.add(_item(session.scalars(select(Section).order_by(Section.id)).first(), "French Fries", 299))
    for key, (name, roles) in _CAST.items():
        session.add(_person(session, key, name, roles))
        session.flush()


def _item(section: Section | None, name: str, price: int) -> MenuItem:
    assert section is not None
    return MenuItem(section=section, restaurant_id=section.restaurant_id, name=name, price=price)


def _person(session: Session, key: str, full_name: str, roles: dict[str, Role]) -> User:
    email = f"{key}@example.com"
    since = _AT if key == "ada" else None
    user = User(name=full_name, email=email, created_at=_AT, administrator_since=since)
    user.identities.append(
        Identity(issuer="carte:cast", subject=key, email=email, email_verified=True, created_at=_AT)
    )
    for name, role in roles.items():
        restaurant = session.scalars(select(Restaurant).where(Restaurant.name == name)).one()
        user.memberships.append(Membership(restaurant_id=restaurant.id, role=role, created_at=_AT))
    return user
