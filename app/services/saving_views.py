"""Saving views of lists: a person's own, or a restaurant's; and choosing what a list opens with.

What a list understands of a view's query only the list itself can say: it hands the query in, tidied.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.domain import text
from app.domain.actors import Actor
from app.domain.errors import Blocked, Invalid
from app.domain.words import Phrase
from app.models import DefaultView, SavedView
from app.models.lengths import longest

#: How many views of one list a person has of their own, and a restaurant.
MOST = 50


def save(
    session: Session,
    *,
    list_name: str,
    name: str,
    query: str,
    restaurant_id: int | None,
    by: Actor,
    at: datetime,
) -> SavedView:
    """Make a view of a list: the restaurant's, or, without one, the person's own.

    Raises Invalid for a name that cannot be taken, Blocked when there are as many as there may be.
    """
    view = SavedView(
        list_name=list_name,
        restaurant_id=restaurant_id,
        user_id=by.id if restaurant_id is None else None,
        query=_bounded(query),
        created_at=at,
        created_by_id=by.id,
    )
    _name(session, view, name)
    count = session.scalar(select(func.count(SavedView.id)).where(_beside(view))) or 0
    if count >= MOST:
        raise Blocked(
            Phrase(
                "There are %(most)s views of this list already. Delete one that nobody needs first.",
                most=MOST,
            )
        )
    session.add(view)
    session.flush()
    return view


def rename(session: Session, view: SavedView, name: str, *, by: Actor, at: datetime) -> None:
    """Give the view another name; raises Invalid for one that cannot be taken."""
    _name(session, view, name)
    _sign(view, by=by, at=at)


def retake(view: SavedView, query: str, *, by: Actor, at: datetime) -> None:
    """Let the view show something else; raises Invalid for more than can be kept."""
    view.query = _bounded(query)
    _sign(view, by=by, at=at)


def open_with(session: Session, view: SavedView, *, for_all: bool, by: Actor, at: datetime) -> None:
    """Let the view's list open with it, for the person or for all in its restaurant."""
    user_id = None if for_all else by.id
    _forget(session, _choice(view, user_id))
    session.add(
        DefaultView(
            restaurant_id=view.restaurant_id,
            user_id=user_id,
            list_name=view.list_name,
            view_id=view.id,
            created_at=at,
        )
    )
    session.flush()


def open_without(session: Session, view: SavedView, *, for_all: bool, by: Actor) -> None:
    """Let the view's list not open with it any more, for the person or for all in its restaurant."""
    user_id = None if for_all else by.id
    _forget(session, and_(_choice(view, user_id), DefaultView.view_id == view.id))


def views_of(session: Session, list_name: str, places: Collection[int], *, by: Actor) -> list[SavedView]:
    """Return the views of a list by name: the person's own, and those of these restaurants."""
    whose = or_(SavedView.user_id == by.id, SavedView.restaurant_id.in_(places))
    query = select(SavedView).where(SavedView.list_name == list_name, whose)
    return list(session.scalars(query.order_by(SavedView.folded_name, SavedView.id)))


def defaults_of(
    session: Session, list_name: str, places: Collection[int], *, by: Actor
) -> dict[int | None, int]:
    """Return the view that a list opens with, by number: under None the person's, else by restaurant."""
    theirs = and_(DefaultView.user_id.is_(None), DefaultView.restaurant_id.in_(places))
    query = select(DefaultView).where(
        DefaultView.list_name == list_name, or_(DefaultView.user_id == by.id, theirs)
    )
    found = session.scalars(query)
    return {None if each.user_id is not None else each.restaurant_id: each.view_id for each in found}


def _name(session: Session, view: SavedView, name: str) -> None:
    tidied = text.tidy(name)
    # A page shows several blanks as one.
    folded = text.tidy(" ".join(tidied.casefold().split()))
    fault = text.fault(tidied, most=longest(SavedView.name)) if tidied else Phrase("Type a name.")
    if fault is None:
        with session.no_autoflush:
            twin = select(SavedView.id).where(_beside(view), SavedView.folded_name == folded)
            taken = session.scalar(twin.where(SavedView.id != view.id) if view.id else twin)
        fault = Phrase("There is a view of that name already. Choose another name.") if taken else None
    if fault is not None:
        raise Invalid({"name": fault})
    view.name, view.folded_name = tidied, folded


def _bounded(query: str) -> str:
    if len(query) > longest(SavedView.query):
        raise Invalid({"query": Phrase("That is more than a view can keep. Use fewer or shorter filters.")})
    return query


def _sign(view: SavedView, *, by: Actor, at: datetime) -> None:
    view.changed_at, view.changed_by_id = at, by.id


def _beside(view: SavedView) -> ColumnElement[bool]:
    """Return what the views of the same list and owner meet."""
    owner = (
        SavedView.user_id == view.user_id
        if view.restaurant_id is None
        else SavedView.restaurant_id == view.restaurant_id
    )
    return and_(SavedView.list_name == view.list_name, owner)


def _choice(view: SavedView, user_id: int | None) -> ColumnElement[bool]:
    """Return what the one choice meets that a person has made for a list, or a restaurant for all."""
    whose = (
        and_(DefaultView.user_id.is_(None), DefaultView.restaurant_id == view.restaurant_id)
        if user_id is None
        else DefaultView.user_id == user_id
    )
    return and_(DefaultView.list_name == view.list_name, whose)


def _forget(session: Session, choice: ColumnElement[bool]) -> None:
    for each in session.scalars(select(DefaultView).where(choice)):
        session.delete(each)
    # A unit of work inserts before it deletes, and there is one choice only.
    session.flush()
