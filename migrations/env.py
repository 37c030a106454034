"""How a migration reaches the database; Alembic runs this file for every `flask db` command.

It opens connections of its own: the application's would enforce foreign keys while a table is
copied, and SQLite would then delete, exit 0, every row that refers to it with CASCADE.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from migrations import autogenerate, postgresql, speaking, sqlite


def _options() -> dict[str, Any]:
    migrate = current_app.extensions["migrate"]
    return {**migrate.configure_args, **autogenerate.OPTIONS, "target_metadata": migrate.db.metadata}


def _print_sql(url: URL) -> None:
    """Write the statements to stdout; SQLite needs a database to copy tables in."""
    context.configure(
        url=url,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        transaction_per_migration=True,
        **_options(),
    )
    if url.get_backend_name() == "postgresql":
        context.execute(postgresql.LOCK_TIMEOUT)
    with context.begin_transaction():
        context.run_migrations()


def _changes_schema() -> bool:
    """Tell `upgrade`, `downgrade` and `stamp`, which have somewhere to go, from the rest."""
    try:
        context.get_revision_argument()
    except KeyError:
        return False
    return True


def _run(url: URL) -> None:
    engine = sqlite if url.get_backend_name() == "sqlite" else postgresql
    try:
        engine.run(url, _options(), changes=_changes_schema())
    except SQLAlchemyError as error:
        raise CommandError(_one_line(error)) from error


def _one_line(error: SQLAlchemyError) -> str:
    """Say what the database said, and to which statement."""
    if not isinstance(error, DBAPIError):
        return " ".join(str(error).split())
    words = str(error.orig).strip().splitlines()[0]
    statement = " ".join((error.statement or "").split())
    return f"{words} (in: {statement[:200]})" if statement else words


speaking.begin()
_url = current_app.extensions["migrate"].db.engine.url
if context.is_offline_mode():
    _print_sql(_url)
else:
    _run(_url)
