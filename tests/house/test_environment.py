"""What bin/run and bin/test do before anything is installed."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("environment_under_test", ROOT / "bin" / "environment.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "requirements-dev.txt").write_text("")
    return module


def test_a_python_that_is_too_old_is_named_with_what_is_needed(environment, monkeypatch):
    monkeypatch.setattr(environment, "OLDEST", (99, 0))

    with pytest.raises(SystemExit) as refused:
        environment.ensure("requirements.txt")

    assert "3.11 or newer" in str(refused.value)
    assert ".".join(map(str, sys.version_info[:3])) in str(refused.value)
    assert not environment.VENV.exists()


@pytest.mark.parametrize("name", ["bin/run", "bin/test", "bin/environment.py"])
def test_an_old_python_can_read_as_far_as_that_message(name):
    ast.parse((ROOT / name).read_text(), feature_version=(3, 7))


@pytest.mark.slow
def test_an_environment_is_made_once_and_anew_when_its_python_has_gone(environment, capfd):
    assert environment.ensure("requirements-dev.txt").exists()
    assert "Installing what requirements-dev.txt names" in capfd.readouterr().err

    environment.ensure("requirements-dev.txt")
    environment.ensure("requirements.txt")
    assert capfd.readouterr().err == ""

    environment.PYTHON.unlink()
    environment.PYTHON.symlink_to("/nowhere/python")
    environment.ensure("requirements.txt")
    assert "Installing" in capfd.readouterr().err
    assert environment.PYTHON.exists()


def test_a_package_that_cannot_be_had_ends_the_start_in_one_line(environment, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    missing = f"gone @ {(tmp_path / 'gone-1-py3-none-any.whl').as_uri()} --hash=sha256:{'0' * 64}\n"
    (tmp_path / "requirements.txt").write_text(missing)

    with pytest.raises(SystemExit, match="Not everything could be installed"):
        environment.ensure("requirements.txt")

    assert not (tmp_path / ".venv").exists()
