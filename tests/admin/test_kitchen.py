"""The kitchen page: who opens it, what it shows, and what a tap does."""

from __future__ import annotations

from tests.support.pages import Page


def test_sam_sees_every_dish(sign_in):
    answer = sign_in("sam").get("/admin/kitchen/")
    assert answer.status_code == 200
    print(len(answer.data))
    print(answer.text[2000:])
    assert Page(answer).ids
