"""The two locks: what setup.cfg asks for, pinned and hashed, from wherever the installer looks."""

from __future__ import annotations

import configparser
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")


@cache
def setup() -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",))
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def requirements(section: str, option: str) -> list[Requirement]:
    return [Requirement(line) for line in setup()[section][option].splitlines() if line.strip()]


def wanted(lock: str) -> list[Requirement]:
    runtime = requirements("options", "install_requires")
    return (
        runtime if lock == "requirements.txt" else [*runtime, *requirements("options.extras_require", "dev")]
    )


@cache
def entries(lock: str) -> dict[str, tuple[Requirement, int]]:
    """Return each pinned project with the number of its hashes."""
    text = re.sub(r"^\s*#.*$", "", (ROOT / lock).read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found: dict[str, tuple[Requirement, int]] = {}
    for line in filter(str.strip, text.splitlines()):
        words, *hashes = line.split(" --hash=")
        requirement = Requirement(words.strip())
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", digest) for digest in hashes), line[:80]
        found[canonicalize_name(requirement.name)] = (requirement, len(hashes))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_satisfies_setup_cfg(lock):
    for requirement in wanted(lock):
        pinned, _ = entries(lock)[canonicalize_name(requirement.name)]
        (pin,) = pinned.specifier
        assert requirement.specifier.contains(pin.version), f"{lock} has {pinned}; bin/lock renews it"


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_to_one_version_with_hashes(lock):
    for name, (requirement, hashes) in entries(lock).items():
        (pin,) = requirement.specifier
        assert pin.operator == "==", name
        assert "*" not in pin.version, name
        assert hashes > 0, f"{name} has no hash"


@pytest.mark.parametrize("lock", LOCKS)
def test_no_index_is_named(lock):
    text = (ROOT / lock).read_text()

    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash)", text, flags=re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_says_how_to_renew_it(lock):
    assert "bin/lock" in (ROOT / lock).read_text().splitlines()[1]
    assert (ROOT / "bin" / "lock").stat().st_mode & 0o111


def test_the_developers_lock_has_the_same_pins_and_more():
    production, development = entries("requirements.txt"), entries("requirements-dev.txt")

    assert {name: development[name] for name in production} == production
    assert len(development) > len(production)


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14", "3.15"])
def test_one_lock_serves_every_python(version):
    environment = {**default_environment(), "python_version": version, "python_full_version": f"{version}.0"}
    names = {
        canonicalize_name(requirement.name) for requirement in requirements("options", "install_requires")
    }
    there = {
        name
        for name, (requirement, _) in entries("requirements.txt").items()
        if requirement.marker is None or requirement.marker.evaluate(environment)
    }

    assert names <= there


def test_constraints_of_pyproject_hold():
    constraints = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"][
        "constraint-dependencies"
    ]
    for constraint in map(Requirement, constraints):
        (pin,) = entries("requirements.txt")[canonicalize_name(constraint.name)][0].specifier
        assert constraint.specifier.contains(pin.version)
