"""Loading over what is there: people's work stays, `reset` puts back, a fault writes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.domain.documents import Faulty
from app.models import FixtureRow, Identity, Membership, Menu, MenuItem, Restaurant, Section, User
from app.services import exporting
from app.services.importing import Counts, known, load, read
from tests.support import browsing
from tests.support.needs import ROOT

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAMPLES = ROOT / "fixtures"


def load_from(session, *paths, reset=False):
    session.commit()
    report = load(session, read(paths, known(session)), at=AT, reset=reset)
    session.commit()
    return report


@pytest.fixture
def session(bare_session):
    load_from(bare_session, SAMPLES)
    return bare_session


def item(session, name="French Fries", slug="urban-burger"):
    found = select(MenuItem).join(Restaurant, Restaurant.id == MenuItem.restaurant_id)
    return session.scalars(found.where(MenuItem.name == name, Restaurant.slug == slug)).one_or_none()


def restaurant(session, slug="urban-burger"):
    return session.scalars(select(Restaurant).where(Restaurant.slug == slug)).one()


def membership(session, key, slug="urban-burger"):
    return session.scalars(
        select(Membership)
        .join(Identity, Identity.user_id == Membership.user_id)
        .where(Identity.subject == key, Membership.restaurant_id == restaurant(session, slug).id)
    ).one_or_none()


def dump(session, slug="urban-burger"):
    return exporting.dump(session, restaurant(session, slug))


def totals(report):
    return [
        sum(getattr(counts, name) for counts in [*report.restaurants.values(), report.people])
        for name in ("created", "updated", "kept", "deleted")
    ]


def test_a_fresh_database_gets_the_contracts_rows(session):
    assert session.get(Restaurant, 1).name == "Urban Burger"
    assert session.scalar(select(func.count(MenuItem.id))) == 48
    assert item(session).price == 299
    olga = session.scalars(select(User).join(User.identities).where(Identity.subject == "olga")).one()
    assert [held.restaurant.slug for held in olga.memberships] == ["urban-burger", "super-stir-fry"]
    assert {each.email_verified for each in olga.identities} == {True}
    assert [
        user.name for user in session.scalars(select(User).where(User.administrator_since.is_not(None)))
    ] == ["Ada Berg"]


def test_a_second_load_changes_nothing(session):
    before = dump(session)

    report = load_from(session, SAMPLES)

    assert totals(report) == [0, 0, 0, 0]
    assert report.restaurants["urban-burger"] == Counts(unchanged=15)
    assert dump(session) == before


def test_what_people_did_stays(session):
    item(session).price = 325
    item(session, "Iced Tea").name = "Peach Tea"
    item(session, "Root Beer").section_id = item(session).section_id
    session.delete(item(session, "Chocolate Cake"))
    restaurant(session).phone = "1"
    membership(session, "mia").role = "viewer"
    session.delete(membership(session, "vic"))
    session.commit()
    before = dump(session)

    report = load_from(session, SAMPLES)

    assert dump(session) == before
    assert totals(report) == [0, 0, 7, 0]
    assert membership(session, "mia").role == "viewer"
    assert membership(session, "vic") is None
    assert item(session, "Chocolate Cake") is None


def test_a_deleted_section_stays_deleted_with_its_items(session):
    session.delete(item(session).section)

    report = load_from(session, SAMPLES)

    assert item(session) is None
    assert report.restaurants["urban-burger"] == Counts(unchanged=13, kept=2)


def test_rows_nobody_touched_follow_the_file(session, tmp_path):
    changed = (SAMPLES / "01-urban-burger.yaml").read_text().replace("price: 2.99", "price: 3.10")
    (tmp_path / "urban-burger.yaml").write_text(changed.replace("phone: +1 415", "phone: +1 416"))
    number = item(session).id

    report = load_from(session, tmp_path)

    assert (item(session).price, item(session).id) == (310, number)
    assert restaurant(session).phone.startswith("+1 416")
    assert report.restaurants["urban-burger"] == Counts(updated=2, unchanged=13)
    assert totals(load_from(session, tmp_path)) == [0, 0, 0, 0]


def test_what_left_the_file_stays_until_reset(session, tmp_path):
    whole = (SAMPLES / "01-urban-burger.yaml").read_text()
    (tmp_path / "urban-burger.yaml").write_text(whole[: whole.index("      - name: Dessert")])

    load_from(session, tmp_path)
    assert item(session, "Iced Tea") is not None

    report = load_from(session, tmp_path, reset=True)
    assert item(session, "Iced Tea") is None
    assert report.restaurants["urban-burger"].deleted == 5


def test_reset_puts_back_exactly_the_file_and_keeps_the_numbers(session):
    before, number = dump(session), item(session).id
    burger = restaurant(session)
    item(session).price, item(session).sold_out_at = 325, AT
    item(session, "Iced Tea").name = "Peach Tea"
    item(session, "Root Beer").section_id = item(session).section_id
    session.delete(item(session, "Sirloin Burger"))
    own = Menu(
        restaurant_id=burger.id, name="Brunch", sections=[Section(name="Eggs", restaurant_id=burger.id)]
    )
    own.sections[0].items = [MenuItem(name="Omelette", restaurant_id=burger.id)]
    session.add(own)
    session.flush()
    item(session, "Chicken Burger").section_id = own.sections[0].id
    burger.name = "Burgers & More"
    membership(session, "mia").role = "viewer"
    session.delete(membership(session, "vic"))
    session.add(
        Membership(
            user=membership(session, "stan", "panda-garden").user,
            restaurant=burger,
            role="owner",
            created_at=AT,
        )
    )

    load_from(session, SAMPLES, reset=True)

    assert dump(session) == before
    assert (item(session).id, item(session).price, item(session).sold_out_at) == (number, 299, None)
    assert session.scalars(select(Menu).where(Menu.name == "Brunch")).all() == []
    assert membership(session, "mia").role == "manager"
    assert membership(session, "vic").role == "viewer"
    assert membership(session, "stan") is None
    again = load_from(session, SAMPLES)
    assert (again.people, again.restaurants["urban-burger"]) == (Counts(unchanged=12), Counts(unchanged=15))


def test_reset_leaves_other_restaurants_and_other_people_alone(session):
    guest = User(name="Gil", email="gil@example.com", created_at=AT)
    session.add(Membership(user=guest, restaurant=restaurant(session), role="staff", created_at=AT))
    other = session.scalars(select(MenuItem).where(MenuItem.restaurant_id != 1)).first()
    other.price = 1
    session.commit()

    load_from(session, SAMPLES / "01-urban-burger.yaml", reset=True)

    assert session.get(MenuItem, other.id).price == 1
    assert {held.user.name for held in restaurant(session).memberships} == {
        "Olga Ruiz",
        "Mia Chen",
        "Sam Okafor",
        "Vic Lindt",
        "Gil",
    }


def test_reset_enables_the_cast_again(session):
    stan = session.scalars(select(User).where(User.name == "Stan Novak")).one()
    stan.disabled_at = stan.administrator_since = AT
    session.commit()

    load_from(session, SAMPLES)
    assert stan.disabled_at == AT

    load_from(session, SAMPLES, reset=True)
    assert (stan.disabled_at, stan.administrator_since) == (None, None)


def test_the_shared_csv_over_the_samples_changes_nothing(session, shared_csv):
    report = load_from(session, shared_csv)

    assert totals(report) == [0, 0, 0, 0]
    assert restaurant(session, "auntie-anns-diner").name == "Auntie Ann's Diner"


def test_the_shared_csv_alone_loads_as_it_is(bare_session, shared_csv):
    load_from(bare_session, shared_csv)

    entrees = [
        (row.name, row.price)
        for row in bare_session.scalars(
            select(MenuItem).join(MenuItem.section).where(Section.name == "Entree").order_by(MenuItem.id)
        )
    ]
    assert entrees[:4] == [
        ("Veggie Burger", 750),
        ("Veggie Burger", 599),
        ("Peking Duck", 2500),
        ("Nepali Momo", 1200),
    ]
    assert item(bare_session, "Iced Tea").price == 99


@pytest.fixture
def shared_csv(tmp_path):
    path = tmp_path / "lots.csv"
    path.write_text(
        "restaurant,item,course,price\nUrban Burger,Veggie Burger,Entree,$7.50\n"
        "Urban Burger,Iced Tea,Beverage,$.99\nUrban Burger,Veggie Burger,Entree,$5.99\n"
        "Super Stir Fry,Peking Duck,Entree,$25\nSuper Stir Fry,Nepali Momo ,Entree,12\n"
        "Auntie Ann's Diner' ,Spinach Ice Cream,Dessert,$1.99\n"
    )
    return path


def test_a_csv_adds_below_what_people_have_made_themselves(session, tmp_path):
    (tmp_path / "more.csv").write_text(
        "restaurant,item,course,price\nUrban Burger,Onion Rings,Appetizer,$4\nUrban Burger,Special,,\n"
    )

    report = load_from(session, tmp_path)

    assert report.restaurants["urban-burger"] == Counts(created=3, unchanged=3)
    names = [row.name for row in item(session).section.items]
    assert names == ["French Fries", "Onion Rings"]
    special = item(session, "Special")
    assert (special.section.name, special.price) == ("Other", None)


def test_a_restaurant_that_people_made_is_joined_by_its_slug(bare_session, tmp_path):
    own = Restaurant(name="Soup", slug="soup", currency="KWD", time_zone="UTC", language="en", created_at=AT)
    bare_session.add(own)
    (tmp_path / "soup.csv").write_text("restaurant,item,price\nSOUP,Broth,1.250\n")

    load_from(bare_session, tmp_path)

    assert item(bare_session, "Broth", "soup").price == 1250
    assert own.name == "Soup"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("restaurant", "urban-burger.yaml:1: currency: "),
        ("people", "people.yaml:6: memberships: "),
    ],
)
def test_a_contradiction_writes_nothing(session, tmp_path, change, fault):
    if change == "restaurant":
        restaurant(session).currency = "EUR"
        (tmp_path / "urban-burger.yaml").write_text((SAMPLES / "01-urban-burger.yaml").read_text())
    (tmp_path / "new.yaml").write_text("name: New\ncurrency: USD\ntime_zone: UTC\n")
    (tmp_path / "people.yaml").write_text(
        "people:\n- key: zoe\n  name: Zoe\n  email: z@x.y\n  memberships:\n    nowhere: owner\n"
    )

    with pytest.raises(Faulty) as caught:
        load_from(session, tmp_path)

    assert any(fault in str(each) for each in caught.value.faults)
    session.rollback()
    assert session.scalars(select(Restaurant).where(Restaurant.slug == "new")).all() == []


def test_a_restaurant_that_was_renamed_is_still_the_files(session):
    burger = restaurant(session)
    burger.slug, burger.name = "burgers", "Burgers"

    load_from(session, SAMPLES)
    assert session.scalars(select(Restaurant).where(Restaurant.slug == "urban-burger")).all() == []
    assert burger.name == "Burgers"

    load_from(session, SAMPLES, reset=True)
    assert (burger.slug, burger.name) == ("urban-burger", "Urban Burger")


def test_reset_does_not_take_a_slug_from_another_restaurant(session):
    restaurant(session).slug = "burgers"
    session.flush()
    restaurant(session, "andalas").slug = "urban-burger"

    with pytest.raises(Faulty, match="taken this slug"):
        load_from(session, SAMPLES, reset=True)


def test_a_load_tells_its_progress(bare_session):
    done = []
    fixture = read([SAMPLES])

    load(bare_session, fixture, at=AT, progress=done.append)

    assert sum(done) == fixture.size == 86


def test_the_notes_of_a_restaurant_go_with_it(session):
    session.delete(restaurant(session, "panda-garden"))
    session.commit()

    load_from(session, SAMPLES)

    assert item(session, "Gyoza", "panda-garden").price == 995
    notes = select(func.count(FixtureRow.id)).where(
        FixtureRow.restaurant_id == restaurant(session, "panda-garden").id
    )
    assert session.scalar(notes) == 10


@pytest.fixture
def exported(make_bare_app, bare_session, tmp_path):
    """Writes the items that Ada's back office exports as CSV to a file, and returns its path."""

    def export(query=""):
        ada = browsing.sign_in(make_bare_app(), "ada")
        with ada.get(f"/admin/items/export/csv/{query}") as answer:
            (tmp_path / "items.csv").write_bytes(answer.data)
        return tmp_path / "items.csv"

    return export


