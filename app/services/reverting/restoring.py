"""Bringing rows back that are gone, past the ORM.

The ORM would begin again at version 1, and a page that had the row open before it was deleted could
then overwrite what comes after. What it does not let the person read counts here, too: a later
deletion, whose version must not be given twice, and the slugs of all restaurants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.domain import slugs
from app.models import Change, Restaurant
from app.models.history import RECORDED, Verb, recorded_columns, stored
from app.services import recording
from app.services.reverting.effects import Effect, Key
from app.services.reverting.later import by_kind


def as_they_went(session: Session, effects: Sequence[Effect]) -> list[Effect]:
    """Return the deletions of rows that are gone, each as the last one: a row may have been back since.

    One that is back, out of the person's sight, is left out.
    """
    found: dict[Key, Any] = {}
    for kind, numbers in by_kind(effect.key for effect in effects):
        newest = select(func.max(Change.id)).where(Change.kind == kind, Change.row_id.in_(numbers))
        lines = select(*Change.__table__.columns).where(Change.id.in_(newest.group_by(Change.row_id)))
        found |= {(kind, line.row_id): line for line in session.connection().execute(lines)}
    return [_as_it_went(each, found[each.key]) for each in effects if found[each.key].verb == Verb.DELETED]


def bring_back(session: Session, effects: Sequence[Effect]) -> None:
    """Insert the rows under their old numbers, each a version further, and record them; parents first."""
    for kind, cls in RECORDED.items():
        _insert(session, cls, [effect for effect in effects if effect.kind == kind])


def has_slug(session: Session, slug: str) -> bool:
    """Tell whether any restaurant has this slug, also one that the person does not read."""
    return session.connection().scalar(select(Restaurant.id).where(Restaurant.slug == slug)) is not None


def _as_it_went(effect: Effect, line: Any) -> Effect:
    if line.id <= effect.last:
        return effect
    return replace(
        effect,
        name=line.name,
        menu_id=line.menu_id,
        version=line.version,
        first=line.id,
        last=line.id,
        act=line.act,
        by_id=line.by_id,
        before=line.before,
    )


def _insert(session: Session, cls: type[Any], effects: list[Effect]) -> None:
    # One statement takes rows of the same columns; an old line may lack one that has come since.
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for effect in effects:
        row = _row(session, cls, effect)
        alike.setdefault(tuple(row), []).append(row)
    for rows in alike.values():
        session.connection().execute(insert(cls), rows)
    about = {effect.row_id: {"name": effect.name, "menu_id": effect.menu_id} for effect in effects}
    recorded = [{**about[row["id"]], **row} for rows in alike.values() for row in rows]
    recording.record_new(session, cls, recorded, Verb.RESTORED)


def _row(session: Session, cls: type[Any], effect: Effect) -> dict[str, Any]:
    known = {name: effect.before[name] for name in recorded_columns(cls) if name in effect.before}
    row = {"id": effect.row_id, "version": effect.version + 1, **stored(cls, known)}
    if cls is not Restaurant:
        return {**row, "restaurant_id": effect.restaurant_id}
    if not has_slug(session, row["slug"]):
        return row
    like = select(Restaurant.slug).where(Restaurant.slug.startswith(row["slug"], autoescape=True))
    return {**row, "slug": slugs.unique(row["slug"], set(session.connection().scalars(like)))}
