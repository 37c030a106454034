"""Whatever Carte says is said in each of its languages, by files that are made from one."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from app.current import LANGUAGES
from tests.support.needs import ROOT

sys.path.insert(0, str(ROOT / "bin"))

import translating

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TRANSLATED = [
    pytest.param(translating.TRANSLATIONS / language / "LC_MESSAGES" / "messages.po", id=language)
    for language in LANGUAGES[1:]
]


@pytest.fixture(scope="module")
def found() -> Catalog:
    return translating.collected()


def test_the_languages_are_those_of_the_folder():
    folders = {path.name for path in translating.TRANSLATIONS.iterdir()}

    assert folders == set(LANGUAGES[1:])


@pytest.mark.parametrize("path", TRANSLATED)
def test_every_message_is_translated(path: Path, found: Catalog):
    missing = translating.untranslated(translating.updated(path, found))

    assert not [message.id for message in missing], "run bin/translate, and translate what it names"


@pytest.mark.parametrize("path", TRANSLATED)
def test_the_files_are_those_that_bin_translate_writes(path: Path, found: Catalog):
    made = translating.files_of(path, translating.updated(path, found))

    assert {file.name: file.read_bytes() == content for file, content in made.items()} == dict.fromkeys(
        [file.name for file in made], True
    ), "run bin/translate"


@pytest.mark.parametrize("path", TRANSLATED)
def test_a_translation_names_the_values_of_its_message(path: Path, found: Catalog):
    for message in translating.updated(path, found):
        forms = message.string if message.pluralizable else (message.string,)
        ids = message.id if message.pluralizable else (message.id,)
        values = {name for text in ids for name in PLACEHOLDER.findall(text)}
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) <= values, message.id
            # The number may be said in a word.
            assert values - set(PLACEHOLDER.findall(form)) <= {"num"}, message.id


def test_nothing_is_put_together_within_a_call():
    """A sentence that is filled in before it is translated is none that a translator has seen."""
    filled = re.compile(r"(?:gettext(?:_noop)?|Phrase|\b_)\(\s*f[\"']")
    folder = ROOT / "app"

    assert [path.name for path in folder.rglob("*.py") if filled.search(path.read_text())] == []
