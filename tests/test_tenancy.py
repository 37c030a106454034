"""The scopes of a session, and every way around them that was tried.

Each test works in the town of tests/support/town.py and is undone at its end.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Engine,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    union,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import (
    Bundle,
    Session,
    aliased,
    contains_eager,
    immediateload,
    joinedload,
    selectinload,
    subqueryload,
    undefer,
    with_parent,
    with_polymorphic,
)

from app import tenancy
from app.domain.errors import Forbidden, NotFound, SignInNeeded
from app.models import (
    AuditEntry,
    Base,
    Change,
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
    TenantOwned,
    User,
    UserSession,
)
from app.policies import reach, readable, reading
from app.services import signatures
from app.tenancy import AsActor, AsGuest, NoScope, Reason, Unjudged, Unscoped, enter, scoped, unscoped
from tests.support.town import (
    AT,
    BURGER,
    PANDA,
    PEOPLE,
    actor,
    invitation,
    membership,
    restaurant,
    session_as,
    user,
)

As = Callable[[str], AbstractContextManager[Session]]
CLASSES = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda cls: cls.__name__)
TENANT_OWNED = [cls for cls in CLASSES if issubclass(cls, TenantOwned)]


@pytest.fixture
def as_(engine: Engine) -> As:
    """`with as_("mia") as session`: what a person, the `guest` or the `operator` can do."""
    return partial(session_as, engine)


def places(rows: Any) -> set[int]:
    return {row if isinstance(row, int) else row.restaurant_id for row in rows}


# Without a scope, or without a person


def test_a_session_without_scope_reads_nothing(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(NoScope):
        session.scalars(select(MenuItem))


def test_a_session_without_scope_writes_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(restaurant("New"))
        with pytest.raises(NoScope):
            session.flush()


def test_a_session_without_scope_runs_no_text(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(NoScope):
        session.execute(text("SELECT 1"))


def test_nothing_can_be_brought_into_an_unscoped_place(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(restaurant("New"))
        with pytest.raises(NoScope), unscoped(session, Reason.SIGN_IN):
            pass


def test_an_unscoped_place_ends(engine: Engine) -> None:
    with Session(engine) as session:
        with unscoped(session, Reason.USER_LOADER):
            assert session.scalars(select(User)).all()
        with pytest.raises(NoScope):
            session.scalars(select(User))


def test_an_unscoped_place_ends_when_it_fails(as_: As) -> None:
    with as_("vic") as session:
        with pytest.raises(ZeroDivisionError), unscoped(session, Reason.USER_LOADER):
            _ = 1 / 0
        assert places(session.scalars(select(MenuItem))) == {BURGER}


def test_nobody_reads_or_writes_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        enter(session, AsActor(None))
        with pytest.raises(SignInNeeded):
            session.scalars(select(MenuItem))
        session.add(restaurant("New"))
        with pytest.raises(SignInNeeded):
            session.flush()


def test_another_thread_has_no_scope(app: Any) -> None:
    from app.extensions import db

    caught: list[BaseException] = []

    def work() -> None:
        with app.app_context():
            try:
                db.session.scalars(select(MenuItem))
            except NoScope as error:
                caught.append(error)

    with app.app_context():
        enter(db.session(), Unscoped(Reason.COMMAND_LINE))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert len(caught) == 1


def test_a_command_without_scope_fails(app: Any) -> None:
    from app.extensions import db

    with app.app_context(), pytest.raises(NoScope):
        db.session.scalars(select(Restaurant))


# Guests


@pytest.mark.parametrize("cls", CLASSES)
def test_guests_read_menus_and_no_people(as_: As, cls: type[Base]) -> None:
    with as_("guest") as session:
        seen = bool(session.scalars(select(cls)).all())

    assert seen is (cls in {Restaurant, Menu, Section, MenuItem})


def test_guests_do_not_come_to_people_through_menus(as_: As) -> None:
    with as_("guest") as session:
        place = (
            session.scalars(select(Restaurant).options(joinedload(Restaurant.memberships))).unique().first()
        )
        assert place is not None
        assert place.memberships == []
        assert place.invitations == []
        assert session.scalars(select(User).join(Membership)).all() == []


def test_guests_write_nothing(as_: As) -> None:
    with as_("guest") as session:
        session.get_one(MenuItem, 1).price = 1
        with pytest.raises(Forbidden):
            session.flush()


# What people read

EVERYBODY = {Restaurant, Menu, Section, MenuItem, SavedView, DefaultView}
IN_BURGER = {
    "vic": EVERYBODY,
    "sam": EVERYBODY | {Change},
    "olga": EVERYBODY | {Membership, Invitation, FixtureRow, Change, AuditEntry},
}


@pytest.mark.parametrize("key", IN_BURGER)
@pytest.mark.parametrize("cls", [Restaurant, *TENANT_OWNED])
def test_what_a_role_reads_in_its_restaurant(as_: As, key: str, cls: type[Any]) -> None:
    column = cls.id if cls is Restaurant else cls.restaurant_id
    with as_(key) as session:
        assert places(session.scalars(select(column))) == ({BURGER} if cls in IN_BURGER[key] else set())


def test_a_manager_reads_people_where_she_manages(as_: As) -> None:
    with as_("mia") as session:
        assert places(session.scalars(select(Membership))) == {BURGER}
        assert places(session.scalars(select(MenuItem))) == {BURGER, PANDA}
        assert session.scalars(select(Invitation)).all() == []


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("vic", {"Vic"}),
        ("sam", {"Sam"}),
        ("lou", {"Lou"}),
        ("mia", {"Olga", "Mia", "Sam", "Vic"}),
        ("olga", {"Olga", "Mia", "Sam", "Vic"}),
        ("stan", {"Stan", "Mia"}),
        ("ada", {"Olga", "Mia", "Sam", "Vic", "Stan", "Ada", "Lou"}),
    ],
)
def test_people_see_themselves_and_those_whose_memberships_they_read(
    as_: As, key: str, names: set[str]
) -> None:
    person = aliased(User)
    with as_(key) as session:
        assert set(session.scalars(select(User.name))) == names
        assert set(session.scalars(select(person.name))) == names
        rows = session.scalars(select(Membership).options(joinedload(Membership.user))).all()
        assert all(row.user is not None for row in rows)


@pytest.mark.parametrize("cls", [Identity, UserSession])
def test_accounts_and_sessions_are_ones_own(as_: As, cls: type[Any]) -> None:
    for number, key in enumerate(PEOPLE, start=1):
        with as_(key) as session:
            users = set(session.scalars(select(cls.user_id)))
        assert users == ({number} if key != "ada" else set(range(1, len(PEOPLE) + 1)))


def test_an_outer_join_brings_no_column_from_elsewhere(as_: As) -> None:
    with as_("vic") as session:
        rows = session.scalars(
            select(item.restaurant_id).select_from(Menu).outerjoin(item, item.id > 2)
        ).all()
        assert len(rows) == 1
        assert rows[0] is None
    with as_("mia") as session:
        member = aliased(Membership)
        rows = session.scalars(
            select(member.id).select_from(Menu).join(member, member.restaurant_id == PANDA)
        ).all()
        assert rows == []


@pytest.mark.parametrize("cls", [Restaurant, *TENANT_OWNED])
def test_what_is_read_is_what_the_policy_reaches(as_: As, cls: type[Any]) -> None:
    for key in PEOPLE:
        with as_("operator") as session:
            own = cls in {Change, SavedView, DefaultView}
            rule = readable(actor(key), cls) if own else reach(actor(key), reading(cls), cls)
            reached = set(session.scalars(select(cls.id).where(rule)))
        with as_(key) as session:
            assert set(session.scalars(select(cls.id))) == reached


def test_an_administrator_reads_every_class(as_: As) -> None:
    """All of it, but for what one person alone wants to see: Mia's own view, and that she opens with it."""
    counts = []
    for who in ("operator", "ada"):
        with as_(who) as session:
            counts.append({cls: session.scalar(select(func.count()).select_from(cls)) for cls in CLASSES})
    operators, hers = counts
    assert {cls: operators[cls] - hers[cls] for cls in CLASSES if operators[cls] != hers[cls]} == {
        SavedView: 1,
        DefaultView: 1,
    }


