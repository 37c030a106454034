"""Whatever Carte says is said in each of its languages, by files that are made from one."""

from __future__ import annotations

import ast
import html
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment

from app.current import LANGUAGES
from app.domain.errors import Refusal
from tests.support.needs import ROOT

sys.path.insert(0, str(ROOT / "bin"))

import translating

#: What an expression and what a tag of HTML leave behind, where only the words of a template are looked at.
_VALUE, _TAG = "\0", "\1"
_SILENT = re.compile(r"<!--.*?-->|<(script|style|kbd|code|svg)\b.*?</\1>", re.DOTALL)
_SPOKEN = re.compile(r'\s(?:aria-label|title|placeholder|alt|data-confirm|data-label)="([^"]*)"')
_MARKUP = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')
#: Names that are the same in every language; the style guide shows names of classes besides.
_NAMES = {"Carte", "· Carte"}
_STYLE_NAMES = {"USD", "America/Los_Angeles", "Entree", "Dessert"}

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


def _refusals(cls: type[Refusal] = Refusal) -> Iterator[str]:
    yield cls.__name__
    for each in cls.__subclasses__():
        yield from _refusals(each)


def _put_together(source: str) -> Iterator[str]:
    """Yield each sentence that is filled in where it is handed to what translates it later, or a refusal."""
    takers = {"gettext", "lazy_gettext", "gettext_noop", "_", "Phrase", "PriceError", "StopValidation"}
    takers |= set(_refusals())
    for call in ast.walk(ast.parse(source)):
        name = ast.unparse(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""
        if name in takers:
            yield from (ast.unparse(text) for text in _texts(call.args) if _is_filled(text))


def _texts(taken: Iterable[ast.expr]) -> Iterator[ast.expr]:
    """Yield what is said; what another call makes of it is that call's own."""
    for each in taken:
        yield each
        if isinstance(each, ast.Dict):
            yield from _texts(each.values)
        elif isinstance(each, ast.IfExp):
            yield from _texts((each.body, each.orelse))


def _is_filled(text: ast.expr) -> bool:
    if isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
        return text.func.attr == "format"
    return isinstance(text, (ast.JoinedStr, ast.BinOp))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise NotFound(f"No {x}.")', ["f'No {x}.'"]),
        ('raise errors.Invalid({x: "No %s." % x if x else "None."})', ["'No %s.' % x"]),
        ('StopValidation("No {}.".format(x))', ["'No {}.'.format(x)"]),
        ('raise Blocked(Phrase("%(x)s is gone.", x=f"{a} {b}"))', []),
    ],
)
def test_a_sentence_that_is_put_together_is_noticed(source: str, found: list[str]):
    assert list(_put_together(source)) == found


def test_nothing_is_put_together_within_a_call():
    """A sentence that is filled in before it is translated is none that a translator has seen."""
    paths = (ROOT / "app").rglob("*.py")

    assert {path.name: found for path in paths if (found := list(_put_together(path.read_text())))} == {}


def _plain(template: str) -> Iterator[str]:
    """Yield the words of a template that stand there as they are, and so in English for everybody."""
    parts = []
    for _line, kind, text in Environment().lex(template):
        if kind == "data":
            parts.append(text)
        elif kind in {"variable_begin", "block_begin", "comment_begin"}:
            parts.append(_VALUE)
    page = _SILENT.sub("", "".join(parts))
    yield from re.split(_VALUE, _VALUE.join(_SPOKEN.findall(page)))
    yield from re.split(f"[{_VALUE}{_TAG}\n]", _MARKUP.sub(_TAG, page))


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<a title="Go {{ there }}">{{ _("Go") }}</a>', ["Go"]),
        ("<p>{% if a > b %}More than {{ a }}{% else %}&nbsp;&middot;{% endif %}</p>", ["More than"]),
        ('<p class="{{ "a" if a else "b" }}" data-id="some">{{ _("Kept") }} <kbd>Ctrl</kbd></p>', []),
    ],
)
def test_a_plain_word_of_a_template_is_noticed(template: str, found: list[str]):
    assert [text for text in map(_tidied, _plain(template)) if text] == found


def _tidied(text: str) -> str:
    words = html.unescape(text).strip()
    return words if re.search(r"[^\W\d_]", words) else ""


def test_templates_say_nothing_that_is_not_marked():
    folder, plain = ROOT / "templates", []
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        names = _NAMES | (_STYLE_NAMES if "/style/" in name else set())
        for words in map(_tidied, _plain(path.read_text())):
            is_class = "/style/" in name and words[0:1] in {".", ":", "["}
            if words and words not in names and not is_class:
                plain.append(f"{name}: {words}")

    assert plain == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_language_has_what_scripts_say(language: str, found: Catalog):
    """A script that finds no word says it in English, and nobody notices."""
    text = (translating.WORDS / f"{language}.js").read_text()
    words = json.loads(text[text.index("{") : text.rindex("}") + 1])
    asked = set()
    for path in (ROOT / "app" / "static" / "js").glob("*.js"):
        asked |= set(re.findall(r'(?<![\w.])_\(\s*"((?:[^"\\\\]|\\\\.)*)"', path.read_text()))
        asked |= set(re.findall(r'ngettext\(\s*"((?:[^"\\\\]|\\\\.)*)"', path.read_text()))

    assert asked
    assert asked - set(words) == set()
