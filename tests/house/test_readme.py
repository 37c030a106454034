"""The README is true: its settings, its table of rights, its tree, its links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from app.config import Settings
from app.domain.roles import Action, Role
from app.policies import GRANTS
from tests.architecture import sources

README = sources.text("README.md")

#: Settings that are not Carte's own: `flask`, bin/run and the tests read them.
OF_THE_COMMANDS = {"FLASK_APP", "WEB_CONCURRENCY", "TEST_POSTGRES_URL", "TEST_REDIS_URL"}
#: Everything that makes further settings be read.
FULL = {
    "GOOGLE_OAUTH_CLIENT_ID": "id",
    "GOOGLE_OAUTH_CLIENT_SECRET": "secret",
    "GITHUB_OAUTH_CLIENT_ID": "id",
    "GITHUB_OAUTH_CLIENT_SECRET": "secret",
    "OIDC_CLIENT_ID": "id",
    "OIDC_CLIENT_SECRET": "secret",
    "OIDC_ISSUER": "https://id.example.com",
    "CARTE_ENV": "development",
}


class Recorder(Mapping[str, str]):
    """An environment that notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return FULL[name]

    def __iter__(self) -> Iterator[str]:
        return iter(FULL)

    def __len__(self) -> int:
        return len(FULL)


def _section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_settings_are_those_that_carte_reads(tmp_path):
    environment = Recorder()
    Settings.from_env(environment, instance=tmp_path)
    named = {name for row in _rows(_section("Settings")) for name in re.findall(r"`([A-Z][A-Z_]+)`", row[0])}

    assert named - OF_THE_COMMANDS == environment.asked


@pytest.mark.parametrize("action", Action)
def test_the_table_of_rights_is_the_table_of_grants(action):
    heading, *rows = _rows(_section("Who can do what"))
    (row,) = [row for row in rows if row[1] == f"`{action}`"]
    ticked = {Role(name) for name, cell in zip(heading[2:], row[2:], strict=True) if cell == "✔"}

    assert ticked == {role for role in Role if action in GRANTS[role]}


def test_the_tree_is_the_tree():
    drawn = re.findall(r"^    (\S+)", _section("Where things are"), flags=re.MULTILINE)
    there = {name.partition("/")[0] + ("/" if "/" in name else "") for name in sources.files()}

    assert set(drawn) == there


def test_each_part_of_the_application_is_drawn():
    drawn = re.findall(r"^      (\S+)/ ", _section("Where things are"), flags=re.MULTILINE)
    there = {name.split("/")[1] for name in sources.files() if re.fullmatch(r"app/\w+/.+", name)}

    assert set(drawn) == there


def test_each_file_that_is_named_exists():
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    quoted = re.findall(r"`((?:app|bin|docs|fixtures|tests|migrations)/[\w./-]+)`", README)

    assert [name for name in [*linked, *quoted] if not (sources.ROOT / name).exists()] == []


def test_the_layers_are_those_that_the_tool_checks():
    layers = re.search(r"^layers =\n((?:    .*\n)+)", sources.text("setup.cfg"), flags=re.MULTILINE)
    assert layers
    _, *below = [set(re.findall(r"\w+", line)) for line in layers.group(1).splitlines()]
    chain = re.search(r"edges → ([^.]*)\.", _section("Where things are").replace("\n", " "))
    assert chain

    assert [set(re.findall(r"\w+", part)) for part in chain.group(1).split("→")] == below