# Every shape of a query

item, other = aliased(MenuItem), aliased(MenuItem)
items = select(MenuItem.id, MenuItem.restaurant_id)

READINGS: dict[str, Any] = {
    "entity": select(MenuItem),
    "column": select(MenuItem.restaurant_id),
    "alias": select(item.restaurant_id),
    "alias joined by hand": select(item.restaurant_id)
    .select_from(MenuItem)
    .join(item, item.id != MenuItem.id),
    "alias joined to an alias": select(item.restaurant_id).select_from(other).join(item, item.id != other.id),
    "alias joined to its parent": select(item.restaurant_id).select_from(Section).join(item, Section.items),
    "alias of a relation": select(item.restaurant_id).select_from(Section).join(Section.items.of_type(item)),
    "join": select(MenuItem.restaurant_id).join(Section).join(Menu),
    "outer join": select(MenuItem.restaurant_id).outerjoin(MenuItem.section),
    "join to the restaurant": select(MenuItem.restaurant_id).join(MenuItem.restaurant),
    "joined later": select(MenuItem.restaurant_id).select_from(Menu).join(Menu.sections).join(Section.items),
    "subquery": select(items.subquery().c.restaurant_id),
    "alias of a subquery": select(aliased(MenuItem, select(MenuItem).subquery()).restaurant_id),
    "cte": select(items.cte().c.restaurant_id),
    "recursive cte": select(items.cte(recursive=True).c.restaurant_id),
    "union": union(items.with_only_columns(MenuItem.restaurant_id), select(Section.restaurant_id)),
    "entities of a union": select(
        aliased(MenuItem, union_all(select(MenuItem), select(MenuItem)).subquery())
    ),
    "subquery of a union": select(union_all(items, items).subquery().c.restaurant_id),
    "from_statement": select(MenuItem).from_statement(select(MenuItem)),
    "from_statement of a union": select(MenuItem).from_statement(
        union_all(select(MenuItem), select(MenuItem))
    ),
    "polymorphic": select(with_polymorphic(MenuItem, "*").restaurant_id),
    "yield_per": select(MenuItem).execution_options(yield_per=1),
    "populate_existing": select(MenuItem).execution_options(populate_existing=True),
    "lock": select(MenuItem).with_for_update(),
    "distinct": select(MenuItem.restaurant_id).distinct(),
    "group": select(MenuItem.restaurant_id).group_by(MenuItem.restaurant_id),
    "window": select(MenuItem.restaurant_id, func.max(MenuItem.restaurant_id).over()),
    "scalar subquery": select(select(func.max(MenuItem.restaurant_id)).scalar_subquery()),
}


