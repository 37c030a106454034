from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import text


@given(st.text())
def test_tidy_text_stays_as_it_is(words: str) -> None:
    once = text.tidy(words)

    assert text.tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff")))
def test_whatever_can_be_written_can_be_stored(words: str) -> None:
    assert text.fault(text.tidy(words), most=10_000) is None


def test_two_ways_to_type_one_word_are_one() -> None:
    assert text.tidy(" Cafe\u0301 ") == text.tidy("Caf\u00e9") == "Caf\u00e9"


def test_line_ends_are_one_kind() -> None:
    assert text.tidy("a\r\nb\rc\n") == "a\nb\nc"


@pytest.mark.parametrize(
    "words",
    ["فلافل", "שווארמה\u200f", "क्षीर", "Q\u0323\u0307", "👩\u200d🍳", "Zürich 🍔", "a\u200cb", "日本酒"],
)
def test_names_of_the_world_are_kept(words: str) -> None:
    assert text.tidy(words) == words
    assert text.fault(words, most=20) is None


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\ufffe", "\uffff"])
@pytest.mark.parametrize("lines", [True, False])
def test_what_no_database_or_page_can_hold_is_refused(character: str, lines: bool) -> None:
    assert text.fault(f"a{character}b", most=10, lines=lines)


def test_no_printable_character_is_one_of_them() -> None:
    printable = filter(str.isprintable, map(chr, range(sys.maxunicode + 1)))
    assert [character for character in printable if text._unprintable(character, lines=False)] == []


@pytest.mark.parametrize("character", ["\n", "\t"])
def test_line_breaks_belong_to_descriptions_alone(character: str) -> None:
    assert text.fault(f"a{character}b", most=10)
    assert text.fault(f"a{character}b", most=10, lines=True) is None


def test_length_counts_characters_as_the_column_does() -> None:
    assert text.fault("🍔" * 160, most=160) is None
    assert text.fault("🍔" * 161, most=160) == "At most 160 characters, please; this has 161."