def test_the_back_offices_own_csv_changes_nothing(session, exported):
    fries = item(session)
    fries.name, fries.description, fries.sold_out_at = "=1+1", '@"home"\nevery day', AT
    item(session, "Iced Tea").name = "'-1"
    item(session, "Root Beer").price = None
    restaurant(session, "andalas").currency = "EUR"
    restaurant(session, "panda-garden").name = "Golden Panda"
    item(session, "Peking Duck", "super-stir-fry").section.name = "From the oven"
    places = [place.slug for place in session.scalars(select(Restaurant))]
    before = [dump(session, slug) for slug in places]
    follow_the_files(session)

    report = load_from(session, exported())

    assert [dump(session, slug) for slug in places] == before
    assert (item(session, "=1+1").sold_out_at, len(report.restaurants)) == (AT, 9)
    assert (totals(report)[0], totals(report)[1]) == (0, 0)


def follow_the_files(session):
    """Note every row as a load left it, so that the next load writes whatever its file says otherwise."""
    for cls in (Restaurant, Menu, Section, MenuItem):
        for note in session.scalars(select(FixtureRow).where(FixtureRow.kind == cls.__tablename__)):
            note.row_version = session.get(cls, note.row_id).version


def test_the_back_offices_own_csv_makes_the_same_items_elsewhere(session, exported):
    fries = item(session)
    fries.name, fries.description = "=1+1", '@"home"\nevery day'
    restaurant(session).currency = "EUR"
    before = table(session)
    path = exported()
    for place in session.scalars(select(Restaurant)):
        session.delete(place)

    load_from(session, path)

    assert table(session) == before
    assert restaurant(session).currency == "EUR"


