"""The roles page says what the table of grants says."""

from __future__ import annotations

import re

from app.domain.duties import DUTIES, IN_WORDS
from app.domain.roles import Action, Role
from app.policies import GRANTS
from tests.support.pages import Page


def marks(page: Page, words: str) -> list[bool]:
    """Return whether each role has a tick in the row of these words."""
    texts = [(tag, " ".join("".join(text).split())) for tag, _, text in page.elements]
    start = texts.index(("th", words))
    ticks = [text.endswith("yes") for tag, text in texts[start:] if tag == "td"][: len(Role) + 1]
    assert ticks.pop(), "administrators may do everything"
    return ticks


def test_every_action_has_its_words():
    assert set(DUTIES) == set(IN_WORDS) == set(Action)


def test_the_page_is_the_table(sign_in):
    page = Page(sign_in("vic").get("/admin/roles/"))

    for action, words in DUTIES.items():
        assert marks(page, words) == [action in GRANTS[role] for role in tuple(Role)[::-1]], action


def test_a_change_of_the_table_is_a_change_of_the_page(sign_in, monkeypatch):
    monkeypatch.setitem(GRANTS, Role.VIEWER, GRANTS[Role.VIEWER] | {Action.READ_AUDIT})

    page = Page(sign_in("vic").get("/admin/roles/"))

    assert marks(page, DUTIES[Action.READ_AUDIT]) == [True, False, False, True]


def test_it_names_the_fields(sign_in):
    text = sign_in("sam").get("/admin/roles/").text

    for label in ("Description, Name, Price, Sold out", "Currency", "Role", "Position, Section"):
        assert label in text, label
    for hidden in ("token", "Token", "restaurant_id", "Slug"):
        assert hidden not in re.sub(r"csrf.token|js/token\.js", "", text)
