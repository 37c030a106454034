"""What is new in a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.differences import marked


def test_what_is_new_is_marked_word_by_word():
    assert list(marked("Crisp, salted, hot.", "Crisp, unsalted, hot.")) == [
        (False, "Crisp, "),
        (True, "unsalted, "),
        (False, "hot."),
    ]
    assert list(marked("", "New")) == [(True, "New")]
    assert list(marked("Old", "")) == []


def test_several_lines_are_marked_line_by_line():
    lines = [f"line {number} of many words" for number in range(500)]
    changed = [*lines[:250], "another line", *lines[251:]]

    runs = list(marked("\n".join(lines), "\n".join(changed)))

    assert [text for new, text in runs if new] == ["another line\n"]


@given(st.text(), st.text())
def test_nothing_of_the_text_is_lost(base, text):
    assert "".join(run for _new, run in marked(base, text)) == text