def table(session):
    """Everything that a CSV says of the items, without their order."""
    rows = session.execute(
        select(Restaurant.name, Menu.name, Section.name, MenuItem.name, MenuItem.description, MenuItem.price)
        .join(Menu, Menu.restaurant_id == Restaurant.id)
        .join(Section, Section.menu_id == Menu.id)
        .join(MenuItem, MenuItem.section_id == Section.id)
    )
    return sorted(map(tuple, rows), key=str)


def test_a_dump_after_renaming_is_of_the_same_rows(session, tmp_path):
    item(session).name = "Chips"
    item(session, "Root Beer").section.name = "Drinks"
    (tmp_path / "burger.yaml").write_text(dump(session))

    plain = load_from(session, tmp_path).restaurants["urban-burger"]
    reset = load_from(session, tmp_path, reset=True).restaurants["urban-burger"]

    assert (plain.created, plain.updated, plain.deleted) == (0, 0, 0)
    assert (reset.created, reset.updated, reset.deleted) == (0, 0, 0)


def test_a_name_that_the_file_gives_to_another_dish_is_taken_from_neither(session, tmp_path):
    number = item(session).id
    item(session).name = "Chips"
    lines = (SAMPLES / "01-urban-burger.yaml").read_text().splitlines()
    first = next(place for place, line in enumerate(lines) if "- name: French Fries" in line)
    added = [lines[first].replace("French Fries", "Chips"), "            price: 1.00"]
    (tmp_path / "burger.yaml").write_text("\n".join([*lines[:first], *added, *lines[first:], ""]))

    load_from(session, tmp_path, reset=True)

    assert (item(session).id, item(session).price) == (number, 299)
    assert (item(session, "Chips").price, item(session, "Chips").id == number) == (100, False)
