"""A property: from an empty database, replaying all changes gives exactly the rows that are there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.models import Invitation, Membership, Menu, MenuItem, Restaurant, Section
from tests.support.history import as_stored, replayed
from tests.support.town import AT, invitation, session_as

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
MOMENTS = st.none() | st.integers(0, 10**9).map(lambda number: AT + timedelta(microseconds=number))


def pick(session: Session, cls: type[Any], number: int) -> Any:
    rows = session.scalars(select(cls).order_by(cls.id)).all()
    return rows[number % len(rows)] if rows else None


def rename(session: Session, number: int, text: str, _moment: Any) -> None:
    for cls in (Restaurant, Menu, Section, MenuItem):
        if row := pick(session, cls, number):
            row.name = text


def edit(session: Session, number: int, text: str, moment: Any) -> None:
    if item := pick(session, MenuItem, number):
        item.description, item.price = text, number or None
        item.sold_out_at, item.sold_out_by_id = moment, number % 7 + 1 if moment else None


def move(session: Session, number: int, _text: str, _moment: Any) -> None:
    item = pick(session, MenuItem, number)
    sections = select(Section).where(Section.restaurant_id == item.restaurant_id) if item else None
    if sections is not None:
        *_, item.section = session.scalars(sections.order_by(Section.id))


def grow(session: Session, number: int, text: str, _moment: Any) -> None:
    if place := pick(session, Restaurant, number):
        item = MenuItem(name=text, price=number)
        session.add(Menu(name=text, restaurant=place, sections=[Section(name=text, items=[item])]))


def shrink(session: Session, number: int, text: str, _moment: Any) -> None:
    if row := pick(session, (MenuItem, Section, Menu)[number % 3], number):
        row.name = text
        with session.no_autoflush:
            session.delete(row)


def close(session: Session, number: int, _text: str, _moment: Any) -> None:
    if number % 5 == 0 and (place := pick(session, Restaurant, number)):
        session.delete(place)


def staff(session: Session, number: int, _text: str, moment: Any) -> None:
    if member := pick(session, Membership, number):
        member.role = ("owner", "manager", "staff", "viewer")[number % 4]
    if asked := pick(session, Invitation, number):
        asked.revoked_at = moment
    if place := pick(session, Restaurant, number):
        last = session.scalar(select(Invitation.id).order_by(Invitation.id.desc())) or 0
        session.add(invitation(place, "staff", f"token {last}"))


def flush(session: Session, *_given: Any) -> None:
    session.flush()


def expire(session: Session, *_given: Any) -> None:
    session.flush()
    session.expire_all()


def give_up(session: Session, number: int, text: str, moment: Any) -> None:
    savepoint = session.begin_nested()
    edit(session, number, text, moment)
    grow(session, number, text, moment)
    session.flush()
    savepoint.rollback()


STEPS = (rename, edit, edit, move, grow, shrink, close, staff, flush, expire, give_up)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 60), TEXTS, MOMENTS), max_size=12))
def test_history_replayed_is_what_is_there(engine: Engine, steps: list[Any]) -> None:
    with session_as(engine, "operator") as session:
        for step, number, text, moment in steps:
            step(session, number, text, moment)
        session.flush()

        assert replayed(session) == as_stored(session)
