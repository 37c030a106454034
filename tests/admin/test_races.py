"""Two people at the same moment, through every path that edits: nobody's saved work is lost.

Each round lets requests that have seen the same version go at once. One of them is acknowledged, each
other one is told (409, or 404 for what is gone), nothing is a 500; and what is stored in the end is
what was acknowledged last.
"""

from __future__ import annotations

from itertools import combinations_with_replacement, count

import pytest

from app.domain.roles import Role
from app.models import MenuItem, Restaurant, Section
from tests.support.browsing import csrf_token
from tests.support.pages import Page
from tests.support.racing import Call, race
from tests.support.rows import Rows

pytestmark = pytest.mark.slow

_SAVED = {200, 302}
_ROUNDS = 4


class Racers:
    """Two people, and the requests that they have ready: each made of a page that was open before."""

    def __init__(self, sign_in, post, rows: Rows) -> None:
        self.people = [sign_in("olga"), sign_in("mia")]
        for client in self.people:
            # The secret of its tokens, made once: of two threads each would make its own.
            csrf_token(client)
        self.post = post
        self.rows = rows
        self._prices = count(500)

    def fields(self, who: int, url: str) -> dict[str, str]:
        return Page(self.people[who].get(url)).fields()

    def send(self, who: int, url: str, data) -> Call:
        # The token is made here: the request itself is all that happens at the moment of the race.
        return lambda: self.post(self.people[who], url, data).status_code

    def edit(self, who: int, view: str, row, **typed) -> Call:
        url = f"/admin/{view}/edit/?id={row.id}"
        return self.send(who, url, {**self.fields(who, url), **typed})

    def delete(self, who: int, view: str, row) -> Call:
        return self.send(
            who, f"/admin/{view}/delete/", self.fields(who, f"/admin/{view}/deletion/?id={row.id}")
        )

    def form(self, who: int, items: list[MenuItem]) -> tuple[Call, dict[str, object]]:
        price = next(self._prices)
        return self.edit(who, "items", items[0], price=f"{price / 100:.2f}"), {"price": price}

    def cell(self, who: int, items: list[MenuItem]) -> tuple[Call, dict[str, object]]:
        price = next(self._prices)
        data = {"list_form_pk": items[0].id, "row_version": items[0].version, "price": f"{price / 100:.2f}"}
        return self.send(who, "/admin/items/ajax/update/", data), {"price": price}

    def batch(self, who: int, items: list[MenuItem]) -> tuple[Call, dict[str, object]]:
        off = items[0].sold_out_at is None
        data = {"action": "sold_out" if off else "available", "rowid": [row.id for row in items]}
        seen = {f"row_version-{row.id}": row.version for row in items}
        return self.send(who, "/admin/items/action/", {**data, **seen}), {"off": off}


@pytest.fixture
def racers(app, sign_in, post, rows: Rows) -> Racers:
    return Racers(sign_in, post, rows)


def _state(rows: Rows, numbers: list[int]) -> list[tuple[int | None, bool, int]]:
    rows.session.expire_all()
    items = [rows.session.get(MenuItem, number) for number in numbers]
    return [(item.price, item.sold_out_at is not None, item.version) for item in items]


@pytest.mark.parametrize(
    "paths", list(combinations_with_replacement(("form", "cell", "batch"), 2)), ids="-".join
)
def test_one_is_saved_and_the_other_is_told(racers: Racers, rows: Rows, paths):
    numbers = [item.id for item in rows.items()[:3]]
    for turn in range(_ROUNDS):
        rows.session.expire_all()
        items = [rows.session.get(MenuItem, number) for number in numbers]
        (price, off, version), *others = _state(rows, numbers)
        calls = [getattr(racers, path)(who, items) for who, path in enumerate(paths)]
        # Each of the two is the first to be started once in a while.
        order = [0, 1] if turn % 2 else [1, 0]
        rows.session.commit()

        statuses = race(*(calls[who][0] for who in order))

        assert sorted(status in _SAVED for status in statuses) == [False, True], statuses
        assert set(statuses) <= {*_SAVED, 409}
        winner = order[[status in _SAVED for status in statuses].index(True)]
        saved = {"price": price, "off": off, **calls[winner][1]}
        (now, *others_now) = _state(rows, numbers)
        assert now == (saved["price"], saved["off"], version + 1)
        expected = (
            others if paths[winner] != "batch" else [(each[0], saved["off"], each[2] + 1) for each in others]
        )
        assert others_now == expected


