"""Another tenant's rows, by everybody who has a role of their own elsewhere and everything else right.

The attacker holds the very form that the owner would send: every field, the version, the yes.
"""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from tests.support.pages import Page
from tests.support.rows import FOREIGN, MISSING, OWN, Rows, row_id

#: Attacker, the restaurant attacked, its owner, and what in it no role of the attacker's may do anywhere.
_ATTACKS = [
    ("stan", OWN, "olga", frozenset()),
    ("olga", FOREIGN, "stan", frozenset()),
    ("mia", FOREIGN, "stan", frozenset({"restaurants", "people"})),
]
_TENANTS_OWN = ("items", "sections", "menus", "restaurants", "people")
_CELLS = {"items": "price", "sections": "name", "menus": "name", "restaurants": "name", "people": "role"}

attacked = pytest.mark.parametrize(("attacker", "place", "owner", "forbidden"), _ATTACKS)


@attacked
def test_no_row_is_read_edited_or_deleted(
    sign_in, post, rows: Rows, unchanged, attacker, place, owner, forbidden
):
    client, victim = sign_in(attacker), sign_in(owner)
    for view in _TENANTS_OWN:
        row = rows.of(view, place)
        number, name, path = row_id(row), str(row), f"/admin/{view}"
        form = Page(victim.get(f"{path}/edit/?id={number}")).fields()
        asked = Page(victim.get(f"{path}/deletion/?id={number}")).fields() | {"confirm": "1"}
        cell = {"list_form_pk": number, "row_version": row.version, _CELLS[view]: "1"}
        batch = {"action": "delete", "rowid": number, "confirm": "1"}
        weak = 403 if view in forbidden else 404
        with unchanged():
            answers = [
                (404, client.get(f"{path}/details/?id={number}")),
                (weak, client.get(f"{path}/edit/?id={number}")),
                (weak, client.get(f"{path}/deletion/?id={number}")),
                (weak, post(client, f"{path}/edit/?id={number}", {**form, "name": "Taken"})),
                (weak, post(client, f"{path}/delete/", {**asked, "id": number})),
                (weak, post(client, f"{path}/ajax/update/", cell)),
                (weak, post(client, f"{path}/action/", batch)),
            ]
        assert [status for status, _ in answers] == [answer.status_code for _, answer in answers], view
        assert not [answer for _, answer in answers if name in answer.text], view


@attacked
def test_one_foreign_row_among_ones_own_stops_the_batch(
    sign_in, post, rows: Rows, unchanged, attacker, place, owner, forbidden
):
    client, home = sign_in(attacker), FOREIGN if place == OWN else OWN
    for view in _TENANTS_OWN:
        actions = ["delete", "sold_out", "available"] if view == "items" else ["delete"]
        mixed = [row_id(rows.of(view, home)), row_id(rows.of(view, place))]
        weak = 403 if view in forbidden else 404
        for action in actions:
            for ids in (mixed, mixed[::-1], [mixed[0], MISSING]):
                data = {"action": action, "rowid": ids, "confirm": "1"}
                with unchanged():
                    assert post(client, f"/admin/{view}/action/", data).status_code == weak, (view, action)


@pytest.mark.parametrize(("attacker", "place", "owner", "forbidden"), _ATTACKS[::2])
def test_no_list_file_or_lookup_tells_a_foreign_name(
    app, sign_in, rows: Rows, attacker, place, owner, forbidden
):
    """Whatever filter, search or order names the other restaurant; also not in an export."""
    client, names = sign_in(attacker), _names(rows, place, attacker)
    foreign = {view: row_id(rows.of(view, place)) for view in _TENANTS_OWN}
    told = []
    # Of history, test_history.py asks the same.
    for endpoint in (*_TENANTS_OWN, "users"):
        for address in _addresses(app, endpoint, foreign, names):
            with client.get(address) as answer:
                told += [(address, name) for name in names if name in _text(answer)]
    assert told == []


def _names(rows: Rows, place: str, attacker: str) -> list[str]:
    """Return what only the other restaurant has: dishes, sections, its name, its people."""
    home = FOREIGN if place == OWN else OWN
    own = {item.name for item in rows.items(home)} | {section.name for section in rows.menu(home).sections}
    theirs = {item.name for item in rows.items(place)} | {place}
    people = {rows.user("stan" if place == FOREIGN else "sam").email}
    return sorted(name for name in (theirs - own) | people if len(name) > 5)


def _addresses(app, endpoint, foreign, names):
    """Yield the pages of a list that could tell: narrowed to the foreign rows, searched for their names."""
    view = next(each for each in app.extensions["admin"][0]._views if each.endpoint == endpoint)
    # Cut short, because a page repeats what was searched for.
    words = [name[:-1] for name in names]
    filters = [view.filter_name(arg) for arg in view._filter_args or () if arg.endswith("_is")]
    narrowed = [f"{name}={number}" for name in filters for number in sorted(set(foreign.values()))]
    about = f"restaurant-{foreign['restaurants']}"
    for query in ("page_size=100&sort=0&desc=1", *(f"search={word}" for word in words), *narrowed[::6]):
        yield f"/admin/{endpoint}/?{query}"
    for query in ("", f"search={words[0]}", *narrowed, *(f"{name}={about}" for name in filters)):
        yield f"/admin/{endpoint}/export/csv/?{query}"
    yield f"/admin/{endpoint}/export/xlsx/"
    for lookup in view._process_ajax_references():
        for word in ("", words[0]):
            yield f"/admin/{endpoint}/ajax/lookup/?name={lookup}&query={word}&limit=1000&offset=0"
    for field, kind in (("section", "sections"), ("menu", "menus"), ("restaurant", "restaurants")):
        yield f"/admin/{endpoint}/new/?{field}={foreign[kind]}"


def _text(answer) -> str:
    if answer.mimetype.endswith("sheet"):
        book = load_workbook(io.BytesIO(answer.data))
        return repr([*book.active.values])
    if answer.mimetype == "text/csv":
        return repr([*csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))])
    return answer.text
