"""`flask fixtures`: what it prints, where, and how it ends."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from app.models import MenuItem, Restaurant
from tests.support import browsing, running
from tests.support.needs import ROOT


@pytest.fixture
def flask(bare_app):
    """Runs a command inside this process, on a database without rows."""

    def run(*args):
        for prepare in browsing.before_each_request:
            prepare()
        return bare_app.test_cli_runner().invoke(args=args)

    return run


def lines(result):
    return [line.split("\t") for line in result.stdout.splitlines()]


def test_list_names_the_samples_without_a_database(flask):
    result = flask("fixtures", "list")

    assert result.exit_code == 0
    assert lines(result)[0] == ["urban-burger", "Urban Burger", "9"]
    assert len(lines(result)) == 9


def test_load_fills_an_empty_database(flask, bare_session):
    result = flask("fixtures", "load")

    assert result.exit_code == 0
    assert lines(result)[0] == ["restaurant", "urban-burger", "15", "0", "0", "0", "0"]
    assert lines(result)[-1] == ["people", "-", "12", "0", "0", "0", "0"]
    assert "Loaded 9 restaurants with 48 items" in result.stderr
    assert bare_session.scalar(select(func.count(MenuItem.id))) == 48


def test_load_of_one_sample_brings_its_people(flask):
    flask("fixtures", "load", "panda-garden")

    assert [line[1:] for line in lines(flask("people", "list"))] == [
        ["Stan Novak", "stan@example.com", "-", "active", "panda-garden:owner"]
    ]


def test_reset_is_what_undoes_an_edit(flask, bare_session):
    flask("fixtures", "load")
    bare_session.scalars(select(MenuItem).where(MenuItem.name == "French Fries")).one().price = 325

    kept = flask("fixtures", "load")
    assert bare_session.scalars(select(MenuItem.price).where(MenuItem.name == "French Fries")).one() == 325
    assert "1 kept as people left them" in kept.stderr

    flask("fixtures", "load", "urban-burger", "--reset")
    assert bare_session.scalars(select(MenuItem.price).where(MenuItem.name == "French Fries")).one() == 299


def test_load_takes_a_file_and_a_folder(flask, bare_session, tmp_path):
    path = tmp_path / "menu.csv"
    path.write_text("restaurant,item,course,price\nSoup Bar,Broth,,$.99\n")

    assert flask("fixtures", "load", str(path)).exit_code == 0
    assert flask("fixtures", "load", str(tmp_path)).exit_code == 0
    assert bare_session.scalars(select(MenuItem.price)).all() == [99]


def test_faults_are_lines_on_stderr_and_nothing_is_written(flask, bare_session, tmp_path):
    (tmp_path / "a.csv").write_text("restaurant,item,price\nX,Soup,1\nX,Rice,cheap\n")
    (tmp_path / "b.csv").write_text("restaurant,item,price\nY,Soup,-1\n")

    result = flask("fixtures", "load", str(tmp_path))

    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{tmp_path / 'a.csv'}:3: price: ")
    assert second.startswith(f"{tmp_path / 'b.csv'}:2: price: ")
    assert bare_session.scalars(select(Restaurant)).all() == []


@pytest.mark.parametrize("args", [("load", "nowhere"), ("load", "./nowhere.csv"), ("dump", "nowhere")])
def test_what_is_not_there_is_one_line(flask, args):
    result = flask("fixtures", *args)

    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)


def test_a_dump_loads_back(flask, tmp_path):
    flask("fixtures", "load")
    dumped = flask("fixtures", "dump", "urban-burger")
    path = tmp_path / "burger.yaml"
    path.write_text(dumped.stdout)

    again = flask("fixtures", "load", str(path), "--reset")

    assert lines(again) == [["restaurant", "urban-burger", "0", "0", "15", "0", "0"]]
    assert flask("fixtures", "dump", "urban-burger").stdout == dumped.stdout


def test_generate_prints_slugs(flask, bare_session):
    result = flask("fixtures", "generate", "--restaurants", "3", "--items", "40", "--seed", "5")

    assert len(set(result.stdout.split())) == 3
    assert "Generated 3 restaurants with 40 items." in result.stderr
    assert bare_session.scalar(select(func.count(MenuItem.id))) == 40
    assert flask("fixtures", "generate", "--restaurants", "0").exit_code == 2


def test_a_database_without_schema_is_one_line(empty_database_url):
    done = running.run_flask("fixtures", "load", env=running.environment(empty_database_url))

    assert (done.code, done.out) == (1, "")
    assert done.err == "The database has no tables yet; run `flask db upgrade` first.\n"


def test_a_wrong_setting_is_one_line():
    done = running.run_flask(
        "fixtures", "list", env={"DATABASE_URL": "mysql://x", "CARTE_ENV": "development"}
    )

    assert (done.code, done.out) == (1, "")
    assert done.err == "Error: DATABASE_URL must begin with sqlite:// or postgresql://.\n"


def test_an_unreachable_database_is_one_line():
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    done = running.run_flask("people", "list", env=running.environment(url))

    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
    assert "DATABASE_URL" in done.err


def test_the_originals_script_fills_the_database_from_any_folder(bare_database_url, bare_session, tmp_path):
    env = running.subprocess_environment(running.environment(bare_database_url))
    done = subprocess.run(
        [sys.executable, str(ROOT / "fixtures" / "lotsofmenus.py")],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "Loaded 9 restaurants with 48 items" in done.stderr
    assert bare_session.get(Restaurant, 1).name == "Urban Burger"