def test_what_is_stored_is_what_was_acknowledged_last(app, sign_in, post, rows: Rows):
    """Four people, each as often as they can: acknowledged versions are distinct, and the last one holds."""
    number = rows.item().id
    before = rows.item().version
    rows.session.commit()
    url = f"/admin/items/edit/?id={number}"
    prices, acknowledged, refused = count(1000), [], []

    def work(client, path) -> int:
        for _ in range(8):
            fields = Page(client.get(url)).fields()
            seen, price = int(fields["row_version"]), next(prices)
            typed = {"price": f"{price / 100:.2f}"}
            if path == "cell":
                answer = post(
                    client,
                    "/admin/items/ajax/update/",
                    {"list_form_pk": number, "row_version": seen, **typed},
                )
            else:
                answer = post(client, url, {**fields, **typed})
            (acknowledged if answer.status_code in _SAVED else refused).append(
                (seen + 1, price, answer.status_code)
            )
        return 0

    people = zip(("olga", "mia", "sam", "olga"), ("form", "cell", "form", "cell"), strict=True)
    clients = [(sign_in(key), path) for key, path in people]
    race(*(lambda client=client, path=path: work(client, path) for client, path in clients))

    versions = [version for version, _, _ in acknowledged]
    assert sorted(versions) == list(range(before + 1, before + 1 + len(versions)))
    assert {status for *_, status in refused} <= {409}
    stored = rows.again(rows.item())
    assert (stored.version, stored.price) == max(acknowledged)[:2]


@pytest.mark.parametrize("path", ["form", "cell", "batch", "delete"])
def test_deleting_against_an_edit(racers: Racers, rows: Rows, path):
    for item in rows.items()[:_ROUNDS]:
        number, version = item.id, item.version
        doing = racers.delete(0, "items", item)
        other = racers.delete(1, "items", item) if path == "delete" else getattr(racers, path)(1, [item])[0]
        rows.session.commit()

        deleted, edited = race(doing, other)

        assert sorted(status in _SAVED for status in (deleted, edited)) == [False, True]
        assert {deleted, edited} <= {*_SAVED, 404, 409}
        rows.session.expire_all()
        left = rows.session.get(MenuItem, number)
        assert (left is None) == (deleted in _SAVED or path == "delete")
        assert left is None or left.version == version + 1


def _section(rows: Rows, name: str, dishes: int = 0) -> Section:
    menu = rows.menu()
    section = Section(menu=menu, restaurant_id=menu.restaurant_id, name=name)
    rows.session.add(section)
    rows.session.flush()
    rows.session.add_all(
        MenuItem(section=section, restaurant_id=menu.restaurant_id, name=f"{name} {number}")
        for number in range(dishes)
    )
    rows.session.flush()
    return section


@pytest.mark.parametrize("dishes", [0, 2])
@pytest.mark.parametrize("what", ["create", "move"])
def test_a_dish_into_a_section_that_is_being_deleted(racers: Racers, rows: Rows, what, dishes):
    """Either the dish is there and the section stays, or the section goes and whoever cooks is told."""
    for turn in range(_ROUNDS):
        section = _section(rows, f"S{turn}", dishes)
        number, before = section.id, rows.count(MenuItem)
        if what == "create":
            fields = racers.fields(1, "/admin/items/new/")
            coming = racers.send(
                1, "/admin/items/new/", {**fields, "section": str(number), "name": f"New {turn}"}
            )
        else:
            coming = racers.edit(1, "items", rows.item(), section=str(number))
        going = racers.delete(0, "sections", section)
        rows.session.commit()

        came, went = race(coming, going)

        assert sorted(status in _SAVED for status in (came, went)) == [False, True], (came, went)
        assert {came, went} <= {*_SAVED, 404, 409, 422}
        rows.session.expire_all()
        left = rows.session.get(Section, number)
        assert (left is None) == (went in _SAVED)
        inside = [] if left is None else left.items
        assert len(inside) == (0 if left is None else dishes + 1)
        made = (what == "create") * (came in _SAVED)
        assert rows.count(MenuItem) == before + made - dishes * (went in _SAVED)


