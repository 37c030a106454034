"""Backups that somebody has tampered with: refused in one line, whatever is in them."""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import browsing


@pytest.fixture
def flask(app):
    """Runs `flask backup …` inside this process."""

    def run(*args):
        for prepare in browsing.before_each_request:
            prepare()
        return app.test_cli_runner().invoke(args=("backup", *map(str, args)))

    return run


@pytest.fixture
def made(flask, tmp_path) -> Path:
    """A backup of the sample data."""
    result = flask("create", tmp_path / "made.zip")
    assert result.exit_code == 0, result.stderr
    return tmp_path / "made.zip"


def _said(path: Path, change: Callable[[Any], Any]) -> None:
    """Write the backup anew with another manifest."""
    with zipfile.ZipFile(path) as old:
        manifest, database = json.loads(old.read("manifest.json")), old.read("database")
    changed = change(manifest)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr(
            "manifest.json", changed if isinstance(changed, str) else json.dumps(changed or manifest)
        )
        new.writestr("database", database)


def _header(path: Path, offset: int, value: int) -> None:
    """Set two bytes of each file's header, in both places where a zip has one."""
    data = bytearray(path.read_bytes())
    for mark, shift in ((b"PK\3\4", 0), (b"PK\1\2", 2)):
        place = data.find(mark)
        while place >= 0:
            struct.pack_into("<H", data, place + offset + shift, value)
            place = data.find(mark, place + 4)
    path.write_bytes(data)


_ENCRYPTED, _METHOD = 6, 8

FORGERIES: dict[str, Callable[[Path], None]] = {
    "encrypted": lambda path: _header(path, _ENCRYPTED, 1),
    "another method": lambda path: _header(path, _METHOD, 97),
    "too deep": lambda path: _said(path, lambda _: "[" * 200_000 + "]" * 200_000),
    "too long": lambda path: _said(path, lambda manifest: json.dumps(manifest) + " " * (1 << 23)),
    "a list of tables": lambda path: _said(path, lambda m: m["contents"].update(tables=[])),
    "a list as revision": lambda path: _said(path, lambda m: m["contents"].update(revision=["x"])),
    "rows of no number": lambda path: _said(
        path, lambda m: m["contents"]["tables"]["menu"].update(rows=None)
    ),
    "rows of SQL": lambda path: _said(
        path, lambda m: m["contents"]["tables"]["menu"].update(rows="0) OR (0=0")
    ),
    "words that steer a terminal": lambda path: _said(path, lambda m: m.update(made_at="\x1b[2J2026")),
    "a table that steers a terminal": lambda path: _said(
        path, lambda m: m["contents"]["tables"].update({"\x1b[2J": {"rows": 0, "sha256": ""}})
    ),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
@pytest.mark.parametrize("command", ["verify", "restore"])
def test_a_forged_backup_is_refused_in_one_line(flask, made, forge, command):
    forge(made)

    result = flask(command, made)

    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(r".* is no backup of Carte, or it is damaged\.\n", result.stderr)


def test_an_encrypted_database_beside_a_plain_manifest(flask, made):
    data = bytearray(made.read_bytes())
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.rfind(mark) + offset] |= 1
    made.write_bytes(data)

    result = flask("verify", made)

    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(r".* is damaged: .*\n", result.stderr)


def test_what_else_is_in_the_file_is_written_nowhere(flask, made, tmp_path):
    with zipfile.ZipFile(made, "a") as archived:
        archived.writestr("../slipped", "x")
        archived.writestr(str(tmp_path / "slipped"), "x")

    assert flask("verify", made).exit_code == 0
    assert not list(tmp_path.rglob("slipped"))
    assert not (tmp_path.parent / "slipped").exists()


def test_no_backup_is_written_through_a_link(flask, tmp_path):
    (tmp_path / "link.zip").symlink_to(tmp_path / "elsewhere.zip")

    result = flask("create", tmp_path / "link.zip")

    assert "exists already and stays as it is" in result.stderr
    assert not (tmp_path / "elsewhere.zip").exists()
