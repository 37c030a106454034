"""The audit: what is written down, who reads which part of it, and that nobody edits it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.domain.audit import Event
from app.domain.roles import Role
from app.models import AuditEntry
from tests.support.pages import Page
from tests.support.rows import FOREIGN, OWN, SECOND, Rows, row_id


def entries(rows: Rows, event: Event, **about: Any) -> list[AuditEntry]:
    rows.session.expire_all()
    query = select(AuditEntry).where(AuditEntry.event == event).filter_by(**about)
    return list(rows.session.scalars(query.order_by(AuditEntry.id)))


def events_on(page: Page) -> list[str]:
    return [attrs["data-event"] for attrs, _ in page.all("data-event", "tr")]


def test_what_the_history_tells_of_people_is_told_here_too(sign_in, post, rows: Rows):
    olga, place = sign_in("olga"), row_id(rows.restaurant())
    sam, vic = rows.membership("sam"), rows.membership("vic")

    form = {"row_version": sam.version, "role": "manager"}
    post(olga, f"/admin/people/edit/?id={sam.id}", form)
    post(olga, "/admin/people/delete/", {"id": vic.id, "row_version": vic.version})

    [changed] = entries(rows, Event.ROLE_CHANGED)
    assert (changed.by_name, changed.by_role, changed.restaurant_id) == ("Olga Ruiz", "owner", place)
    assert (changed.subject, changed.reason) == ("Sam Okafor", "staff → manager")
    [ended] = entries(rows, Event.ROLE_ENDED)
    assert (ended.subject, ended.reason, ended.address) == ("Vic Lindt", "viewer", "127.0.0.1")


def test_an_administrators_act_is_one_line_a_restaurant(sign_in, post, rows: Rows):
    ada = sign_in("ada")
    ids = [item.id for place in (OWN, FOREIGN) for item in rows.items(place)[:3]]

    post(ada, "/admin/items/action/", {"action": "sold_out", "rowid": ids})

    told = entries(rows, Event.ADMINISTRATOR_ACTED)
    assert len(told) == 2
    assert {each.restaurant_id for each in told} == {row_id(rows.restaurant(name)) for name in (OWN, FOREIGN)}
    assert {(each.by_name, each.by_role) for each in told} == {("Ada Berg", "administrator")}
    assert len({each.act for each in told}) == 1


def test_what_an_owner_does_is_no_administrators_act(sign_in, post, rows: Rows):
    post(sign_in("olga"), "/admin/items/action/", {"action": "sold_out", "rowid": [rows.item().id]})

    assert entries(rows, Event.ADMINISTRATOR_ACTED) == []


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_told_of_in_each_restaurant_of_it(sign_in, rows: Rows, kind):
    sign_in("olga").get(f"/admin/items/export/{kind}/").close()

    told = entries(rows, Event.EXPORTED)
    assert {each.restaurant_id for each in told} == {row_id(rows.restaurant(name)) for name in (OWN, SECOND)}
    assert {each.subject for each in told} == {f"items, {kind.upper()}"}


def test_a_refused_export_is_none(sign_in, rows: Rows):
    assert sign_in("vic").get("/admin/history/export/csv/").status_code == 403

    assert entries(rows, Event.EXPORTED) == []
    [refused] = entries(rows, Event.REQUEST_REFUSED)
    assert (refused.by_name, refused.subject) == ("Vic Lindt", "GET /admin/history/export/csv/")


def test_disabling_and_enabling(sign_in, post, rows: Rows):
    ada, vic = sign_in("ada"), rows.user("vic")

    post(ada, "/admin/users/delete/", {"id": vic.id, "row_version": vic.version})
    post(ada, "/admin/users/action/", {"action": "enable", "rowid": [vic.id]})

    assert [each.subject for each in entries(rows, Event.DISABLED)] == ["Vic Lindt"]
    assert [each.by_name for each in entries(rows, Event.ENABLED)] == ["Ada Berg"]


def test_an_owner_reads_their_restaurants_part(sign_in, rows: Rows):
    sign_in("sam")
    sign_in("stan").get("/admin/items/export/csv/").close()
    sign_in("mia").get("/admin/items/export/csv/").close()

    page = sign_in("olga").get("/admin/audit/?search=").text

    assert "Mia Chen" in page
    assert "Sam Okafor" in page, "when the people there came and went"
    assert "Stan Novak" not in page
    assert "Panda Garden" not in page


def test_every_line_that_an_owner_finds_opens(sign_in, rows: Rows):
    """When people came and went is of no restaurant; its lines are read like those of the restaurant."""
    sign_in("mia").get("/admin/items/export/csv/").close()
    olga = sign_in("olga")

    links = {link for link in Page(olga.get("/admin/audit/")).links if "/admin/audit/details/" in link}

    assert {olga.get(link).status_code for link in links} == {200}


def test_who_works_elsewhere_too_is_seen_only_here(sign_in, rows: Rows):
    """What Mia does in Panda Garden, as its viewer, is not Olga's to read."""
    rows.join("mia", FOREIGN, Role.VIEWER)
    place = row_id(rows.restaurant(FOREIGN))
    mia = sign_in("mia")

    mia.get("/admin/items/export/csv/").close()

    assert [each.restaurant_id for each in entries(rows, Event.EXPORTED)].count(place) == 1
    assert "Panda Garden" not in sign_in("olga").get("/admin/audit/").text


def test_it_is_narrowed_by_what_who_and_day(sign_in, rows: Rows):
    ada = sign_in("ada")
    sign_in("vic").get("/admin/history/")

    refused = Page(ada.get("/admin/audit/?flt0_refused_is=1"))
    assert set(events_on(refused)) == {Event.REQUEST_REFUSED}
    given = Page(ada.get("/admin/audit/?flt0_what_is=role:given"))
    assert set(events_on(given)) == {Event.ROLE_GIVEN}
    vic = Page(ada.get(f"/admin/audit/?flt0_person_is={rows.user('vic').id}"))
    assert events_on(vic)[0] == Event.REQUEST_REFUSED
    assert events_on(Page(ada.get("/admin/audit/?flt0_day_to=2020-01-01"))) == []
    assert events_on(Page(ada.get("/admin/audit/?flt0_what_is=nonsense"))), "left out"


def test_a_line_leads_to_what_was_changed(sign_in, post, rows: Rows):
    olga, sam = sign_in("olga"), rows.membership("sam")
    post(olga, f"/admin/people/edit/?id={sam.id}", {"row_version": sam.version, "role": "viewer"})
    [changed] = entries(rows, Event.ROLE_CHANGED)

    links = Page(olga.get(f"/admin/audit/details/?id={changed.id}")).links

    [act] = [link for link in links if link.startswith("/admin/history/acts/")]
    assert olga.get(act).status_code == 200
