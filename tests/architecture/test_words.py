"""The repository speaks of Carte alone."""

from __future__ import annotations

import re

import pytest

from tests.architecture import sources

#: Put together from parts, so that this file does not name what it looks for.
_FOREIGN = {
    "a folder of somebody's machine": re.compile(
        "(?<![a-z.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me"]) + r")/\w"
    ),
    "a package host": re.compile(
        "|".join(["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.(?:org|com)", "deb" + r"ian\.org"])
    ),
    "unfinished work": re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b"),
}
_BINARY = (".mo", ".png", ".ico", ".xlsx", ".woff2", ".jpg", ".webp")


@pytest.mark.parametrize("what", _FOREIGN)
def test_no_file_names(what):
    found = [
        f"{name}: {match.group(0)}"
        for name in sources.files()
        if not name.endswith(_BINARY)
        for match in _FOREIGN[what].finditer(sources.text(name))
    ]

    assert found == []