def test_a_menu_deleted_while_its_dishes_are_edited(racers: Racers, rows: Rows):
    """An edit that was acknowledged before the deletion began goes with the menu; none is half gone."""
    menu = rows.menu()
    items = [item for section in menu.sections for item in section.items]
    number, numbers = menu.id, [item.id for item in items]
    calls = [racers.cell(1, [item])[0] for item in items[:3]]
    going = racers.delete(0, "menus", menu)
    rows.session.commit()

    went, *edited = race(going, *calls)

    assert {went, *edited} <= {*_SAVED, 404, 409}
    left = rows.session.query(MenuItem).filter(MenuItem.id.in_(numbers)).count()
    assert left == (0 if went in _SAVED else len(numbers))
    assert any(status in _SAVED for status in (went, *edited))
    assert (rows.session.get(type(menu), number) is None) == (went in _SAVED)


@pytest.mark.parametrize(
    ("view", "column", "values"),
    [
        ("items", "position", ("11", "12")),
        ("sections", "position", ("11", "12")),
        ("menus", "name", ("Brunch", "Supper")),
        ("restaurants", "phone", ("1 111", "2 222")),
        ("restaurants", "time_zone", ("Europe/Vienna", "Europe/Paris")),
        ("people", "role", ("viewer", "manager")),
    ],
)
def test_every_other_form(app, sign_in, post, rows: Rows, view, column, values):
    """Restaurants and people are for owners alone: so one person in two tabs, or two owners."""
    racers = Racers(sign_in, post, rows)
    racers.people = [sign_in("olga"), sign_in("olga")]
    row = rows.membership("sam") if view == "people" else rows.of(view)
    version = row.version
    calls = [racers.edit(who, view, row, **{column: value}) for who, value in enumerate(values)]
    rows.session.commit()

    statuses = race(*calls)

    assert sorted(statuses) == [302, 409]
    stored = rows.again(row)
    assert str(getattr(stored, column)) == values[statuses.index(302)]
    assert stored.version == version + 1


def test_two_owners_who_demote_each_other(app, sign_in, post, rows: Rows):
    for _ in range(_ROUNDS):
        for key in ("olga", "mia"):
            rows.membership(key).role = Role.OWNER
        rows.session.commit()
        racers = Racers(sign_in, post, rows)
        calls = [
            racers.edit(who, "people", rows.membership(key), role="staff")
            for who, key in enumerate(("mia", "olga"))
        ]
        rows.session.commit()

        statuses = race(*calls)

        assert min(statuses) == 302
        assert set(statuses) <= {302, 403, 404, 409}
        rows.session.expire_all()
        assert [rows.membership(key).role for key in ("olga", "mia")].count("owner") == 1


def test_a_restaurant_deleted_while_roles_and_facts_change(app, sign_in, post, rows: Rows):
    """Rows are locked in other orders here: on PostgreSQL one may have to give way, and is told."""
    for turn in range(_ROUNDS):
        place = Restaurant(
            name=f"Place {turn}",
            slug=f"place-{turn}",
            currency="USD",
            time_zone="UTC",
            language="en",
            created_at=rows.restaurant().created_at,
        )
        rows.session.add(place)
        rows.session.flush()
        rows.join("olga", place.name, Role.OWNER)
        member = rows.join("mia", place.name, Role.OWNER)
        racers = Racers(sign_in, post, rows)
        racers.people = [sign_in("olga"), sign_in("olga"), sign_in("olga")]
        number = place.id
        calls = [
            racers.delete(0, "restaurants", place),
            racers.edit(1, "people", member, role="staff"),
            racers.edit(2, "restaurants", place, phone="1 111"),
        ]
        rows.session.commit()

        went, *others = race(*calls)

        assert {went, *others} <= {302, 403, 404, 409}, (went, others)
        assert 302 in {went, *others}
        rows.session.expire_all()
        assert (rows.session.get(Restaurant, number) is None) == (went == 302)
