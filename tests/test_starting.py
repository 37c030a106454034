from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import pytest

from app import starting
from app.domain.variables import SettingError


def command(name: str, **options: object) -> click.Context:
    context = click.Context(click.Command(name), info_name=name)
    context.params = options
    return context


def test_the_options_of_flask_run() -> None:
    with command("run", host="127.0.0.1", port=5001):
        assert starting.is_flask_run()
        assert (starting.flask_run("host"), starting.flask_run("port")) == ("127.0.0.1", "5001")
        assert starting.flask_run("cert") == ""


def test_any_other_start_is_none_of_it() -> None:
    assert not starting.is_flask_run()
    with command("routes", port=5001):
        assert not starting.is_flask_run()


def test_a_token_is_left_to_the_reloaders_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(starting.TOKEN, "")
    assert starting.new_token() == os.environ[starting.TOKEN] == ""
    with command("run", port=5001):
        assert starting.new_token() == os.environ[starting.TOKEN] != ""


def test_the_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "secret_key"

    assert starting.kept_key(path) == starting.kept_key(path) == path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_many_first_starts_agree_on_one_key(tmp_path: Path) -> None:
    for round_ in range(20):
        path = tmp_path / str(round_) / "secret_key"
        with ThreadPoolExecutor(8) as starts:
            keys = list(starts.map(starting.kept_key, [path] * 8))
        assert len(set(keys)) == 1
        assert len(keys[0]) == 64


def test_an_empty_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.touch()

    with pytest.raises(SettingError, match=r"SECRET_KEY.*delete the file"):
        starting.kept_key(path)
