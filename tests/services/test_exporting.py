"""A dumped restaurant loads back to the same menus."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.domain import text
from app.domain.documents import Fault
from app.models import Menu, MenuItem, Restaurant, Section
from app.services import exporting
from app.services.importing import load, read, yaml_files
from app.services.importing.nodes import Source
from tests.support.needs import ROOT

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_dump_of_a_sample_reads_as_its_file(bare_session, tmp_path):
    samples = read([ROOT / "fixtures"])
    load(bare_session, samples, at=AT)
    bare_session.commit()

    for document in samples.restaurants:
        restaurant = bare_session.scalars(select(Restaurant).where(Restaurant.slug == document.slug)).one()
        (tmp_path / "one.yaml").write_text(exporting.dump(bare_session, restaurant))
        again = read([tmp_path / "one.yaml"]).restaurants[0]
        assert (again.values, again.menus) == (document.values, document.menus)


def test_a_dump_loads_into_another_database_to_the_same_dump(bare_session, tmp_path):
    kitchen = Restaurant(
        name="Ñandú: “bar” #1",
        slug="nandu",
        currency="KWD",
        time_zone="Asia/Kuwait",
        language="ar",
        description="Two lines,\n\n  one indented: yes",
        created_at=AT,
    )
    bare_session.add(kitchen)
    bare_session.flush()
    for position in (1, 0):
        menu = Menu(restaurant_id=kitchen.id, name="Same", position=position)
        menu.sections = [
            Section(restaurant_id=kitchen.id, name="no"),
            Section(restaurant_id=kitchen.id, name="null"),
        ]
        menu.sections[0].items = [
            MenuItem(restaurant_id=kitchen.id, name="- 1.50", price=position, position=9),
            MenuItem(restaurant_id=kitchen.id, name="- 1.50", price=None, position=3),
            MenuItem(
                restaurant_id=kitchen.id, name="'tea'", price=1_250, description="a\tb 🍵\u2028c", position=3
            ),
        ]
        bare_session.add(menu)
    bare_session.commit()
    before = exporting.dump(bare_session, kitchen)
    (tmp_path / "nandu.yaml").write_text(before)
    bare_session.delete(kitchen)
    bare_session.flush()

    load(bare_session, read([tmp_path / "nandu.yaml"]), at=AT)

    loaded = bare_session.scalars(select(Restaurant).where(Restaurant.slug == "nandu")).one()
    assert exporting.dump(bare_session, loaded) == before
    assert (loaded.description, len(loaded.menus)) == (kitchen.description, 2)


lines = st.text(max_size=60).map(text.tidy).filter(lambda line: line and not text.fault(line, most=120))


@settings(max_examples=150, deadline=None)
@given(
    name=lines,
    description=st.text(max_size=80).map(text.tidy).filter(lambda t: not text.fault(t, most=80, lines=True)),
)
def test_any_text_survives_the_file(name, description):
    written = exporting.written(
        {"name": name, "currency": "USD", "time_zone": "UTC", "description": description}
    )
    faults: list[Fault] = []

    document = yaml_files.read(Source("file", faults), written).restaurants[0]

    assert not faults
    assert (document.name, document.values["description"]) == (name, description)
