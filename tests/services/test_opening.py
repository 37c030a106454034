"""A restaurant and its owner arrive together, with facts that can be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.errors import Invalid
from app.models import Restaurant
from app.services import opening
from app.services.signing_in import actor_of
from tests.support.rows import Rows

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def soup(**facts):
    stated = {"name": "Soup", "currency": "USD", "time_zone": "UTC", "language": "en", "website": ""}
    return Restaurant(**(stated | facts))


@pytest.fixture
def olga(session):
    return actor_of(Rows(session).user("olga"))


def test_a_restaurant_has_its_opener_for_an_owner(session, olga):
    opened = opening.open_restaurant(session, soup(website="https://soup.example"), by=olga, at=AT)

    assert (opened.slug, opened.created_at) == ("soup", AT)
    assert [(held.user_id, held.role) for held in opened.memberships] == [(olga.id, "owner")]


def test_a_second_one_of_that_name_has_another_slug(session, olga):
    slugs = [opening.open_restaurant(session, soup(), by=olga, at=AT).slug for _ in range(2)]

    assert slugs == ["soup", "soup-2"]


def test_every_fact_that_cannot_be_is_named_at_once(session, olga):
    wrong = soup(name="", currency="usd", time_zone="Mars", language="x1x", website="keep.example")

    with pytest.raises(Invalid) as caught:
        opening.open_restaurant(session, wrong, by=olga, at=AT)

    assert list(caught.value.fields) == ["name", "currency", "time_zone", "language", "website"]


def test_a_currency_with_other_decimal_places_waits_for_the_prices(session):
    burger = Rows(session).restaurant()
    burger.currency = "EUR"
    opening.check_currency(session, burger, "USD")

    burger.currency = "JPY"
    with pytest.raises(Invalid, match="decimal places"):
        opening.check_currency(session, burger, "USD")
