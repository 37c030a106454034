"""Undo, from each place that says what was done: one click, and the person is where they were."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models import Change, Identity, Membership, MenuItem, Restaurant, Section, User
from tests.support.aging import age_sessions
from tests.support.pages import Page
from tests.support.rows import AT, SECOND, Rows, row_id
from tests.support.telling import (
    HISTORY,
    cell,
    change_path,
    delete,
    edit,
    newest,
    said,
    told,
    undo,
    undo_path,
)


@pytest.fixture
def mia(sign_in):
    return sign_in("mia")


def _take_back(client, post, page):
    """Press the Undo of what just happened; return the page that it leads to, and its address."""
    page = page if isinstance(page, Page) else Page(page)
    form = page.forms(page.undo)[0]
    answer = post(client, page.undo, {name: values[0] for name, values in form.items()})
    assert answer.status_code == 302
    return answer.location, client.get(answer.location)


_HERE = "/admin/items/?search=French&page_size=50"


def _form(client, post, rows):
    path = f"/admin/items/edit/?id={rows.item().id}"
    assert edit(client, rows.item(), price="3.25", url=_HERE).location == _HERE
    return path


def _delete(client, post, rows):
    item = rows.item()
    asked = Page(client.get(f"/admin/items/deletion/?id={item.id}"))
    assert post(client, "/admin/items/delete/", {**asked.fields(), "url": _HERE}).location == _HERE


def _batch(client, post, rows):
    item = rows.item()
    sent = {"action": "sold_out", "rowid": item.id, "row_version": item.version, "url": _HERE}
    assert post(client, "/admin/items/action/", sent).location == _HERE


def _batch_of_deletions(client, post, rows):
    item = rows.item()
    sent = {"action": "delete", "rowid": item.id, "row_version": item.version, "url": _HERE}
    assert post(client, "/admin/items/action/", sent).location == _HERE


@pytest.mark.parametrize("act", [_form, _delete, _batch, _batch_of_deletions])
def test_what_was_just_done_is_undone_where_one_is(mia, post, rows: Rows, act):
    before = _kept(rows)
    act(mia, post, rows)
    assert _kept(rows) != before

    place, page = _take_back(mia, post, mia.get(_HERE))

    assert place == _HERE
    assert ("success", "Undone.") in Page(page).flashes
    assert _kept(rows) == before
    # To undo was an act itself: it is undone in the same way.
    _take_back(mia, post, page)
    assert _kept(rows) != before


def _kept(rows: Rows):
    rows.session.rollback()
    found = rows.session.execute(
        select(
            MenuItem.id, MenuItem.name, MenuItem.price, MenuItem.section_id, MenuItem.sold_out_at
        ).order_by(MenuItem.id)
    )
    return found.all()


@pytest.mark.parametrize("typed", [{"price": "3.25"}, {"sold_out": "1"}, {"name": "Chips"}])
def test_a_cell_and_a_switch_answer_with_their_undo(mia, post, rows: Rows, typed):
    before = _kept(rows)
    answer = cell(mia, rows.item(), **typed)

    assert answer.json["undo"] == undo_path(newest(rows).act)
    assert post(mia, answer.json["undo"], {"url": _HERE}).location == _HERE
    assert _kept(rows) == before


def test_what_changed_nothing_offers_no_undo(mia, rows: Rows):
    answer = cell(mia, rows.item(), price="2.99")
    assert (answer.status_code, answer.json["undo"]) == (200, None)
    assert edit(mia, rows.item()).status_code == 302
    page = Page(mia.get("/admin/items/"))
    assert [level for level, _ in page.flashes] == ["success"]
    assert page.undo is None


@pytest.mark.parametrize("button", ["_continue_editing", ""])
def test_undoing_a_new_row_does_not_lead_to_where_it_was(mia, post, rows: Rows, button):
    """Neither from its form, which one was left on, nor from its own page."""
    section = rows.section()
    form = {**Page(mia.get("/admin/items/new/")).fields(), "section": section.id, "name": "New dish"}
    made = post(mia, "/admin/items/new/", {**form, button: "1"} if button else form)
    assert made.status_code == 302
    row = rows.item(name="New dish")
    place = made.location if button else f"/admin/items/details/?id={row.id}"

    place, page = _take_back(mia, post, mia.get(place))

    assert (page.status_code, place) == (200, "/admin/items/")
    assert ("success", "Undone.") in Page(page).flashes
    assert rows.again(row) is None


def test_a_new_row_undone_from_the_page_of_what_it_was_in_leads_back_there(mia, post, rows: Rows):
    menu, here = rows.menu(), f"/admin/menus/details/?id={rows.menu().id}"
    form = {**Page(mia.get("/admin/sections/new/")).fields(), "menu": menu.id, "name": "New"}
    assert post(mia, "/admin/sections/new/", form).status_code == 302

    assert _take_back(mia, post, mia.get(here))[0] == here


def test_the_undo_on_a_page_that_answered_a_form_leads_to_one_that_can_be_opened(mia, post, rows: Rows):
    """A double click on Delete shows the first one's words on a page that only a form can ask for."""
    item = rows.item()
    sent = Page(mia.get(f"/admin/items/deletion/?id={item.id}")).fields()
    assert post(mia, "/admin/items/delete/", sent).status_code == 302
    twice = post(mia, "/admin/items/delete/", sent)
    assert twice.status_code == 404

    _place, page = _take_back(mia, post, twice)

    assert page.status_code == 200
    assert rows.again(item) is not None