@pytest.mark.parametrize("shape", READINGS)
def test_no_shape_of_a_query_reads_elsewhere(as_: As, shape: str) -> None:
    with as_("operator") as session:
        assert PANDA in places(session.scalars(READINGS[shape]))
    with as_("vic") as session:
        assert places(session.scalars(READINGS[shape])) == {BURGER}


COUNTS: dict[str, Any] = {
    "rows": (select(func.count()).select_from(MenuItem), 2),
    "ids": (select(func.count(MenuItem.id)), 2),
    "subquery": (select(func.count()).select_from(items.subquery()), 2),
    "alias": (select(func.count(item.id)), 2),
    "sum": (select(func.sum(MenuItem.price)), 200),
    "where exists": (
        select(func.count(Restaurant.id)).where(exists().where(MenuItem.restaurant_id == PANDA)),
        0,
    ),
    "where exists select": (
        select(func.count(Restaurant.id)).where(
            select(MenuItem.id).where(MenuItem.restaurant_id == PANDA).exists()
        ),
        0,
    ),
    "where in": (
        select(func.count(Restaurant.id)).where(Restaurant.id.in_(select(Membership.restaurant_id))),
        0,
    ),
    "any": (select(func.count(Restaurant.id)).where(Restaurant.memberships.any()), 0),
    "not any": (select(func.count(Restaurant.id)).where(~Restaurant.memberships.any()), 1),
    "has": (select(func.count(MenuItem.id)).where(MenuItem.restaurant.has(name="Panda")), 0),
    "correlated": (
        select(
            select(func.count(Membership.id))
            .where(Membership.restaurant_id == Restaurant.id)
            .correlate(Restaurant)
            .scalar_subquery()
        ).select_from(Restaurant),
        0,
    ),
    "exists select": (select(select(MenuItem.id).where(MenuItem.restaurant_id == PANDA).exists()), False),
    "people": (select(func.count(User.id)), 1),
}


