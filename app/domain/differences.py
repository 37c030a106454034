"""What is new in a text, so that a reader's eye finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

#: Texts of more words than this are compared line by line, for that takes the square of the time.
_MOST_WORDS = 1000

_WORDS, _LINES = re.compile(r"\S+\s*|\s+"), re.compile(r"[^\n]*\n|[^\n]+")


def marked(base: str, text: str) -> Iterator[tuple[bool, str]]:
    """Yield `text` in runs, each with whether `base` lacks it; joined, they are `text` again.

    Several lines are compared line by line, a single one word by word.
    """
    several = "\n" in base or "\n" in text
    split = _LINES if several or max(len(base.split()), len(text.split())) > _MOST_WORDS else _WORDS
    old, new = split.findall(base), split.findall(text)
    for kind, _from, _to, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if start < end:
            yield kind != "equal", "".join(new[start:end])
