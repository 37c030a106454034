"""What Carte says to people, so that an edge can say it in their language.

Below the edges nobody knows who reads. A sentence without values stands there as plain English, marked for
the translators by `gettext_noop` or by the refusal that takes it; one with values is a `Phrase`, which is
English text and keeps its pattern and its values apart. `app/saying.py` says either in the reader's language.
"""

from __future__ import annotations

from typing import Self


class Phrase(str):
    """An English sentence made of a pattern and values: `Phrase("%(name)s is gone.", name=item.name)`.

    It is a `str` and reads in English wherever nobody translates: in logs, in the audit, at a terminal.
    A value may be a phrase, too, a number, or a tuple: the parts of a list.
    """

    __slots__ = ("pattern", "plural", "values")

    pattern: str
    plural: str
    values: dict[str, object]

    def __new__(cls, pattern: str, **values: object) -> Self:
        """Fill the pattern in; raises KeyError where it names a value that is not given."""
        return cls._made(pattern, "", pattern, values)

    @classmethod
    def _made(cls, pattern: str, plural: str, chosen: str, values: dict[str, object]) -> Self:
        plain = {name: _enumerated(value) for name, value in values.items()}
        made = super().__new__(cls, chosen % plain)
        made.pattern, made.plural, made.values = pattern, plural, values
        return made

    @classmethod
    def counted(cls, one: str, many: str, num: int, **values: object) -> Self:
        """Return the phrase for one or for `num` of something; the patterns know it as `num`."""
        return cls._made(one, many, one if num == 1 else many, {"num": num, **values})


def _enumerated(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def gettext_noop(text: str) -> str:
    """Mark a text for the translators and return it as it is; it is translated where it is read."""
    return text


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """Mark the words for one and for several of something, for the translators and for Phrase.counted."""
    return one, many
