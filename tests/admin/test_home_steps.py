"""Three steps to a first menu: who sees them, where they lead, when they are over."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.models import Identity, MenuItem, Section, User
from tests.support.pages import Page
from tests.support.rows import AT, FOREIGN, OWN, SECOND, Rows


def _steps(client):
    """Return the state of each step and where its button leads."""
    page = Page(client.get("/admin/"))
    states = [attrs["data-step"] for attrs, _ in page.all("data-step")]
    begun = (link for link in page.links if "/new/" in link or "/restaurants/edit/" in link)
    return states, [link for link in begun if states and not link.endswith("items/new/?url=/admin/")]


def _empty(rows: Rows, place: str, *, keep: bool = False) -> None:
    """Take the items of a restaurant out, and its sections, unless they are kept."""
    menu = rows.menu(place)
    below = MenuItem if keep else Section
    for row in rows.session.scalars(select(below).where(below.restaurant_id == menu.restaurant_id)).all():
        rows.session.delete(row)
    rows.session.flush()
    rows.session.expire_all()


@pytest.fixture
def bare_ada(bare_session):
    """An administrator, alone in an empty installation."""
    ada = User(name="Ada Berg", email="ada@example.com", created_at=AT, administrator_since=AT)
    ada.identities.append(Identity(issuer="carte:cast", subject="ada", created_at=AT))
    bare_session.add(ada)
    bare_session.flush()


def test_an_empty_installation_begins_with_a_restaurant(sign_in, bare_app, bare_ada):
    ada = sign_in("ada", bare_app)

    states, links = _steps(ada)
    assert (states, links) == (["next", "later", "later"], ["/admin/restaurants/new/"])
    page = Page(ada.get("/admin/"))
    assert page.all("data-line") == page.all("data-picture", "figure")[1:] == []
    assert ada.get(links[0]).status_code == 200


def test_a_new_restaurant_of_an_owner_goes_on_with_a_menu(sign_in, post, rows: Rows):
    stan = sign_in("stan")
    facts = {"name": "Bistro", "currency": "EUR", "time_zone": "Europe/Vienna", "language": "de"}
    assert post(stan, "/admin/restaurants/new/", facts).status_code == 302

    bistro = rows.restaurant("Bistro")
    states, links = _steps(stan)
    assert states == ["done", "next", "later"]
    assert links == [
        f"/admin/restaurants/edit/?url=/admin/&id={bistro.id}",
        f"/admin/menus/new/?url=/admin/&restaurant={bistro.id}",
    ]
    assert {stan.get(link).status_code for link in links} == {200}


def test_each_step_leads_to_the_next(sign_in, post, rows: Rows):
    mia = sign_in("mia")
    menu = rows.menu()
    _empty(rows, OWN)

    def steps():
        states, links = _steps(mia)
        return states, [link.partition("/new/")[0] for link in links if "/new/" in link]

    assert steps() == (["done", "next", "later"], ["/admin/sections"])
    form = {"menu": str(menu.id), "name": "Mains", "position": "0"}
    assert post(mia, "/admin/sections/new/", form).status_code == 302
    assert steps()[0] == ["done", "done", "next"]
    form = {"section": str(rows.section().id), "name": "Soup", "position": "0"}
    assert post(mia, "/admin/items/new/", form).status_code == 302
    assert _steps(mia)[0] == []


@pytest.mark.parametrize("person", ["sam", "vic"])
def test_who_cannot_take_them_is_told_to_wait(sign_in, rows: Rows, person):
    _empty(rows, OWN, keep=True)

    client = sign_in(person)
    assert _steps(client)[0] == []
    page = Page(client.get("/admin/"))
    assert f"{OWN} has no item yet" in [text for _, text in page.all("id", "h2")]
    assert page.all("data-line") == []


def test_where_one_works_comes_first(sign_in, post, rows: Rows):
    olga = sign_in("olga")
    for place in (OWN, SECOND, FOREIGN):
        _empty(rows, place)

    def shown():
        return next(
            text for attrs, text in Page(olga.get("/admin/")).all("id", "h2") if attrs["id"] == "home-steps"
        )

    assert shown().endswith(OWN)
    post(olga, f"/admin/restaurants/{rows.restaurant(SECOND).id}/visit")
    assert shown().endswith(SECOND)


def test_of_several_restaurants_one_may_begin_while_others_are_seen_to(sign_in, rows: Rows):
    _empty(rows, SECOND)
    rows.item().price = None

    page = Page(sign_in("olga").get("/admin/"))
    assert [attrs["data-step"] for attrs, _ in page.all("data-step")] == ["done", "next", "later"]
    assert "Items without a price" in page.texts("data-line")


def test_the_steps_ask_for_one_query(app, sign_in, rows: Rows, query_counter):
    olga = sign_in("olga")
    with query_counter(app) as before:
        olga.get("/admin/")
    _empty(rows, SECOND)
    with query_counter(app) as after:
        olga.get("/admin/")

    # Sections that are empty now, and where they were named.
    assert len(after) <= len(before) + 3
