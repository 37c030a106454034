"""Paths of this site, as a page or an address asks to be led on to."""

from __future__ import annotations

import re


def is_local(text: str, *, prefix: str = "/") -> bool:
    """Tell whether `text` is a path of ours below `prefix`, and nothing that browsers mend into more.

    To a browser a second slash at the start, or a backslash, names another host; it drops tabs and
    line ends, and takes `/..//` for `//`.
    """
    if not (text.isascii() and text.isprintable()) or "\\" in text or " " in text:
        return False
    path = re.split("[?#]", text, maxsplit=1)[0]
    # Two dots, in either spelling, lead out again of what the prefix promises.
    leaves = ".." in re.sub("(?i)%2e", ".", path).split("/")
    return text.startswith(prefix) and "//" not in path and not leaves
