"""“Who may do what”, as the contract has it; the code's own tables are held against this one."""

from __future__ import annotations

import pytest

from app.domain.roles import Action, Role
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
    User,
    UserSession,
)
from app.policies import (
    GRANTS,
    allows_anywhere,
    allows_in,
    creating,
    deleting,
    editable,
    editable_anywhere,
    reading,
)
from tests.support.town import BURGER, PANDA, actor

#: viewer, staff, manager, owner
MAY = {
    Action.READ: "vsmo",
    Action.EDIT_ITEM: "-smo",
    Action.READ_HISTORY: "-smo",
    Action.ARRANGE: "--mo",
    Action.READ_PEOPLE: "--mo",
    Action.MANAGE_PEOPLE: "---o",
    Action.MANAGE_RESTAURANT: "---o",
    Action.READ_AUDIT: "---o",
    Action.ADMINISTER: "----",
}
IN_BURGER = {"v": "vic", "s": "sam", "m": "mia", "o": "olga"}

SOLD_OUT = {"sold_out_at", "sold_out_until", "sold_out_by_id"}
ITEM = {"name", "description", "price"} | SOLD_OUT
PLACE = {"name", "slug", "currency", "time_zone", "language", "address", "phone", "website", "description"}
VIEW = {"name", "folded_name", "query", "changed_at", "changed_by_id"}
#: What each of them may change in Burger: viewer, staff, manager, owner, administrator.
COLUMNS: dict[type[Base], tuple[set[str], ...]] = {
    Restaurant: (set(), set(), set(), PLACE, PLACE),
    Menu: (set(), set(), *([{"name", "position"}] * 3)),
    Section: (set(), set(), *([{"name", "position", "menu_id"}] * 3)),
    MenuItem: (set(), ITEM, *([ITEM | {"section_id", "position"}] * 3)),
    Membership: (set(), set(), set(), {"role"}, {"role"}),
    Invitation: (
        *(set(), set(), set()),
        *([{"token_hash", "created_by_id", "expires_at", "mailed_at", "revoked_at"}] * 2),
    ),
    FixtureRow: (set(), set(), set(), set(), set()),
    SavedView: (set(), set(), VIEW, VIEW, VIEW),
    DefaultView: (set(), set(), set(), set(), set()),
    Change: (set(), set(), set(), set(), set()),
    AuditEntry: (set(), set(), set(), set(), set()),
    User: (set(), set(), set(), set(), {"name", "email", "administrator_since", "disabled_at"}),
    Identity: (set(), set(), set(), set(), set()),
    UserSession: (set(), set(), set(), set(), {"ended_at"}),
}


@pytest.mark.parametrize("action", Action)
def test_grants_are_the_contract(action: Action) -> None:
    roles = dict(zip("vsmo", (Role.VIEWER, Role.STAFF, Role.MANAGER, Role.OWNER), strict=True))

    assert {role for role in Role if action in GRANTS[role]} == {
        roles[letter] for letter in MAY[action] if letter != "-"
    }


def test_every_role_is_in_the_table() -> None:
    assert set(GRANTS) == set(Role)
    assert set(MAY) == set(Action)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("letter", IN_BURGER)
def test_a_role_counts_in_its_own_restaurant(action: Action, letter: str) -> None:
    person = actor(IN_BURGER[letter])

    assert allows_in(person, action, BURGER) is (letter in MAY[action])
    assert allows_in(person, action, None) is False
    if letter != "m":
        assert allows_in(person, action, PANDA) is False


@pytest.mark.parametrize("action", Action)
def test_two_roles_do_not_mix(action: Action) -> None:
    # Mia manages Burger and views Panda.
    assert allows_in(actor("mia"), action, BURGER) is ("m" in MAY[action])
    assert allows_in(actor("mia"), action, PANDA) is ("v" in MAY[action])
    assert allows_anywhere(actor("mia"), action) is ("m" in MAY[action])


@pytest.mark.parametrize("action", Action)
def test_administrators_may_everything_and_strangers_nothing(action: Action) -> None:
    assert allows_in(actor("ada"), action, BURGER)
    assert allows_in(actor("ada"), action, None)
    assert allows_anywhere(actor("ada"), action)
    assert not allows_in(actor("lou"), action, BURGER)
    assert not allows_anywhere(actor("lou"), action)


@pytest.mark.parametrize("cls", COLUMNS)
def test_columns(cls: type[Base]) -> None:
    people = ("vic", "sam", "mia", "olga", "ada")

    assert tuple(set(editable(actor(key), cls, BURGER)) for key in people) == COLUMNS[cls]
    assert tuple(set(editable_anywhere(actor(key), cls)) for key in people) == COLUMNS[cls]


@pytest.mark.parametrize("cls", COLUMNS)
def test_columns_of_a_row_of_no_restaurant_are_the_administrators(cls: type[Base]) -> None:
    for key in ("vic", "sam", "mia", "olga", "lou"):
        assert editable(actor(key), cls, None) == set()
    assert editable(actor("ada"), cls, None) == editable_anywhere(actor("ada"), cls)


@pytest.mark.parametrize("cls", COLUMNS)
def test_columns_in_another_restaurant(cls: type[Base]) -> None:
    for key in ("vic", "sam", "mia", "olga", "lou"):
        assert editable(actor(key), cls, PANDA) == set()


def test_every_class_has_its_columns() -> None:
    assert set(COLUMNS) == {mapper.class_ for mapper in Base.registry.mappers}


@pytest.mark.parametrize("cls", COLUMNS)
def test_columns_exist_and_none_is_the_key_the_restaurant_or_the_version(cls: type[Base]) -> None:
    columns = editable_anywhere(actor("ada"), cls)

    assert columns <= set(cls.__mapper__.column_attrs.keys())
    assert not columns & {"id", "restaurant_id", "version", "created_at", "user_id"}


@pytest.mark.parametrize("cls", [User, Identity, UserSession])
def test_people_are_the_administrators(cls: type[Base]) -> None:
    assert reading(cls) is Action.ADMINISTER
    assert creating(cls) is None
    assert deleting(cls) is None


@pytest.mark.parametrize(("cls", "action"), [(Change, Action.READ_HISTORY), (AuditEntry, Action.READ_AUDIT)])
def test_records_are_read_and_nothing_else(cls: type[Base], action: Action) -> None:
    assert reading(cls) is action
    assert creating(cls) is None
    assert deleting(cls) is None


def test_whoever_manages_people_has_no_role_above_them() -> None:
    """What is restored is written past the flush, which judges roles: so the table itself keeps the rule."""
    assert [role for role in Role if Action.MANAGE_PEOPLE in GRANTS[role]] == [next(iter(Role))]


@pytest.mark.parametrize("cls", [Restaurant, Membership, FixtureRow])
def test_some_rows_are_made_by_their_service_alone(cls: type[Base]) -> None:
    assert creating(cls) is None
