"""Moving a test's database through the history of the schema, in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, event

from app import create_app
from app.extensions import db
from tests.support.needs import ROOT
from tests.support.running import settings

VERSIONS = ROOT / "migrations" / "versions"


class Schema:
    """The schema of one database; raises what Alembic raises, instead of ending the process."""

    def __init__(self, url: str, directory: Path = ROOT / "migrations") -> None:
        self.url = settings(url).database_url
        self._app = create_app(settings(url))
        self._directory = directory

    def upgrade(self, to: str = "head") -> None:
        with self._config() as config:
            command.upgrade(config, to)

    def downgrade(self, to: str) -> None:
        with self._config() as config:
            command.downgrade(config, to)

    def check(self) -> None:
        with self._config() as config:
            command.check(config)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a transaction of one's own, with foreign keys enforced."""
        engine = create_engine(self.url, poolclass=NullPool)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _enforce)
        with engine.begin() as connection:
            yield connection

    @contextmanager
    def _config(self) -> Iterator[Config]:
        with self._app.app_context():
            migrate = self._app.extensions["migrate"].migrate
            yield migrate.get_config(str(self._directory))
            db.engine.dispose()


def history_with(folder: Path, upgrade: str, downgrade: str = "pass") -> Path:
    """Copy the history into `folder` and add a revision "next" with these bodies; return the copy."""
    directory = folder / "migrations"
    shutil.copytree(ROOT / "migrations", directory, ignore=shutil.ignore_patterns("__pycache__"))
    add_revision(directory, "next", head(), upgrade, downgrade)
    return directory


def add_revision(directory: Path, name: str, after: str, upgrade: str, downgrade: str = "pass") -> None:
    """Write one more revision, with these bodies, into a copy of the history."""
    (directory / "versions" / f"20990101_0000_{name}.py").write_text(
        _SCRIPT.format(name=name, down=after, upgrade=_indent(upgrade), downgrade=_indent(downgrade))
    )


def head() -> str:
    """Return the newest revision."""
    return revisions()[-1]


def revisions() -> list[str]:
    """Return the history's revisions, oldest first."""
    scripts = ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
    return [script.revision for script in scripts][::-1]


_SCRIPT = '''"""A revision of a test."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "{name}", "{down}"


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''


def _indent(body: str) -> str:
    return "\n".join(f"    {line}" for line in body.strip().splitlines())


def _enforce(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
