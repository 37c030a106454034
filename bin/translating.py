"""Collect the words of Carte: the second half of bin/translate, under the environment's Python.

A language has one messages.po, which people translate. messages.mo beside it is what Flask-Babel reads,
and static/js/words/<language>.js what its pages' scripts read; both are made from it.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from environment import ROOT

TRANSLATIONS = ROOT / "app" / "translations"
WORDS = ROOT / "app" / "static" / "js" / "words"

#: What takes a text for people: functions of flask_babel, marks of app/domain/words.py, refusals.
_TAKERS = ("lazy_gettext", "gettext_noop", "Phrase", "PriceError")
_REFUSALS = (
    *("AccountTaken", "Blocked", "Forbidden", "Homeless", "InvitationOver", "LinkOutdated", "Malformed"),
    *("NotFound", "SignInDenied", "SignInFailed", "SignInNeeded", "SignInTooOld"),
)
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys((*_TAKERS, *_REFUSALS)),
    "counted": (1, 2),
    "ngettext_noop": (1, 2),
    "lazy_ngettext": (1, 2),
}
_PYTHON = [("**.py", "python")]
_TEMPLATES = [("**.html", "jinja2"), ("**.txt", "jinja2")]
_SCRIPTS = [("js/words/**", "ignore"), ("**.js", "javascript")]
_SOURCES = (
    (ROOT / "app", _PYTHON),
    (ROOT / "templates", _TEMPLATES),
    (ROOT / "app" / "static", _SCRIPTS),
)
_LOUD = {"silent": "false"}
_OPTIONS = {"**.html": _LOUD, "**.txt": _LOUD}


def main() -> None:
    """Bring every language up to date; exits with 1 and their number where messages are missing."""
    found = collected()
    missing = 0
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        catalog = updated(path, found)
        for made, content in files_of(path, catalog).items():
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_bytes(content)
        for message in untranslated(catalog):
            print(f"{catalog.locale_identifier}: {message.id!r}")
            missing += 1
    if missing:
        sys.exit(f"{missing} messages are not translated.")


def collected() -> Catalog:
    """Return every message of the code, the templates and the scripts, with the files it stands in."""
    catalog = Catalog(project="Carte", charset="utf-8")
    for folder, methods in _SOURCES:
        rows = extract_from_dir(
            folder, methods, _OPTIONS, _KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        for name, _line, message, comments, context in rows:
            place = (folder / name).relative_to(ROOT).as_posix()
            catalog.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalog


def updated(path: Path, found: Catalog) -> Catalog:
    """Return the translations in `path` for the messages found now; what is said no more is left out."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parts[-3])
    catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def untranslated(catalog: Catalog) -> list[Message]:
    """Return the messages that have no translation, or not one for each of their forms."""
    return [message for message in catalog if message.id and not _is_whole(message)]


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (list, tuple)) else bool(message.string)


def files_of(path: Path, catalog: Catalog) -> dict[Path, bytes]:
    """Return the content of each file that a language has."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=110, sort_by_file=True, include_lineno=False)
    write_mo(mo, catalog)
    script = WORDS / f"{path.parts[-3]}.js"
    return {path: po.getvalue(), path.with_suffix(".mo"): mo.getvalue(), script: _script(catalog)}


def _script(catalog: Catalog) -> bytes:
    words = {
        message.id[0] if message.pluralizable else message.id: message.string
        for message in catalog
        if message.id and any(place.endswith(".js") for place, _line in message.locations)
    }
    content = json.dumps(words, ensure_ascii=False, indent=2, sort_keys=True)
    return f"// Made by bin/translate from messages.po.\nexport default {content};\n".encode()


if __name__ == "__main__":
    main()
