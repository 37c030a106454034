"""The pages that guests read: the restaurants, and the menus of one."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import current, policies, tenancy
from app.domain import facts, money
from app.domain.errors import NotFound
from app.domain.numbers import whole
from app.domain.roles import Action
from app.extensions import db
from app.models import Menu, MenuItem, Restaurant, Section

#: How many restaurants stand on one page.
PAGE_SIZE = 100

blueprint = Blueprint("public", __name__)


@blueprint.before_request
def enter_guest_scope() -> None:
    """Read as a guest, whoever is signed in."""
    tenancy.enter(db.session(), tenancy.AsGuest())


@blueprint.after_request
def vary_by_language(response: Response) -> Response:
    """Say that prices are written as the reader's browser asks."""
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/")
@blueprint.get("/restaurant/")
def restaurants() -> str:
    """Show the restaurants by name; a page number beyond them is an empty page with a way back."""
    page = _page_number()
    rows = list(
        db.session.scalars(
            select(Restaurant)
            .order_by(Restaurant.name, Restaurant.id)
            .offset((page - 1) * PAGE_SIZE)
            .limit(PAGE_SIZE + 1)
        )
    )
    return render_template(
        "public/restaurants.html", places=rows[:PAGE_SIZE], page=page, more=len(rows) > PAGE_SIZE
    )


@blueprint.get("/restaurant/<row:restaurant_id>/")
@blueprint.get("/restaurant/<row:restaurant_id>/menu/")
def menu(restaurant_id: int) -> str:
    """Show everything that one restaurant serves."""
    place = db.session.scalar(
        select(Restaurant)
        .where(Restaurant.id == restaurant_id)
        .options(selectinload(Restaurant.menus).selectinload(Menu.sections).selectinload(Section.items))
    )
    if place is None:
        raise NotFound("There is no such restaurant.")
    person = current.person()
    return render_template(
        "public/menu.html",
        place=place,
        works_here=person is not None and policies.allows(person, Action.READ, place),
        arranges=person is not None and policies.allows(person, Action.ARRANGE, place),
        price_of=_price_tag(place.currency),
        website=place.website if facts.is_website(place.website) else None,
        now=current.now(),
    )


def _page_number() -> int:
    """Return the page that was asked for; 1 for whatever is no sensible number."""
    return whole(request.args.get("page", ""), most=999_999) or 1


def _price_tag(currency: str) -> Callable[[MenuItem], str | None]:
    """Return what writes an item's price as this reader expects it; None for one without a price."""
    locale = current.locale()
    return lambda item: money.show(item.price, currency, locale)