@pytest.mark.parametrize("shape", COUNTS)
def test_no_count_tells_of_elsewhere(as_: As, shape: str) -> None:
    query, expected = COUNTS[shape]
    with as_("vic") as session:
        assert session.scalar(query) == expected
    with as_("operator") as session:
        assert session.scalar(query) != expected


def test_legacy_queries_are_limited(as_: As) -> None:
    with as_("vic") as session:
        assert session.query(MenuItem).count() == 2
        assert places(session.query(MenuItem).all()) == {BURGER}
        assert session.query(MenuItem).filter_by(restaurant_id=PANDA).first() is None
        assert session.query(Bundle("b", MenuItem.restaurant_id)).distinct().all() == [((BURGER,),)]


def test_a_row_is_not_got_by_its_number(as_: As) -> None:
    with as_("operator") as session:
        foreign = {
            cls: session.scalars(select(cls.id).where(cls.restaurant_id == PANDA)).first()
            for cls in TENANT_OWNED
        }
    with as_("vic") as session:
        for cls, number in foreign.items():
            assert session.get(cls, number) is None
        assert session.get(Restaurant, PANDA) is None
        assert session.get(User, 5) is None


@pytest.mark.parametrize("load", [selectinload, joinedload, subqueryload, immediateload, None])
def test_relations_are_limited_however_they_are_loaded(as_: As, load: Any) -> None:
    options = [load(Restaurant.memberships)] if load else []
    with as_("vic") as session:
        place = session.scalars(select(Restaurant).options(*options)).unique().one()
        assert place.memberships == []
        assert len(place.menus) == 1
    with as_("olga") as session:
        place = session.scalars(select(Restaurant).options(*options)).unique().one()
        assert len(place.memberships) == 4


def test_eager_loads_of_an_explicit_join_are_limited(as_: As) -> None:
    query = (
        select(Restaurant).outerjoin(Restaurant.memberships).options(contains_eager(Restaurant.memberships))
    )
    with as_("vic") as session:
        assert session.scalars(query).unique().one().memberships == []


def test_a_relation_leads_back_to_ones_own_alone(as_: As) -> None:
    with as_("operator") as session:
        mias = session.scalars(select(Membership).where(Membership.restaurant_id == PANDA)).first()
        assert mias is not None
        assert mias.user.name == "Mia"
    with as_("olga") as session:
        mia = session.scalars(select(User).where(User.name == "Mia")).one()
        assert places(mia.memberships) == {BURGER}
        assert mia.identities == []
        assert mia.sessions == []
        assert (
            session.scalars(select(Membership).where(with_parent(mia, User.memberships))).all()
            == mia.memberships
        )


def test_refreshing_a_row_brings_no_more_than_loading_it(as_: As) -> None:
    query = select(Restaurant).where(Restaurant.id == BURGER).options(joinedload(Restaurant.memberships))
    with as_("vic") as session:
        with unscoped(session, Reason.USER_LOADER):
            place = session.scalars(query).unique().one()
            assert len(place.memberships) == 4
        session.expire_all()
        assert place.name == "Burger"
        assert place.memberships == []
        session.refresh(place, ["memberships", "menus"])
        assert place.memberships == []
        assert len(place.menus) == 1


def test_a_row_loaded_in_a_wider_scope_leads_no_further(as_: As) -> None:
    with as_("vic") as session:
        with unscoped(session, Reason.USER_LOADER):
            panda = session.get_one(Restaurant, PANDA)
        assert panda.menus == []
        assert panda.memberships == []


def test_deferred_columns_of_ones_own_rows_load(as_: As) -> None:
    with as_("vic") as session:
        row = session.scalars(select(MenuItem).options(undefer(MenuItem.description))).first()
        assert row is not None
        session.expire(row, ["name"])
        assert row.name


# What no policy can judge

