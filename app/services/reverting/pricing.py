"""Prices are whole minor units: they do not go back to where a currency had other decimal places."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import money
from app.domain.errors import Blocked
from app.domain.words import Phrase
from app.models import Change, MenuItem, Restaurant
from app.models.history import Verb
from app.services.reverting.effects import Effect
from app.services.reverting.reversal import Edit, Reversal


def require_same_money(session: Session, reversal: Reversal) -> None:
    """Raise Blocked where a price would come back, or stay, beside another number of decimal places."""
    edited = {edit.effect.row_id: edit for edit in reversal.edits if "currency" in edit.values}
    back = {effect.row_id: effect for effect in reversal.restores if effect.cls is Restaurant}
    for edit in edited.values():
        _require_no_other_prices(session, reversal, edit)
    for place, first in sorted({(effect.restaurant_id, effect.first) for effect in _priced(reversal)}):
        if place in edited:
            now = edited[place].values["currency"]
        elif place in back:
            now = back[place].before["currency"]
        else:
            now = session.scalar(select(Restaurant.currency).where(Restaurant.id == place))
        then = _currency_before(session, place, first)
        if now and then and money.exponent(now) != money.exponent(then):
            raise Blocked(
                Phrase(
                    "Prices were in %(then)s then and would be in %(now)s; type them anew instead.",
                    then=then,
                    now=now,
                )
            )


def _priced(reversal: Reversal) -> list[Effect]:
    """Return the effects by which an item gets a price."""
    back = [effect for effect in reversal.restores if effect.before.get("price") is not None]
    return back + [edit.effect for edit in reversal.edits if edit.values.get("price") is not None]


def _require_no_other_prices(session: Session, reversal: Reversal, edit: Edit) -> None:
    now, then = edit.row.currency, edit.values["currency"]
    if money.exponent(now) == money.exponent(then):
        return
    priced = select(MenuItem.id).where(MenuItem.restaurant_id == edit.row.id, MenuItem.price.is_not(None))
    going = {removal.effect.row_id for removal in reversal.removals if removal.effect.cls is MenuItem}
    going |= {each.effect.row_id for each in reversal.edits if "price" in each.values}
    if set(session.scalars(priced)) - going:
        raise Blocked(
            Phrase(
                "%(name)s has prices in %(now)s, and %(then)s has other decimal places;"
                " clear the prices first.",
                name=edit.row.name,
                now=now,
                then=then,
            )
        )


def _currency_before(session: Session, place: int | None, first: int) -> str | None:
    """Return the restaurant's currency as it was before that change; None where it is still the same."""
    later = select(Change.before).where(
        Change.kind == Restaurant.__tablename__,
        Change.row_id == place,
        Change.id >= first,
        Change.verb == Verb.CHANGED,
        Change.fields.contains(" currency "),
    )
    before = session.scalar(later.order_by(Change.id).limit(1))
    return before["currency"] if before else None
