"""A form that is refused as a whole hands back what was typed into it."""

from __future__ import annotations

import re

import pytest

from tests.support.pages import Page
from tests.support.rows import FOREIGN, MISSING, Rows

_STORY = "Crisp,\r\n<b>salted</b>, gone in a minute."


@pytest.fixture
def rows(session) -> Rows:
    return Rows(session)


@pytest.fixture
def mia(app, sign_in):
    return sign_in("mia")


def _typed(client, row) -> dict[str, str]:
    sent = Page(client.get(f"/admin/items/edit/?id={row.id}")).fields()
    return {**sent, "description": _STORY, "price": "3.50"}


def _handed_back(answer) -> list[str]:
    return [text for _, text in Page(answer).all("data-typed-before")]


_WORDS = ["Crisp, <b>salted</b>, gone in a minute.", "3.50"]


def test_a_row_that_was_deleted_meanwhile(mia, post, rows: Rows):
    item = rows.item()
    number, sent = item.id, _typed(mia, item)
    rows.session.delete(item)

    answer = post(mia, f"/admin/items/edit/?id={number}", sent)

    assert answer.status_code == 404
    assert _handed_back(answer) == _WORDS
    assert "<b>salted" not in answer.text


def test_a_foreign_row_and_a_missing_one_still_look_alike(mia, post, rows: Rows):
    sent = _typed(mia, rows.item())
    answers = [
        post(mia, f"/admin/items/edit/?id={number}", sent).text for number in (rows.item(FOREIGN).id, MISSING)
    ]

    one, other = (
        re.sub(r'name="csrf-token" content="[^"]+"', "", re.sub(r'value="[^"]{60,}"', "", text))
        for text in answers
    )
    assert one == other


def test_a_session_that_is_over(mia, post, rows: Rows):
    sent = _typed(mia, rows.item())
    with mia.session_transaction() as cookie:
        cookie["_user_id"] = "over"

    answer = post(mia, f"/admin/items/edit/?id={rows.item().id}", sent)

    assert (answer.status_code, _handed_back(answer)) == (401, _WORDS)


def test_another_site_puts_no_words_on_a_page_of_ours(mia, rows: Rows):
    answer = mia.post(f"/admin/items/edit/?id={rows.item().id}", data=_typed(mia, rows.item()))

    assert (answer.status_code, _handed_back(answer)) == (400, [])
    assert "salted" not in answer.text


def test_what_was_left_alone_is_no_news(mia, post, rows: Rows):
    sent = Page(mia.get(f"/admin/items/edit/?id={rows.item().id}")).fields()

    assert _handed_back(post(mia, f"/admin/items/edit/?id={MISSING}", sent)) == []