CORE = MenuItem.__table__
UNJUDGED: dict[str, Any] = {
    "update": update(MenuItem).values(price=1),
    "update returning": update(MenuItem).values(price=1).returning(MenuItem.id),
    "delete": delete(MenuItem),
    "insert": insert(MenuItem).values(name="x", restaurant_id=BURGER, section_id=1),
    "insert returning": insert(MenuItem).values(name="x", section_id=1).returning(MenuItem),
    "table": select(CORE),
    "count of a table": select(func.count()).select_from(CORE),
    "text": text("SELECT * FROM menu_item"),
    "entities from text": select(MenuItem).from_statement(text("SELECT * FROM menu_item")),
    "function": func.now(),
    "bare exists": select(exists().where(MenuItem.restaurant_id == PANDA)),
    "literal": select(literal(1)).where(exists().where(MenuItem.restaurant_id == PANDA)),
}


@pytest.mark.parametrize("shape", UNJUDGED)
@pytest.mark.parametrize("who", ["olga", "ada", "guest"])
def test_what_cannot_be_judged_is_not_run(as_: As, shape: str, who: str) -> None:
    with as_(who) as session, pytest.raises(Unjudged):
        session.execute(UNJUDGED[shape])


def test_legacy_bulk_work_is_not_run(as_: As) -> None:
    with as_("olga") as session:
        with pytest.raises(Unjudged):
            session.query(MenuItem).update({"price": 1})
        with pytest.raises(Unjudged):
            session.query(MenuItem).delete()


#: What goes around a session's statements and flushes, and so around tenancy.
AROUND = re.compile(
    r"bulk_save_objects|bulk_insert_mappings|bulk_update_mappings|make_transient|load=False"
    r"|\.__table__|session\.connection\("
)


#: The commands ask their connection for its revision, or copy all of it; they are the operator's own
#: shell. History is written past the ORM, in which nothing may write it, and rows that it brings back
#: are judged by policies/reverting.py.
ALLOWED_AROUND = {
    "cli/backup.py",
    "cli/working.py",
    "services/auditing.py",
    "services/recording.py",
    "services/reverting/restoring.py",
}


def test_no_code_goes_around() -> None:
    code = Path(tenancy.__file__).parent
    found = {
        str(path.relative_to(code))
        for path in code.rglob("*.py")
        if path.name != "tenancy.py" and AROUND.search(path.read_text(encoding="utf-8"))
    }
    assert found <= ALLOWED_AROUND


# What people write


def written(session: Session, write: Callable[[Session], None]) -> None:
    write(session)
    session.flush()


def put(parent: Any, collection: str, child: Any) -> None:
    """Append to a collection; the argument keeps the parent, which the session holds but weakly."""
    getattr(parent, collection).append(child)


def reprice(session: Session) -> None:
    session.get_one(MenuItem, 1).price = 325


def rename_item(session: Session) -> None:
    session.get_one(MenuItem, 1).name = "Other"


def sell_out(session: Session) -> None:
    row = session.get_one(MenuItem, 1)
    row.sold_out_at, row.sold_out_until, row.sold_out_by_id = AT, AT, 1


def reorder(session: Session) -> None:
    session.get_one(MenuItem, 1).position = 7


def move_by_column(session: Session) -> None:
    session.get_one(MenuItem, 1).section_id = 2


def move_by_relation(session: Session) -> None:
    session.get_one(MenuItem, 1).section = session.get_one(Section, 2)


def move_by_collection(session: Session) -> None:
    put(session.get_one(Section, 2), "items", session.get_one(MenuItem, 1))


def rename_and_reorder(session: Session) -> None:
    row = session.get_one(MenuItem, 1)
    row.name, row.position = "Other", 7


def new_item(session: Session) -> None:
    session.add(MenuItem(name="New", section=session.get_one(Section, 1)))


def new_item_by_number(session: Session) -> None:
    session.add(MenuItem(name="New", section_id=1, restaurant_id=BURGER))


def new_item_by_collection(session: Session) -> None:
    put(session.get_one(Section, 1), "items", MenuItem(name="New"))


def new_item_in_a_savepoint(session: Session) -> None:
    with session.begin_nested():
        new_item(session)