def test_an_undo_never_leads_elsewhere(mia, rows: Rows):
    for number, url in enumerate(("https://evil.example/", "//evil.example", "/login", "javascript:x")):
        cell(mia, rows.item(), price=f"{number + 4}")
        assert undo(mia, newest(rows).act, url=url).location == HISTORY


def test_a_second_click_finds_nothing_left_to_undo(mia, rows: Rows):
    """Also with another window: what is undone is not done again, and nothing is written."""
    cell(mia, rows.item(), price="3.25")
    act = newest(rows).act
    assert undo(mia, act).status_code == 302
    mia.get(HISTORY)
    lines = rows.count(Change)

    answer = undo(mia, act)

    assert answer.status_code == 302
    [(level, words)] = Page(mia.get(answer.location)).flashes
    assert (level, words) == ("info", "There is nothing left to undo: everything is as it was before.")
    assert rows.count(Change) == lines
    assert rows.again(rows.item()).price == 299


def test_what_came_before_is_undone_out_of_order(mia, rows: Rows):
    """The older of two acts, on another field: the newer one stays."""
    cell(mia, rows.item(), price="3.25")
    older = newest(rows).act
    cell(mia, rows.again(rows.item()), name="Chips")

    assert undo(mia, older).status_code == 302

    stored = rows.item(name="Chips")
    assert stored.price == 299


def test_history_marks_what_is_undone_and_what_undid_it(mia, rows: Rows):
    cell(mia, rows.item(), price="3.25")
    act = newest(rows).act
    undo(mia, act)

    page = Page(mia.get(HISTORY))
    entries = [text for _, text in page.all("data-act")]
    assert "undid" in entries[0]
    assert "undone since" in entries[1]
    paths = [attrs["action"] for attrs, _ in page.all("action", "form")]
    assert undo_path(act) not in paths
    assert undo_path(newest(rows).act) in paths
    assert f"{HISTORY}acts/{act}/" in [link.partition("?")[0] for link in page.links]
    # Done again: it counts once more, and may be undone once more.
    undo(mia, newest(rows).act)
    page = Page(mia.get(HISTORY))
    assert "undone since" not in [text for _, text in page.all("data-act")][2]
    assert undo_path(act) in [attrs["action"] for attrs, _ in page.all("action", "form")]


