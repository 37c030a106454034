"""Undo, restore and edits that meet: no 500, and history has each acknowledged version exactly once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models import Change, Membership, Menu, MenuItem, Restaurant, Section
from tests.support import browsing
from tests.support.pages import Page
from tests.support.racing import Call, race
from tests.support.rows import Rows, row_id

pytestmark = pytest.mark.slow

_SAVED, _TOLD = {200, 302}, {200, 302, 403, 404, 409}
_ROUNDS = 3

#: Prepares a request, with the token that it needs: only the request itself is raced.
Ready = Callable[..., Call]


@pytest.fixture
def ready() -> Ready:
    def prepare(client, path: str, data=None) -> Call:
        sent = {"csrf_token": browsing.csrf_token(client), **(data or {})}
        return lambda: client.post(path, data=sent).status_code

    return prepare


def _newest(rows: Rows, **marks) -> Change:
    rows.session.rollback()
    query = select(Change).filter_by(**marks).order_by(Change.id.desc())
    return rows.session.scalars(query.limit(1)).one()


def _undo(act: UUID) -> str:
    return f"/admin/history/acts/{act}/reversal"


def _cell(item: MenuItem, price: int) -> tuple[str, dict[str, object]]:
    data = {"list_form_pk": item.id, "row_version": item.version, "price": f"{price}.00"}
    return "/admin/items/ajax/update/", data


def _sold_out(item: MenuItem) -> tuple[str, dict[str, object]]:
    data = {"action": "sold_out", "rowid": item.id, f"row_version-{item.id}": item.version}
    return "/admin/items/action/", data


def _deletion(client, view: str, row) -> tuple[str, dict[str, str]]:
    asked = Page(client.get(f"/admin/{view}/deletion/?id={row_id(row)}"))
    return f"/admin/{view}/delete/", asked.fields()


def _changed(rows: Rows, ready: Ready, client, item: MenuItem, price: int) -> UUID:
    """Set a price; return the act."""
    assert ready(client, *_cell(item, price))() == 200
    rows.session.expire_all()
    return _newest(rows).act


def check(rows: Rows) -> None:
    """Each line begins where the row's line before it ended, a version on; the last is what is stored."""
    rows.session.rollback()
    last: dict[tuple[str, int], Change] = {}
    kept: dict[tuple[str, int], dict] = {}
    for line in rows.session.scalars(select(Change).order_by(Change.id)):
        key = line.kind, line.row_id
        if key in last and line.kind != "invitation":
            assert line.version == last[key].version + (line.verb != "deleted"), line
            assert (line.verb == "restored") == (last[key].verb == "deleted"), line
            assert {name: kept[key][name] for name in line.before} == line.before, line
        last[key], kept[key] = line, {**kept.get(key, {}), **(line.after or line.before)}
    for cls in (Restaurant, Menu, Section, MenuItem, Membership):
        stored = {row.id: row.version for row in rows.session.scalars(select(cls))}
        lines = [line for (kind, _), line in last.items() if kind == cls.__tablename__]
        assert stored == {line.row_id: line.version for line in lines if line.verb != "deleted"}, cls


def test_an_act_is_undone_once(sign_in, rows: Rows, ready: Ready):
    people = [sign_in(key) for key in ("olga", "mia", "sam", "ada")]
    for turn in range(_ROUNDS):
        act = _changed(rows, ready, people[0], rows.again(rows.item()), 5 + turn)
        lines = rows.count(Change)
        rows.session.commit()

        statuses = race(*(ready(client, _undo(act)) for client in people))

        assert 302 in statuses
        assert set(statuses) <= {302, 409}
        assert rows.count(Change) == lines + 1
        assert rows.again(rows.item()).price == 299
        check(rows)


def test_a_section_comes_back_once(sign_in, rows: Rows, ready: Ready):
    """By its act, by its own line, and as it was then: all of them at the same moment."""
    olga, mia, ada = (sign_in(key) for key in ("olga", "mia", "ada"))
    for _ in range(_ROUNDS):
        section = rows.section()
        number, dishes = section.id, len(section.items)
        made = _newest(rows, kind="section", row_id=number).id
        assert ready(mia, *_deletion(mia, "sections", section))() == 302
        gone = _newest(rows, kind="section", row_id=number, verb="deleted")
        rows.session.commit()

        statuses = race(
            ready(olga, _undo(gone.act)),
            ready(mia, f"/admin/history/changes/{gone.id}/reversal"),
            ready(ada, f"/admin/history/changes/{made}/restoration", {"row_version": gone.version}),
        )

        assert 302 in statuses
        assert set(statuses) <= {302, 409}
        check(rows)
        back = rows.session.get_one(Section, number)
        assert len(back.items) in {0, dishes}
        # As it was then brings the section alone; its dishes are still to be had.
        assert ready(mia, _undo(gone.act))() == 302
        assert len(rows.again(back).items) == dishes


