"""Two restaurants and their people, on the least schema: what the rules of the core are tested on.

Burger is restaurant 1, Panda is restaurant 2. Olga owns, Mia manages, Sam is staff and Vic views
Burger; Stan owns Panda, where Mia views; Ada administers; Lou has no membership.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.orm import Session

from app import database
from app.domain.actors import Actor, Held
from app.domain.roles import Role
from app.models import (
    DefaultView,
    FixtureRow,
    Identity,
    Invitation,
    Membership,
    Menu,
    MenuItem,
    Restaurant,
    SavedView,
    Section,
    User,
    UserSession,
)
from app.services import signatures
from app.tenancy import AsActor, AsGuest, Reason, Unscoped, enter
from tests.support import filling, remembering
from tests.support.running import settings

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
BURGER, PANDA = 1, 2

_NAMES = {BURGER: "Burger", PANDA: "Panda"}
_ROLES: dict[str, dict[int, Role]] = {
    "olga": {BURGER: Role.OWNER},
    "mia": {BURGER: Role.MANAGER, PANDA: Role.VIEWER},
    "sam": {BURGER: Role.STAFF},
    "vic": {BURGER: Role.VIEWER},
    "stan": {PANDA: Role.OWNER},
    "ada": {},
    "lou": {},
}
PEOPLE = tuple(_ROLES)


def actor(key: str) -> Actor:
    """Return the person as a request would see them; their id is their place in the cast."""
    held = tuple(
        Held(place, _NAMES[place], _NAMES[place].lower(), role) for place, role in _ROLES[key].items()
    )
    number, is_admin = PEOPLE.index(key) + 1, key == "ada"
    return Actor(number, key, key.title(), f"{key}@example.com", is_admin, held, signed_in_at=AT)


def restaurant(name: str, **values: object) -> Restaurant:
    """Return a restaurant that can be stored."""
    given = {"slug": name.lower(), "currency": "USD", "time_zone": "UTC", "language": "en", "created_at": AT}
    return Restaurant(name=name, **{**given, **values})


def user(name: str, **values: object) -> User:
    """Return a user that can be stored."""
    return User(name=name, email=f"{name.lower()}@example.com", created_at=AT, **values)


def membership(of: User, place: Restaurant, role: str) -> Membership:
    """Return a membership that can be stored."""
    return Membership(user=of, restaurant=place, role=role, created_at=AT)


def invitation(place: Restaurant | None, role: str, token: str, by: Actor | None = None) -> Invitation:
    """Return an invitation that can be stored, of this person or of the operator."""
    return Invitation(
        restaurant=place,
        role=role,
        email="new@example.com",
        token_hash=token,
        created_at=AT,
        created_by_id=by.id if by else None,
        expires_at=AT,
    )


def saved_view(name: str, by: int, place: Restaurant | None = None, **values: object) -> SavedView:
    """Return a view of the items that can be stored: the place's, else this person's own."""
    given = {"list_name": "items", "created_at": AT, "created_by_id": by, **values}
    owner = {"restaurant_id": place.id} if place else {"user_id": by}
    return SavedView(name=name, folded_name=name.casefold(), **owner, **given)


def default_view(view: SavedView, user_id: int | None = None) -> DefaultView:
    """Return the choice to open with this view, of a person or, without one, of its restaurant."""
    return DefaultView(
        view_id=view.id,
        list_name=view.list_name,
        restaurant_id=view.restaurant_id,
        user_id=user_id,
        created_at=AT,
    )


def fill(session: Session) -> None:
    """Make the town; every id counts from 1, Burger's rows first."""
    places = [_restaurant_with_menu(session, name) for name in _NAMES.values()]
    for key, roles in _ROLES.items():
        person = user(key.title(), administrator_since=AT if key == "ada" else None)
        person.identities.append(Identity(issuer="carte:cast", subject=key, created_at=AT))
        person.sessions.append(
            UserSession(token_hash=key, provider="cast", created_at=AT, last_seen_at=AT, expires_at=AT)
        )
        session.add(person)
        session.flush()
        session.add_all(membership(person, places[place - 1], role) for place, role in roles.items())
        session.flush()
    for place in places:
        session.add(invitation(place, "staff", f"token of {place.name}"))
        session.add(FixtureRow(restaurant=place, kind="item", key=place.name, row_id=1, row_version=1))
        session.flush()
    session.add(invitation(None, "administrator", "token of the installation"))
    _fill_views(session, places)
    session.flush()


def _fill_views(session: Session, places: list[Restaurant]) -> None:
    """Let each place have a view, which it opens with, as Sam does in Burger; Mia and Ada have one each."""
    number = {key: place for place, key in enumerate(PEOPLE, 1)}
    for place, owner in zip(places, ("olga", "stan"), strict=True):
        view = saved_view(f"{place.name} sold out", number[owner], place)
        session.add(view)
        session.flush()
        session.add(default_view(view))
        if place.id == BURGER:
            session.add(default_view(view, number["sam"]))
    for key in ("mia", "ada"):
        own = saved_view(f"{key.title()} first", number[key])
        session.add(own)
        session.flush()
        session.add(default_view(own, number[key]))
        session.flush()


def _restaurant_with_menu(session: Session, name: str) -> Restaurant:
    place = restaurant(name)
    session.add(place)
    menu = Menu(name=f"{name} dinner", restaurant=place)
    for course in ("Entree", "Dessert"):
        section = Section(name=f"{name} {course}", menu=menu)
        session.add(section)
        session.flush()
        session.add(MenuItem(name=f"{name} {course} dish", section=section, price=100))
        session.flush()
    return place


def fill_database(url: str) -> None:
    """Make the schema and the town."""
    filling.migrate(url)
    with engine_on(url) as engine, session_as(engine, "operator") as session:
        fill(session)
        session.commit()


@contextmanager
def engine_on(url: str) -> Iterator[Engine]:
    """Open a database as Carte does."""
    # PostgreSQL looks at each table anew in each connection; a file may be replaced below an open one.
    pool = {"poolclass": NullPool} if url.startswith("sqlite") else {}
    engine = create_engine(settings(url).database_url, **database.engine_options(url), **pool)
    database.prepare(engine)
    remembering.share_statements(engine)
    yield engine
    engine.dispose()


@contextmanager
def session_as(engine: Engine, who: str) -> Iterator[Session]:
    """Work as a person of the town, as `guest` or `operator`; what is not committed is undone."""
    with Session(engine) as session:
        if who == "operator":
            enter(session, Unscoped(Reason.COMMAND_LINE))
        else:
            enter(session, AsGuest() if who == "guest" else AsActor(actor(who)))
        signatures.sign(session, by=actor(who) if who in PEOPLE else None, at=AT)
        yield session
        session.rollback()