def test_whoever_may_not_do_it_is_not_offered_to_undo_it(sign_in, mia, rows: Rows):
    """Staff change prices, and delete no sections."""
    sam = sign_in("sam")
    delete(mia, rows.section())
    deletion = newest(rows).act
    cell(mia, rows.items()[-1], price="3.25")
    price = newest(rows).act

    paths = [attrs["action"] for attrs, _ in Page(sam.get(HISTORY)).all("action", "form")]

    assert undo_path(price) in paths
    assert undo_path(deletion) not in paths
    assert undo(sam, deletion).status_code == 403
    page = Page(sam.get(f"{HISTORY}acts/{deletion}/"))
    assert not [attrs for attrs, _ in page.all("action", "form") if "/history/" in attrs["action"]]
    assert not [link for link in page.links if "restoration" in link]
    assert undo(sam, price).status_code == 302


def test_a_section_comes_back_with_its_dishes_under_their_numbers(mia, rows: Rows):
    section = rows.section()
    number, dishes = section.id, [(dish.id, dish.name, dish.price) for dish in section.items]
    delete(mia, section)
    assert rows.again(section) is None

    undo(mia, newest(rows).act)

    back = rows.session.get(Section, number)
    assert [(dish.id, dish.name, dish.price) for dish in back.items] == dishes
    assert [words for words in told(mia) if words.startswith("restored the section")]


def test_one_dish_of_a_deleted_section_needs_the_section_first(mia, post, rows: Rows):
    section = rows.section()
    name, dish = section.name, section.items[0].id
    delete(mia, section)
    gone = newest(rows, kind="menu_item", row_id=dish)

    answer = post(mia, f"{HISTORY}changes/{gone.id}/reversal")

    assert answer.status_code == 409
    page = Page(answer)
    assert f"the section “{name}”" in answer.text
    assert rows.session.get(MenuItem, dish) is None
    # The page leads to where that is.
    [deleted] = [link for link in page.links if "done_is" in link]
    assert any(words.startswith(f"deleted the section {name}") for words in said(mia.get(deleted)))
    path = f"{HISTORY}changes/{gone.id}/reversal"
    problem = post(mia, path, headers={"Accept": "application/json"})
    assert (problem.status_code, problem.content_type) == (409, "application/problem+json")


@pytest.mark.parametrize("view", ["items", "sections", "menus"])
def test_restore_one_row_from_history_with_all_that_was_below_it(mia, post, rows: Rows, view):
    row = rows.of(view)
    before = _kept(rows)
    delete(mia, row)
    gone = newest(rows, row)
    page = mia.get(f"{HISTORY}acts/{gone.act}/")
    assert f"Restore {gone.name}" in page.text

    assert post(mia, f"{HISTORY}changes/{gone.id}/reversal").status_code == 302

    assert _kept(rows) == before


@pytest.fixture
def leaving(make_app, sign_in, rows: Rows):
    """Lea, who owns one restaurant alone, where nobody may sign up; and what she has there."""
    user = User(name="Lea Only", email="lea@example.com", created_at=AT)
    user.identities.append(
        Identity(issuer="carte:cast", subject="lea", email="lea@example.com", created_at=AT)
    )
    rows.session.add(user)
    rows.session.flush()
    rows.join("lea", SECOND, Role.OWNER)
    rows.session.commit()
    return sign_in("lea", make_app(CARTE_SIGN_UP="invited"))


def test_whoever_deleted_their_only_restaurant_gets_it_back_on_the_page_they_land_on(
    leaving, post, rows: Rows
):
    place = rows.restaurant(SECOND)
    number = place.id
    counts = {model: rows.count(model) for model in (Restaurant, Section, MenuItem, Membership)}
    asked = Page(leaving.get(f"/admin/restaurants/deletion/?id={number}"))
    post(leaving, "/admin/restaurants/delete/", asked.fields())
    landed = leaving.get("/admin/", follow_redirects=True)
    assert landed.request.path == "/welcome"
    assert ("success", f"“{SECOND}” deleted.") in Page(landed).flashes

    _place, page = _take_back(leaving, post, landed)

    assert page.status_code == 200
    assert ("success", "Undone.") in Page(page).flashes
    assert {model: rows.count(model) for model in counts} == counts
    assert rows.restaurant(SECOND).id == number