@pytest.mark.parametrize("path", ["cell", "batch", "delete"])
def test_undo_against_everybody_else(sign_in, rows: Rows, ready: Ready, path):
    olga, mia = sign_in("olga"), sign_in("mia")
    for turn in range(_ROUNDS):
        item = rows.items()[turn]
        number, before = item.id, item.price
        act = _changed(rows, ready, olga, item, 50 + turn)
        item = rows.again(item)
        ways = {"cell": _cell(item, 90), "batch": _sold_out(item), "delete": _deletion(mia, "items", item)}
        calls = [ready(olga, _undo(act)), ready(mia, *ways[path])]
        rows.session.commit()

        undone, saved = race(*calls)

        assert {undone, saved} <= _TOLD
        assert {undone, saved} & _SAVED
        check(rows)
        left = rows.session.get(MenuItem, number)
        assert (left is None) == (path == "delete" and saved == 302)
        if left is not None and path == "cell":
            # Both of them spoke of the price: whoever was told does not have it.
            assert (undone, saved) in {(302, 409), (409, 200)}
            assert left.price == (before if undone == 302 else 9000)


def test_a_restaurant_comes_back_beside_one_of_its_name(sign_in, rows: Rows, ready: Ready):
    olga, ada = sign_in("olga"), sign_in("ada")
    name = rows.restaurant().name
    for _ in range(_ROUNDS):
        place = rows.session.scalars(select(Restaurant).where(Restaurant.name == name)).first()
        assert ready(olga, *_deletion(olga, "restaurants", place))() == 302
        act = _newest(rows, kind="restaurant", verb="deleted").act
        form = {**Page(ada.get("/admin/restaurants/new/")).fields(), "name": name}
        calls = [ready(olga, _undo(act)), ready(ada, "/admin/restaurants/new/", form)]
        rows.session.commit()

        statuses = race(*calls)

        assert 302 in statuses
        assert set(statuses) <= {302, 409}
        check(rows)
        if rows.again(place) is None:
            assert ready(olga, _undo(act))() == 302
        for twin in rows.session.scalars(select(Restaurant).where(Restaurant.name == name)).all():
            if twin.id != row_id(place):
                assert ready(ada, *_deletion(ada, "restaurants", twin))() == 302


def test_a_restaurant_that_goes_while_people_work_in_it(sign_in, rows: Rows, ready: Ready):
    """It comes back as it was when it went: with every price that was acknowledged."""
    olga, mia, sam = (sign_in(key) for key in ("olga", "mia", "sam"))
    for turn in range(_ROUNDS):
        place, items = rows.restaurant(), rows.items()[:3]
        act = _changed(rows, ready, mia, items[0], 20 + turn)
        asked = _deletion(olga, "restaurants", place)
        edits = [ready(sam, *_cell(rows.again(item), 30 + turn)) for item in items[1:]]
        calls = [ready(olga, *asked), ready(mia, _undo(act)), *edits]
        rows.session.commit()

        went, _, *saved = statuses = race(*calls)

        assert set(statuses) <= _TOLD
        check(rows)
        if went == 302:
            gone = _newest(rows, kind="restaurant", verb="deleted").act
            assert ready(olga, _undo(gone))() == 302
            check(rows)
        for status, item in zip(saved, items[1:], strict=True):
            assert status != 200 or rows.again(item).price == 100 * (30 + turn)


def test_two_owners_who_remove_each_other_and_undo_it(sign_in, rows: Rows, ready: Ready):
    owners = ("olga", "mia")
    for _ in range(_ROUNDS):
        for key in owners:
            rows.membership(key).role = Role.OWNER
        rows.session.commit()
        clients = [sign_in(key) for key in owners]
        calls = [
            ready(client, *_deletion(client, "people", rows.membership(other)))
            for client, other in zip(clients, reversed(owners), strict=True)
        ]
        rows.session.commit()

        statuses = race(*calls)

        assert 302 in statuses
        assert set(statuses) <= _TOLD
        removal = _newest(rows, kind="membership", verb="deleted").act
        statuses = race(*(ready(client, _undo(removal)) for client in clients))
        assert 302 in statuses
        assert set(statuses) <= _TOLD
        check(rows)
        assert [rows.membership(key).role for key in owners] == [Role.OWNER, Role.OWNER]


def test_twenty_at_one_dish(sign_in, rows: Rows, ready: Ready):
    """Undo, switch and price, all of them with the same version seen: one is saved, or one and an undo."""
    clients = [sign_in(key) for key in ("olga", "mia", "sam", "ada") * 5]
    act = _changed(rows, ready, clients[0], rows.item(), 9)
    item = rows.again(rows.item())
    ways = [(_undo(act), {}), _sold_out(item), _cell(item, 10), _cell(item, 11), _cell(item, 12)]
    calls = [ready(client, *ways[place // 4]) for place, client in enumerate(clients)]
    version, lines = item.version, rows.count(Change)
    rows.session.commit()

    statuses = race(*calls)

    assert set(statuses) <= {200, 302, 409}
    assert set(statuses) & _SAVED
    check(rows)
    written = rows.count(Change) - lines
    assert rows.again(item).version == version + written
    assert (
        statuses[4:].count(302) + statuses.count(200) <= written <= statuses.count(200) + statuses.count(302)
    )
