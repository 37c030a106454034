"""Carrying a reversal out: rows come back, then values, then what was made goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.domain import money, slugs
from app.domain.errors import Blocked
from app.models import Change, Membership, MenuItem, Restaurant
from app.models.history import RECORDED, Verb, recorded_columns, stored
from app.services import opening, recording, staffing
from app.services.reverting.effects import Effect
from app.services.reverting.reversal import Edit, Removal, Reversal

_RANKS = {kind: rank for rank, kind in enumerate(RECORDED)}


def apply(session: Session, reversal: Reversal) -> None:
    """Do it, all of it, in the caller's transaction; raises Blocked for prices of another currency."""
    _require_same_money(session, reversal)
    for kind, cls in RECORDED.items():
        _bring_back(session, cls, [effect for effect in reversal.restores if effect.kind == kind])
    for edit in reversal.edits:
        _put_back(session, edit)
    session.flush()
    # A parent's children are read anew, so that one which has just moved away does not go along.
    session.expire_all()
    for removal in sorted(reversal.removals, key=lambda each: _RANKS[each.effect.kind]):
        _take_out(session, removal)
    session.flush()


def _bring_back(session: Session, cls: type[Any], effects: list[Effect]) -> None:
    """Insert the rows under their old numbers, each a version further.

    Past the ORM, which would begin again at version 1, and a page that had the row open before it was
    deleted could then overwrite what comes after.
    """
    if not effects:
        return
    rows = [_row(session, cls, effect) for effect in effects]
    session.connection().execute(insert(cls), rows)
    about = [{"name": effect.name, "menu_id": effect.menu_id} for effect in effects]
    recorded = [{**also, **row} for also, row in zip(about, rows, strict=True)]
    recording.record_new(session, cls, recorded, Verb.RESTORED)


def _row(session: Session, cls: type[Any], effect: Effect) -> dict[str, Any]:
    known = {name: value for name, value in effect.before.items() if name in recorded_columns(cls)}
    row = {"id": effect.row_id, "version": effect.version + 1, **stored(cls, known)}
    if cls is not Restaurant:
        return {**row, "restaurant_id": effect.restaurant_id}
    # Also of restaurants that the person does not read.
    like = select(Restaurant.slug).where(Restaurant.slug.startswith(row["slug"], autoescape=True))
    taken = set(session.connection().scalars(like))
    return {**row, "slug": slugs.unique(row["slug"], taken)} if row["slug"] in taken else row


def _put_back(session: Session, edit: Edit) -> None:
    values = stored(edit.effect.cls, edit.values)
    if isinstance(edit.row, Membership):
        staffing.change_role(session, edit.row, values.pop("role"))
    currency = getattr(edit.row, "currency", "")
    for name, value in values.items():
        setattr(edit.row, name, value)
    if "currency" in values:
        opening.check_currency(session, edit.row, currency)


def _take_out(session: Session, removal: Removal) -> None:
    if removal.row in session.deleted:
        return
    if isinstance(removal.row, Membership):
        staffing.remove(session, removal.row)
    else:
        session.delete(removal.row)


def _require_same_money(session: Session, reversal: Reversal) -> None:
    """Raise Blocked where a price would come back in a currency with other decimal places."""
    priced = [effect for effect in reversal.restores if effect.before.get("price") is not None]
    priced += [edit.effect for edit in reversal.edits if edit.values.get("price") is not None]
    for place, effects in _by_place(effect for effect in priced if effect.cls is MenuItem).items():
        now = session.scalar(select(Restaurant.currency).where(Restaurant.id == place))
        then = _currency_at(session, place, min(effect.last for effect in effects))
        if now and then and money.exponent(now) != money.exponent(then):
            raise Blocked(f"Prices were in {then} then and are in {now} now; type them anew instead.")


def _by_place(effects: Iterable[Effect]) -> dict[int | None, list[Effect]]:
    places: dict[int | None, list[Effect]] = {}
    for effect in effects:
        places.setdefault(effect.restaurant_id, []).append(effect)
    return places


def _currency_at(session: Session, place: int | None, change: int) -> str | None:
    """Return the restaurant's currency as it was at that change, where it has been another since."""
    later = select(Change.before).where(
        Change.kind == Restaurant.__tablename__,
        Change.row_id == place,
        Change.id > change,
        Change.verb == Verb.CHANGED,
        Change.fields.contains(" currency "),
    )
    before = session.scalar(later.order_by(Change.id).limit(1))
    return before["currency"] if before else None