def new_menu_with_everything(session: Session) -> None:
    menu = Menu(name="Lunch", sections=[Section(name="All", items=[MenuItem(name="New")])])
    put(session.get_one(Restaurant, BURGER), "menus", menu)


def delete_item(session: Session) -> None:
    session.delete(session.get_one(MenuItem, 1))


def delete_menu(session: Session) -> None:
    session.delete(session.get_one(Menu, 1))


def rename_section(session: Session) -> None:
    session.get_one(Section, 1).name = "Other"


def rename_restaurant(session: Session) -> None:
    session.get_one(Restaurant, BURGER).name = "Other"


def invite(session: Session) -> None:
    by = signatures.signature(session).by
    session.add(invitation(session.get_one(Restaurant, BURGER), "staff", "new", by))


def forge_a_version(session: Session) -> None:
    session.get_one(MenuItem, 1).version = 99


def read_again_and_change(session: Session) -> None:
    row = session.get_one(MenuItem, 1)
    session.refresh(row)
    row.price = 77


STAFF = ["sam", "mia", "olga", "ada"]
MANAGERS = ["mia", "olga", "ada"]
OWNERS = ["olga", "ada"]
WRITINGS: list[tuple[Callable[[Session], None], list[str]]] = [
    (reprice, STAFF),
    (rename_item, STAFF),
    (sell_out, STAFF),
    (forge_a_version, STAFF),
    (read_again_and_change, STAFF),
    (reorder, MANAGERS),
    (move_by_column, MANAGERS),
    (move_by_relation, MANAGERS),
    (move_by_collection, MANAGERS),
    (rename_and_reorder, MANAGERS),
    (new_item, MANAGERS),
    (new_item_by_number, MANAGERS),
    (new_item_by_collection, MANAGERS),
    (new_item_in_a_savepoint, MANAGERS),
    (new_menu_with_everything, MANAGERS),
    (delete_item, MANAGERS),
    (delete_menu, MANAGERS),
    (rename_section, MANAGERS),
    (rename_restaurant, OWNERS),
    (invite, OWNERS),
]


@pytest.mark.parametrize(("write", "allowed"), WRITINGS, ids=lambda value: getattr(value, "__name__", ""))
def test_who_writes_what_in_burger(as_: As, write: Callable[[Session], None], allowed: list[str]) -> None:
    for key in ("vic", *STAFF):
        with as_(key) as session:
            if key in allowed:
                write(session)
                session.flush()
            else:
                with pytest.raises(Forbidden):
                    written(session, write)


def promote_oneself(session: Session, number: int) -> None:
    row = session.scalars(select(Membership).where(Membership.user_id == number)).first()
    assert row is not None
    row.role = "owner"


def test_nobody_promotes_themselves(as_: As) -> None:
    # Mia reads memberships and may not change them; Sam comes to his through an unscoped place.
    with as_("mia") as session:
        promote_oneself(session, 2)
        with pytest.raises(Forbidden, match="role"):
            session.flush()
    with as_("sam") as session:
        with unscoped(session, Reason.USER_LOADER):
            row = session.scalars(select(Membership).where(Membership.user_id == 3)).one()
        row.role = "owner"
        with pytest.raises(Forbidden, match="role"):
            session.flush()


def test_nobody_makes_a_membership(as_: As) -> None:
    for key in (*PEOPLE,):
        with as_(key) as session:
            session.add(Membership(restaurant_id=BURGER, user_id=7, role="owner", created_at=AT))
            with pytest.raises((Forbidden, NotFound)):
                session.flush()


def test_a_membership_stays_with_its_person(as_: As) -> None:
    with as_("olga") as session:
        session.scalars(select(Membership).where(Membership.user_id == 3)).one().user_id = 4
        with pytest.raises(Forbidden, match="change user of"):
            session.flush()


