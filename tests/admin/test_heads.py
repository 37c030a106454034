"""Whoever asks for the head of a page changes nothing by that."""

from __future__ import annotations

from sqlalchemy import select

from app.models import Change, MenuItem


def test_the_head_of_a_restoration_restores_nothing(sign_in, post, rows, session):
    olga, fries = sign_in("olga"), rows.item().id
    for version, price in ((1, "3.00"), (2, "4.00")):
        post(olga, f"/admin/items/edit/?id={fries}", {"row_version": version, "price": price})
    of_fries = select(Change.id).where(Change.kind == "menu_item", Change.row_id == fries)
    created = session.scalars(of_fries.order_by(Change.id)).first()
    address = f"/admin/history/changes/{created}/restoration"

    answers = [olga.open(address, method=method) for method in ("GET", "HEAD")]

    assert [(answer.status_code, answer.location) for answer in answers] == [(200, None)] * 2
    session.expire_all()
    assert session.get_one(MenuItem, fries).price == 400