def test_every_page_of_such_an_act_leads_on(leaving, post, rows: Rows):
    """Without a role there is no history to go back to; what the act's own page offers works."""
    delete(leaving, rows.restaurant(SECOND))
    deed = newest(rows, kind="restaurant", verb="deleted")
    page = Page(leaving.get(f"{HISTORY}acts/{deed.act}/"))

    for link in page.links:
        if link.startswith("/"):
            assert leaving.get(link, follow_redirects=True).status_code == 200, link
    again = post(leaving, f"{HISTORY}changes/{deed.id}/reversal")
    assert again.status_code == 302
    assert leaving.get(again.location).status_code == 200
    assert rows.restaurant(SECOND) is not None


def test_whoever_takes_themselves_out_is_offered_no_way_that_is_closed(sign_in, post, rows: Rows):
    """Olga leaves a restaurant that has another owner: its history is not hers any more."""
    olga, membership = sign_in("olga"), rows.membership("olga")
    rows.membership("mia").role = Role.OWNER
    rows.session.commit()
    asked = Page(olga.get(f"/admin/people/deletion/?id={membership.id}"))

    assert post(olga, "/admin/people/delete/", asked.fields()).status_code == 302

    page = Page(olga.get("/admin/people/"))
    assert page.flashes == [("success", "“Olga Ruiz” removed.")]
    assert page.undo is None
    # Nor does anybody bring her back who is left there, or is offered to; she would be invited.
    mia, change = sign_in("mia"), newest(rows, membership)
    for page in (Page(mia.get(HISTORY)), Page(mia.get(f"{HISTORY}acts/{change.act}/"))):
        assert undo_path(change.act) not in _ways(page)
        assert change_path(change) not in _ways(page)
    assert undo(mia, change.act).status_code == 403
    assert post(mia, change_path(change)).status_code == 403
    assert rows.again(membership) is None


@pytest.fixture
def came_and_left(sign_in, post, rows: Rows):
    """Sam, made a manager, removed by Olga, brought back by her line by line, then gone by himself."""
    olga, membership = sign_in("olga"), rows.membership("sam")
    path = f"/admin/people/edit/?id={membership.id}"
    assert post(olga, path, {**Page(olga.get(path)).fields(), "role": "manager"}).status_code == 302
    asked = Page(olga.get(f"/admin/people/deletion/?id={membership.id}"))
    assert post(olga, "/admin/people/delete/", asked.fields()).status_code == 302
    assert post(olga, change_path(newest(rows, membership))).status_code == 302
    sam = sign_in("sam")
    assert post(sam, f"/admin/account/memberships/{membership.id}/delete").status_code == 302
    while (page := Page(olga.get("/admin/"))).undo:  # takes the flashes, and their own Undo
        assert page.flashes
    return olga, membership


def test_no_older_act_offers_a_way_back_for_whoever_left_since(came_and_left, post, rows: Rows):
    olga, membership = came_and_left
    lines = select(Change).where(Change.kind == "membership", Change.row_id == row_id(membership))
    promotion, removal, back, leaving = rows.session.scalars(lines.order_by(Change.id)).all()[-4:]
    assert (removal.verb, back.verb, leaving.verb) == ("deleted", "restored", "deleted")
    restoration = f"{HISTORY}changes/{promotion.id}/restoration"

    listed = Page(olga.get(HISTORY))
    shown = [Page(olga.get(f"{HISTORY}acts/{each.act}/")) for each in (promotion, removal, leaving)]

    ways = _ways(listed, *shown)
    for change in (removal, leaving):
        assert not {undo_path(change.act), change_path(change)} & ways
        assert undo(olga, change.act).status_code == 403
        assert post(olga, change_path(change)).status_code == 403
    assert restoration not in ways
    assert olga.get(restoration).status_code == 403
    # What is offered is not refused.
    for way in sorted(way for way in ways if way.endswith("/reversal")):
        assert post(olga, way).status_code != 403, way
    assert rows.again(membership) is None


