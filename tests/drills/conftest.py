"""What every drill has: its size, a real server of its own on either database, its figure.

A drill is a file test_NAME.py here; its module constant KEYS names what its figure line says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import MenuItem
from tests.drills import editing, load
from tests.house import starting
from tests.support.ports import free_port

Start = Callable[..., starting.Start]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-drills", action="store_true", help="run tests/drills in full, as bin/drill does")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures of the drills that held."""
    for report in terminalreporter.getreports("passed"):
        for name, line in getattr(report, "user_properties", []):
            if name == "figure" and report.when == "call":
                terminalreporter.write_line(line)


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether this is the drill itself, and not the small one that goes with the other tests."""
    return bool(request.config.getoption("--full-drills", default=False))


@pytest.fixture
def figure(request: pytest.FixtureRequest, database_url: str) -> Callable[..., None]:
    """`figure(lost=0, p50="12 ms")` says what came out, under the names of the module's KEYS."""
    drill = request.path.stem.removeprefix("test_")

    def say(**values: object) -> None:
        assert tuple(values) == request.module.KEYS
        # Not `record_property`, which warns of a report format that has room for it all the same.
        request.node.user_properties.append(("figure", load.figure(drill, database_url, **values)))

    return say


@pytest.fixture
def priced(session: Session) -> Callable[[int], list[int]]:
    """`priced(3)` returns the numbers of three dishes of Urban Burger, which cost `START` cents now."""

    def put(count: int) -> list[int]:
        own = select(MenuItem).where(MenuItem.restaurant_id == 1).order_by(MenuItem.id).limit(count)
        rows = session.scalars(own).all()
        for row in rows:
            row.price = editing.START
        session.commit()
        return [row.id for row in rows]

    return put


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scratch copy of the project, from which the servers start."""
    return starting.copy(tmp_path_factory.mktemp("drills") / "project")


@pytest.fixture
def start(project: Path, database_url: str) -> Start:
    """`with start() as server: server.serving()` is a bin/run on the test's database."""

    def begin(*arguments: str, **environment: str) -> starting.Start:
        arguments = arguments or ("--port", str(free_port()))
        return starting.Start(project, arguments, {"DATABASE_URL": database_url, **environment})

    return begin


@pytest.fixture
def server(start: Start) -> Iterator[starting.Start]:
    """A server that serves: two workers, as bin/run starts them."""
    with start() as running:
        yield running.serving()
