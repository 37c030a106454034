"""The history as a page tells it, and the acts that a test makes through the real forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models import Change
from tests.support.browsing import post
from tests.support.pages import Page
from tests.support.rows import Rows, row_id

HISTORY = "/admin/history/"

_LISTS = {"menu_item": "items", "section": "sections", "menu": "menus", "restaurant": "restaurants"}


def said(page: Page | TestResponse) -> list[str]:
    """Return the sentences of a page, in order, without the buttons beside them."""
    page = page if isinstance(page, Page) else Page(page)
    return [text for _, text in page.all("data-verb")]


def told(client: FlaskClient, query: str = "") -> list[str]:
    """Return the sentences of the history that this person reads."""
    answer = client.get(f"{HISTORY}?{query}")
    assert answer.status_code == 200
    return said(answer)


def edit(client: FlaskClient, row: Any, **typed: Any) -> TestResponse:
    """Save a row's form, with these fields typed."""
    path = f"/admin/{_LISTS[row.__tablename__]}/edit/?id={row_id(row)}"
    return post(client, path, {**Page(client.get(path)).fields(), **typed})


def cell(client: FlaskClient, row: Any, **typed: str) -> TestResponse:
    """Save one cell of a row, seen as it is."""
    path = f"/admin/{_LISTS[row.__tablename__]}/ajax/update/"
    return post(client, path, {"list_form_pk": row_id(row), "row_version": row.version, **typed})


def delete(client: FlaskClient, row: Any) -> TestResponse:
    """Delete a row with all that is below it, as its page asks to."""
    path = f"/admin/{_LISTS[row.__tablename__]}"
    asked = Page(client.get(f"{path}/deletion/?id={row_id(row)}"))
    return post(client, f"{path}/delete/", asked.fields())


def newest(rows: Rows, row: Any = None, **marks: Any) -> Change:
    """Return the newest change, of a row or with such marks where they are given."""
    rows.session.rollback()
    query = select(Change).order_by(Change.id.desc()).filter_by(**marks)
    if row is not None:
        query = query.where(Change.kind == row.__tablename__, Change.row_id == row_id(row))
    return rows.session.scalars(query.limit(1)).one()


def undo_path(act: UUID) -> str:
    """Return where the undo of an act is posted to."""
    return f"{HISTORY}acts/{act}/reversal"


def change_path(change: Change) -> str:
    """Return where the undo of one change is posted to."""
    return f"{HISTORY}changes/{change.id}/reversal"


def undo(client: FlaskClient, act: UUID, **choice: str) -> TestResponse:
    """Undo an act."""
    return post(client, undo_path(act), choice)
