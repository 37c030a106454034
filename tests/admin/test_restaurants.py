"""Restaurants: opened by whoever may, and what their facts may become."""

from __future__ import annotations

import pytest

from app.domain.roles import Role
from app.models import Identity, MenuItem, Restaurant, User
from tests.support.pages import Page
from tests.support.rows import AT, Rows


@pytest.fixture
def newcomer(sign_in, rows: Rows):
    """Somebody without any restaurant."""
    user = User(name="Nia Newcomer", email="nia@example.com", created_at=AT)
    user.identities.append(
        Identity(issuer="carte:cast", subject="nia", email="nia@example.com", created_at=AT)
    )
    rows.session.add(user)
    rows.session.flush()
    return lambda app=None: sign_in("nia", app)


def _filled(client):
    return {**Page(client.get("/admin/restaurants/new/")).fields(), "name": "Café Nia"}


def test_a_newcomers_first_restaurant(newcomer, post, rows: Rows):
    client = newcomer()
    # One page decides where somebody without a restaurant goes.
    home = client.get("/admin/", follow_redirects=True)
    assert [answer.location for answer in home.history] == ["/welcome"]
    assert "/admin/restaurants/new/" in Page(home).links

    answer = post(client, "/admin/restaurants/new/", _filled(client))

    assert answer.status_code == 302
    place = rows.restaurant("Café Nia")
    assert (place.slug, place.currency) == ("cafe-nia", "USD")
    [membership] = place.memberships
    assert (membership.role, membership.user.name) == (Role.OWNER, "Nia Newcomer")
    page = client.get("/admin/restaurants/")
    assert Page(page).ids == [place.id]
    assert 'data-role="owner"' in page.text


@pytest.mark.parametrize("person", ["vic", "olga", "ada"])
def test_anybody_opens_one_where_sign_up_is_open(sign_in, post, rows: Rows, person):
    client = sign_in(person)
    assert post(client, "/admin/restaurants/new/", _filled(client)).status_code == 302
    assert rows.restaurant("Café Nia").memberships[0].user_id == rows.user(person).id


def test_where_sign_up_is_by_invitation_only_administrators_do(make_app, newcomer, sign_in, post, rows: Rows):
    app = make_app(CARTE_SIGN_UP="invited")
    before = rows.count(Restaurant)
    for client in (newcomer(app), sign_in("olga", app)):
        assert client.get("/admin/restaurants/new/").status_code == 403
        assert post(client, "/admin/restaurants/new/", {"name": "X"}).status_code == 403
    home = newcomer(app).get("/admin/", follow_redirects=True)
    assert (home.status_code, [answer.location for answer in home.history]) == (200, ["/welcome"])
    assert rows.count(Restaurant) == before
    ada = sign_in("ada", app)
    assert post(ada, "/admin/restaurants/new/", _filled(ada)).status_code == 302


_IMPOSSIBLE = [
    ("name", " "),
    ("currency", "usd"),
    ("currency", ""),
    ("time_zone", "../etc/passwd"),
    ("time_zone", "a\x00"),
    ("language", "xx-" * 9),
]


def test_facts_that_cannot_be(sign_in, post, rows: Rows, subtests):
    olga, before = sign_in("olga"), rows.count(Restaurant)
    for field, typed in _IMPOSSIBLE:
        with subtests.test(field=field, typed=typed):
            form = {**_filled(olga), "website": "keep.example", field: typed}

            answer = post(olga, "/admin/restaurants/new/", form)

            page = Page(answer)
            assert answer.status_code == 422
            assert field in page.texts("data-error-for")
            assert page.fields()["website"] == "keep.example"
            assert rows.count(Restaurant) == before


def test_two_of_one_name_have_two_slugs(sign_in, post, rows: Rows):
    olga = sign_in("olga")
    post(olga, "/admin/restaurants/new/", {**_filled(olga), "name": "Twin"})
    post(olga, "/admin/restaurants/new/", {**_filled(olga), "name": "Twin"})
    slugs = [
        place.slug for place in rows.session.query(Restaurant).filter_by(name="Twin").order_by(Restaurant.id)
    ]
    assert slugs == ["twin", "twin-2"]


def test_the_currency_stays_while_prices_would_change_their_meaning(sign_in, post, rows: Rows):
    olga, place = sign_in("olga"), rows.restaurant()
    url = f"/admin/restaurants/edit/?id={place.id}"
    sent = Page(olga.get(url)).fields()

    refused = post(olga, url, {**sent, "currency": "JPY"})
    assert refused.status_code == 422
    assert "clear the prices first" in Page(refused).texts("data-error-for")["currency"]
    assert rows.again(place).currency == "USD"

    assert post(olga, url, {**sent, "currency": "EUR"}).status_code == 302
    assert rows.again(place).currency == "EUR"

    for item in rows.session.query(MenuItem).filter_by(restaurant_id=place.id):
        item.price = None
    sent = Page(olga.get(url)).fields()
    assert post(olga, url, {**sent, "currency": "JPY"}).status_code == 302


def test_a_refused_change_never_reaches_the_database(app, sign_in, post, rows: Rows, query_counter):
    """Flask-Admin asks after the form was written to the row, when autoflush may have sent it already."""
    olga, place = sign_in("olga"), rows.restaurant()
    sent = Page(olga.get(f"/admin/restaurants/edit/?id={place.id}")).fields()

    with query_counter(app) as queries:
        post(olga, f"/admin/restaurants/edit/?id={place.id}", {**sent, "currency": "JPY"})

    assert not [statement for statement in queries if statement.startswith("UPDATE restaurant")]


def test_another_restaurants_facts(sign_in, post, rows: Rows):
    place = rows.restaurant("Panda Garden")
    form = {"row_version": place.version, "name": "Mine"}
    assert post(sign_in("olga"), f"/admin/restaurants/edit/?id={place.id}", form).status_code == 404
    assert post(sign_in("mia"), f"/admin/restaurants/edit/?id={place.id}", form).status_code == 403
    assert rows.again(place).name == "Panda Garden"