@pytest.mark.parametrize("key", ["olga", "mia", "vic", "lou"])
def test_people_change_no_people(as_: As, key: str) -> None:
    number = PEOPLE.index(key) + 1
    changes: list[Callable[[Session], Any]] = [
        lambda session: setattr(session.get_one(User, number), "administrator_since", AT),
        lambda session: setattr(session.get_one(User, number), "email", "other@example.com"),
        lambda session: setattr(session.get_one(Identity, number), "email_verified", True),
        lambda session: setattr(session.get_one(UserSession, number), "user_id", 6),
        lambda session: setattr(session.get_one(UserSession, number), "provider", "x"),
        lambda session: session.delete(session.get_one(UserSession, number)),
        lambda session: session.add(user("New")),
        lambda session: session.add(Identity(user_id=6, issuer="x", subject=key, created_at=AT)),
        lambda session: put(
            session.get_one(User, number), "identities", Identity(issuer="x", subject=key, created_at=AT)
        ),
    ]
    for change in changes:
        with as_(key) as session:
            change(session)
            with pytest.raises(Forbidden):
                session.flush()


def test_administrators_disable_and_do_not_delete(as_: As) -> None:
    with as_("ada") as session:
        session.get_one(User, 5).disabled_at = AT
        session.flush()
        session.delete(session.get_one(User, 7))
        with pytest.raises(Forbidden):
            session.flush()


def test_an_invitation_is_sent_in_ones_own_name(as_: As) -> None:
    """It is worth what its sender may give; nobody borrows that, and nobody passes for the operator."""
    for name in (None, actor("ada")):
        with as_("olga") as session:
            session.add(invitation(session.get_one(Restaurant, BURGER), "staff", "new", name))
            with pytest.raises(Forbidden):
                session.flush()
        with as_("olga") as session:
            row = session.scalars(select(Invitation).where(Invitation.restaurant_id == BURGER)).one()
            row.created_by_id = actor("olga").id
            session.flush()
            row.created_by_id = name.id if name else None
            with pytest.raises(Forbidden):
                session.flush()


def test_an_owner_touches_no_invitation_of_an_administrator(as_: As) -> None:
    with as_("olga") as session:
        session.add(invitation(None, "administrator", "mine"))
        with pytest.raises(NotFound):
            session.flush()
    with as_("olga") as session:
        with unscoped(session, Reason.INVITATION):
            row = session.scalars(select(Invitation).where(Invitation.restaurant_id.is_(None))).one()
        row.token_hash = "mine"
        with pytest.raises(NotFound):
            session.flush()


def test_only_a_named_service_opens_a_restaurant(as_: As) -> None:
    with as_("olga") as session:
        session.add(restaurant("New"))
        with pytest.raises(Forbidden):
            session.flush()
    with as_("olga") as session:
        with unscoped(session, Reason.OPEN_RESTAURANT):
            session.add(membership(session.get_one(User, 1), restaurant("New"), "owner"))
        session.flush()


def test_deleting_a_restaurant_takes_everything_along_for_its_owner(as_: As) -> None:
    with as_("olga") as session:
        session.delete(session.get_one(Restaurant, BURGER))
        session.flush()
        assert session.scalar(select(func.count(MenuItem.id))) == 0
    with as_("mia") as session:
        session.delete(session.get_one(Restaurant, BURGER))
        with pytest.raises(Forbidden):
            session.flush()


# Nothing crosses from one restaurant to another


def foreign_section(session: Session) -> Section:
    """Mia reads Panda's sections, as a viewer."""
    return session.scalars(select(Section).where(Section.restaurant_id == PANDA)).first() or pytest.fail(
        "none"
    )


CROSSINGS: dict[str, Callable[[Session], Any]] = {
    "new row under a foreign parent": lambda session: session.add(
        MenuItem(name="New", section=foreign_section(session))
    ),
    "new row by collection": lambda session: put(foreign_section(session), "items", MenuItem(name="New")),
    "new row that names its own restaurant and a foreign parent": lambda session: session.add(
        MenuItem(name="New", restaurant_id=BURGER, section=foreign_section(session))
    ),
    "new menu that names both": lambda session: session.add(
        Menu(name="New", restaurant_id=BURGER, restaurant=session.get_one(Restaurant, PANDA))
    ),
    "new row under a new parent that names both": lambda session: session.add(
        MenuItem(name="New", section=Section(name="New", restaurant_id=BURGER, menu=session.get_one(Menu, 2)))
    ),
    "moved by relation": lambda session: setattr(
        session.get_one(MenuItem, 1), "section", foreign_section(session)
    ),
    "moved by collection": lambda session: put(
        foreign_section(session), "items", session.get_one(MenuItem, 1)
    ),
    "stolen by collection": lambda session: put(
        session.get_one(Section, 1), "items", session.get_one(MenuItem, 3)
    ),
    "moved with its column": lambda session: setattr(session.get_one(MenuItem, 1), "restaurant_id", PANDA),
    "menu moved by relation": lambda session: setattr(
        session.get_one(Menu, 1), "restaurant", session.get_one(Restaurant, PANDA)
    ),
    "menu moved with its column": lambda session: setattr(session.get_one(Menu, 1), "restaurant_id", PANDA),
}


