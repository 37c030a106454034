"""The original app's JSON, and its editing addresses, which lead to the back office now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, redirect, url_for
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as AnyResponse

from app.domain import money
from app.domain.errors import NotFound
from app.extensions import db
from app.models import Menu, MenuItem, Restaurant, Section
from app.web.public import enter_guest_scope

blueprint = Blueprint("original", __name__, url_prefix="/restaurant")
blueprint.before_request(enter_guest_scope)

_ITEM = "/<row:restaurant_id>/menu/<row:item_id>"

_View = TypeVar("_View", bound=Callable[..., AnyResponse])


def _old(path: str) -> Callable[[_View], _View]:
    """Answer GET at an old address, with and without its slash.

    Two rules, because one with `strict_slashes=False` says 404 to other methods, not 405.
    """

    def register(view: _View) -> _View:
        for rule in (path, f"{path}/"):
            blueprint.add_url_rule(rule, view_func=view, methods=["GET"])
        return view

    return register


@blueprint.get("/JSON")
def restaurants() -> Response:
    """Return every restaurant's number and name, by name."""
    rows = db.session.execute(select(Restaurant.id, Restaurant.name).order_by(Restaurant.name, Restaurant.id))
    return jsonify(restaurants=[{"id": row.id, "name": row.name} for row in rows])


@blueprint.get("/<row:restaurant_id>/menu/JSON")
def menu(restaurant_id: int) -> Response:
    """Return a restaurant's items as they stand on its menus."""
    _require_restaurant(restaurant_id)
    ordered = _items(restaurant_id).order_by(
        Menu.position, Menu.id, Section.position, Section.id, MenuItem.position, MenuItem.id
    )
    return jsonify(MenuItems=[_shown(*row) for row in db.session.execute(ordered)])


@blueprint.get(f"{_ITEM}/JSON")
def item(restaurant_id: int, item_id: int) -> Response:
    """Return one item; one of another restaurant is not there."""
    row = db.session.execute(_items(restaurant_id).where(MenuItem.id == item_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such item.")
    return jsonify(Menu_Item=_shown(*row))


@_old("/new")
def new_restaurant() -> AnyResponse:
    """Lead to the form for a restaurant."""
    return redirect(url_for("restaurants.create_view"))


@_old("/<row:restaurant_id>/edit")
def edit_restaurant(restaurant_id: int) -> AnyResponse:
    """Lead to the restaurant's form."""
    _require_restaurant(restaurant_id)
    return redirect(url_for("restaurants.edit_view", id=restaurant_id))


@_old("/<row:restaurant_id>/delete")
def delete_restaurant(restaurant_id: int) -> AnyResponse:
    """Lead to the question before a restaurant is deleted."""
    _require_restaurant(restaurant_id)
    return redirect(url_for("restaurants.deletion_view", id=restaurant_id))


@_old("/<row:restaurant_id>/menu/new")
def new_item(restaurant_id: int) -> AnyResponse:
    """Lead to the form for an item."""
    _require_restaurant(restaurant_id)
    return redirect(url_for("items.create_view"))


@_old(f"{_ITEM}/edit")
def edit_item(restaurant_id: int, item_id: int) -> AnyResponse:
    """Lead to the item's form."""
    _require_item(restaurant_id, item_id)
    return redirect(url_for("items.edit_view", id=item_id))


@_old(f"{_ITEM}/delete")
def delete_item(restaurant_id: int, item_id: int) -> AnyResponse:
    """Lead to the question before an item is deleted."""
    _require_item(restaurant_id, item_id)
    return redirect(url_for("items.deletion_view", id=item_id))


def _require_item(restaurant_id: int, item_id: int) -> None:
    if db.session.scalar(_items(restaurant_id).where(MenuItem.id == item_id)) is None:
        raise NotFound("There is no such item.")


def _require_restaurant(restaurant_id: int) -> None:
    if db.session.scalar(select(Restaurant.id).where(Restaurant.id == restaurant_id)) is None:
        raise NotFound("There is no such restaurant.")


def _items(restaurant_id: int) -> Select[MenuItem, str, str]:
    return (
        select(MenuItem, Section.name, Restaurant.currency)
        .join(MenuItem.section)
        .join(Section.menu)
        .join(Menu.restaurant)
        .where(MenuItem.restaurant_id == restaurant_id)
    )


def _shown(item: MenuItem, course: str, currency: str) -> dict[str, Any]:
    """Return an item in the original's shape; its price reads alike to every reader, None without one."""
    return {
        "id": item.id,
        "name": item.name,
        "description": item.description,
        "price": money.show(item.price, currency),
        "course": course,
    }
