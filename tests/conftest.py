"""The fixtures of every test; see tests/support for how they work.

`app` runs a test once on SQLite and once on PostgreSQL, each on a fresh database with the sample
data; `bare_app` the same without a single row.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.orm import Session

from app import create_app, tenancy
from app.extensions import db
from app.services import signatures
from tests.support import browsing, filling, needs, remembering, running, town
from tests.support.databases import OURS, Databases, PostgreSQLDatabases, SQLiteDatabases

MakeApp = Callable[..., Flask]

_TRYING_MUCH = {"attacks"}

#: What shares something dear: one worker has all of it, for each kind of database, and has it first.
_TOGETHER = {
    "fuzz": "a Carte whose every page was walked",
    "browser": "a browser",
    "attacks/test_over_the_wire.py": "a server",
}


def pytest_configure() -> None:
    remembering.begin()


def pytest_collection_finish() -> None:
    remembering.settle()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-examples", type=int, help="how many requests each test of tests/fuzz sends")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the attacks to the full tier: they try very much. Keep together what shares something dear."""
    for item in items:
        place = item.path.relative_to(needs.ROOT / "tests")
        if place.parts[0] in _TRYING_MUCH:
            item.add_marker(pytest.mark.slow)
        for together in {place.parts[0], place.as_posix()} & _TOGETHER.keys():
            kind = "postgresql" if item.get_closest_marker("postgresql") else "sqlite"
            item.add_marker(pytest.mark.xdist_group(f"{Path(together).stem}-{kind}"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    needs.check(item)


@pytest.fixture(autouse=True)
def _limits_anew() -> None:
    """Forget what roles reach: some tests give a role more than it has."""
    tenancy._limits.cache_clear()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return SQLiteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    databases = PostgreSQLDatabases()
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """The maker of databases, once for each kind."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The address of a fresh database with the sample data."""
    url = databases.copy(filling.load_samples)
    yield url
    databases.drop(url)


@pytest.fixture
def bare_database_url(databases: Databases) -> Iterator[str]:
    """The address of a fresh database with the schema and no row."""
    url = databases.copy(filling.migrate)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """The address of a fresh database without a table."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The small town of tests/support/town.py, one a module and database kind: no test commits."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    url = made.copy(town.fill_database)
    with town.engine_on(url) as opened:
        yield opened
    made.drop(url)


@pytest.fixture
def make_app(database_url: str) -> Iterator[MakeApp]:
    """Builds applications on the test's database: `make_app(CARTE_SIGN_UP="invited")`."""
    yield from _making_apps(database_url)


@pytest.fixture
def make_bare_app(bare_database_url: str) -> Iterator[MakeApp]:
    """Builds applications on a database without rows."""
    yield from _making_apps(bare_database_url)


def _making_apps(url: str) -> Iterator[MakeApp]:
    made: list[Flask] = []

    def make(**env: str) -> Flask:
        app = create_app(running.settings(url, **env))
        app.testing = True
        app.test_client_class = browsing.Client
        remembering.share(app)
        _spare_the_disk(app)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _spare_the_disk(app: Flask) -> None:
    """No test loses the machine's power; PostgreSQL is told in databases.py."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda made, _record: made.execute("PRAGMA synchronous=OFF"))


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """Carte in development, on a fresh database with the sample data."""
    return make_app()


@pytest.fixture
def bare_app(make_bare_app: MakeApp) -> Flask:
    """Carte in development, on a fresh database without rows."""
    return make_bare_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A guest's browser."""
    return app.test_client()


@pytest.fixture
def sign_in(request: pytest.FixtureRequest) -> Callable[..., FlaskClient]:
    """`sign_in("olga")` returns Olga's browser; `sign_in("olga", other_app)` that of another application."""

    def sign(key: str, app: Flask | None = None) -> FlaskClient:
        return browsing.sign_in(app or request.getfixturevalue("app"), key)

    return sign


@pytest.fixture
def post() -> Callable[..., Any]:
    """`post(client, url, data)` sends a form with a valid CSRF token."""
    return browsing.post


@pytest.fixture
def query_counter() -> Callable[..., Any]:
    """`with query_counter(app) as queries:` collects SQL statements."""
    return browsing.query_counter


@pytest.fixture
def run_flask(database_url: str) -> Callable[..., running.Finished]:
    """`run_flask("fixtures", "list")` runs the real command on the test's database."""

    def run(*args: str, env: dict[str, str] | None = None, **kwargs: Any) -> running.Finished:
        for prepare in browsing.before_each_request:
            prepare()
        return running.run_flask(*args, env=running.environment(database_url, **(env or {})), **kwargs)

    return run


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """An unscoped session for arranging and asserting.

    What it arranged is committed, and what it read forgotten, before each request and each command.
    """
    yield from _session_on(database_url)


@pytest.fixture
def bare_session(bare_database_url: str) -> Iterator[Session]:
    """As `session`, on the database without rows."""
    yield from _session_on(bare_database_url)


def _session_on(url: str) -> Iterator[Session]:
    engine = _engine_on(running.settings(url).database_url)
    with Session(engine) as session:
        tenancy.enter(session, tenancy.Unscoped(tenancy.Reason.COMMAND_LINE))
        signatures.sign(session, by=None, at=datetime.now(UTC))
        settle = partial(_settle, session, threading.get_ident())
        browsing.before_each_request.append(settle)
        yield session
        browsing.before_each_request.remove(settle)
    engine.dispose()


def _engine_on(url: str) -> Engine:
    if not url.startswith("sqlite"):
        # One connection for the whole test: in a new one, PostgreSQL looks at each table for the first time.
        arguments = {"application_name": OURS}
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=1, pool_pre_ping=True, connect_args=arguments
        )
    else:
        engine = create_engine(url, poolclass=NullPool)
        _open_sqlite(engine)
    remembering.share_statements(engine)
    return engine


def _open_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")


def _settle(session: Session, owner: int) -> None:
    # A request in another thread must not touch this thread's session.
    if threading.get_ident() == owner:
        session.commit()