@pytest.mark.parametrize("crossing", CROSSINGS)
@pytest.mark.parametrize("who", ["mia", "ada", "operator"])
def test_nothing_crosses(as_: As, crossing: str, who: str) -> None:
    with as_(who) as session, session.no_autoflush:
        CROSSINGS[crossing](session)
        if who != "mia" and crossing in {"new row under a foreign parent", "new row by collection"}:
            session.flush()
            return
        with pytest.raises((NotFound, Forbidden)):
            session.flush()


def test_a_row_whose_restaurant_has_expired_does_not_cross_either(as_: As) -> None:
    with as_("operator") as session:
        menu = session.get_one(Menu, 1)
        session.expire(menu)
        menu.restaurant_id = PANDA
        with pytest.raises(NotFound):
            session.flush()


def test_the_database_refuses_a_foreign_parent_by_number(as_: As) -> None:
    for who in ("mia", "ada", "operator"):
        with as_(who) as session:
            session.get_one(MenuItem, 1).section_id = foreign_section(session).id
            with pytest.raises(IntegrityError):
                session.flush()
        with as_(who) as session:
            session.add(MenuItem(name="New", restaurant_id=BURGER, section_id=foreign_section(session).id))
            with pytest.raises(IntegrityError):
                session.flush()


def test_merging_a_foreign_number_changes_nothing(as_: As) -> None:
    with as_("olga") as session:
        foreign = 3
        session.merge(MenuItem(id=foreign, restaurant_id=BURGER, section_id=1, name="Mine now"))
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_stranger_who_holds_a_row_is_told_that_there_is_none(as_: As) -> None:
    with as_("stan") as session:
        with unscoped(session, Reason.USER_LOADER):
            row = session.get_one(MenuItem, 1)
        row.price = 1
        with pytest.raises(NotFound):
            session.flush()
    with as_("stan") as session:
        with unscoped(session, Reason.USER_LOADER):
            row = session.get_one(MenuItem, 1)
        session.delete(row)
        with pytest.raises(NotFound):
            session.flush()


# Scopes in scopes


def test_what_was_pending_is_judged_where_it_was_made(as_: As) -> None:
    with as_("vic") as session:
        session.get_one(MenuItem, 1).price = 1
        with pytest.raises(Forbidden), unscoped(session, Reason.SIGN_IN):
            pass


def test_an_unscoped_place_leaves_nothing_pending(as_: As) -> None:
    with as_("vic") as session:
        with unscoped(session, Reason.SIGN_IN):
            session.get_one(MenuItem, 1).price = 77
        assert not session.dirty
        assert session.scalar(select(MenuItem.price).where(MenuItem.id == 1)) == 77


def fail_after(write: Callable[[Session], None], session: Session) -> None:
    write(session)
    _ = 1 / 0


def test_what_a_failed_unscoped_place_left_is_judged_outside(as_: As) -> None:
    with as_("vic") as session:
        with pytest.raises(ZeroDivisionError), unscoped(session, Reason.SIGN_IN):
            fail_after(reprice, session)
        with pytest.raises(Forbidden):
            session.flush()


def test_what_a_narrower_scope_made_is_judged_in_it(as_: As) -> None:
    with as_("operator") as session, pytest.raises(Forbidden), scoped(session, AsGuest()):
        session.get_one(MenuItem, 1).price = 1


def test_a_scope_in_a_scope_ends(as_: As) -> None:
    with as_("vic") as session:
        with scoped(session, AsGuest()):
            assert places(session.scalars(select(MenuItem))) == {BURGER, PANDA}
        assert places(session.scalars(select(MenuItem))) == {BURGER}