def test_a_removed_person_is_restored_from_the_same_pages(sign_in, post, rows: Rows):
    olga, membership = sign_in("olga"), rows.membership("sam")
    asked = Page(olga.get(f"/admin/people/deletion/?id={membership.id}"))
    assert post(olga, "/admin/people/delete/", asked.fields()).status_code == 302
    assert Page(olga.get("/admin/people/")).undo
    change = newest(rows, membership)

    listed, shown = Page(olga.get(HISTORY)), Page(olga.get(f"{HISTORY}acts/{change.act}/"))
    assert undo_path(change.act) in _ways(listed)
    assert {undo_path(change.act), change_path(change)} <= _ways(shown)

    age_sessions(rows.session)
    for path in (undo_path(change.act), change_path(change)):
        refused = post(olga, path, {"url": HISTORY})
        assert refused.status_code == 403
        assert f"/login/again?next={quote(HISTORY, safe='')}" in Page(refused).links
    assert rows.again(membership) is None
    age_sessions(rows.session, minutes=9.5)
    assert undo(olga, change.act).status_code == 302
    assert rows.again(membership).role == Role.STAFF


def _ways(*pages: Page) -> set[str]:
    """Return what these pages post to, and where they lead."""
    paths = [attrs["action"] for page in pages for attrs, _ in page.all("action", "form")]
    return {*paths, *(link.partition("?")[0] for page in pages for link in page.links)}


def test_whoever_steps_down_is_offered_no_way_that_is_closed(sign_in, rows: Rows, post):
    """An owner who makes herself staff may not make herself an owner again."""
    olga, membership = sign_in("olga"), rows.membership("olga")
    rows.membership("mia").role = Role.OWNER
    rows.session.commit()
    path = f"/admin/people/edit/?id={membership.id}"

    assert post(olga, path, {**Page(olga.get(path)).fields(), "role": "staff"}).status_code == 302

    page = Page(olga.get("/admin/items/"))
    assert [level for level, _ in page.flashes] == ["success"]
    assert page.undo is None


def test_half_of_an_act_undone_is_not_undone_since(sign_in, post, rows):
    """Olga's batch in two restaurants; Mia undoes hers; Olga is still offered the rest."""
    olga, mia, own, second = sign_in("olga"), sign_in("mia"), rows.item(), rows.item(SECOND)
    seen = {f"row_version-{item.id}": item.version for item in (own, second)}
    post(olga, "/admin/items/action/", {"action": "sold_out", "rowid": [own.id, second.id], **seen})
    olga.get(HISTORY)  # takes the flash, and its own Undo
    act = newest(rows).act
    assert undo(mia, act).status_code == 302
    assert undo_path(act) in [attrs["action"] for attrs, _ in Page(olga.get(HISTORY)).all("action", "form")]


def test_as_it_was_then_is_not_offered_where_it_would_be_refused(sign_in, rows):
    """Sam's price, then Mia moves the dish: Sam's own line links to a 403."""
    mia, sam, item = sign_in("mia"), sign_in("sam"), rows.item()
    cell(sam, item, price="5.00")
    change = newest(rows)
    other = next(each for each in rows.menu().sections if each.id != item.section_id)
    assert edit(mia, rows.again(item), section=str(other.id)).status_code == 302
    links = [link for link in Page(sam.get(f"{HISTORY}acts/{change.act}/")).links if "restoration" in link]
    assert {sam.get(link).status_code for link in links} <= {200}
