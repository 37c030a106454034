"""Migrating SQLite: all or nothing, one at a time, with a copy of the database taken before.

SQLite alters a table by copying it ("batch mode"). With foreign keys enforced, dropping the old
table would take every CASCADE child along; and switching them off inside a transaction does
nothing, silently. So they are off before the first transaction, and checked before the last ends.
"""

from __future__ import annotations

from contextlib import nullcontext
from sqlite3 import Connection as SQLiteConnection
from typing import Any

import click
from alembic import context
from alembic.ddl.sqlite import SQLiteImpl
from alembic.operations.batch import ApplyBatchImpl
from alembic.util import CommandError
from sqlalchemy import URL, Column, Connection, Engine, NullPool, Table, create_engine, event, text
from sqlalchemy.sql import quoted_name

from migrations import copying

#: How long one upgrade waits for another, or for a write of the application, in seconds.
PATIENCE = 600


class SQLite(SQLiteImpl):
    """Alembic's SQLite, which copies a table whatever the cost, and forgets to count.

    Where foreign keys are enforced, to drop the copied table would delete the rows that refer to it.
    And a copied table loses AUTOINCREMENT and its highest number: the number of a deleted row would
    go to the next new one, and an old link to somebody else's.
    """

    __dialect__ = "sqlite"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._numbers: dict[str, int] = {}

    def prep_table_for_batch(self, batch_impl: ApplyBatchImpl, table: Table) -> None:
        self._refuse_enforcement(table)
        super().prep_table_for_batch(batch_impl, table)
        highest = self._highest_number(table.name)
        if batch_impl.new_table is not None and highest is not None:
            batch_impl.new_table.dialect_options["sqlite"]["autoincrement"] = True
            self._numbers[table.name] = highest

    def drop_table(self, table: Table, **kw: Any) -> None:
        self._refuse_enforcement(table)
        super().drop_table(table, **kw)

    def rename_table(
        self, old_table_name: str, new_table_name: str | quoted_name, schema: str | quoted_name | None = None
    ) -> None:
        super().rename_table(old_table_name, new_table_name, schema=schema)
        highest = self._numbers.pop(new_table_name, None)
        if highest is not None and self.connection is not None:
            self.connection.execute(
                text("UPDATE sqlite_sequence SET seq = :highest WHERE name = :name"),
                {"highest": highest, "name": new_table_name},
            )

    def _refuse_enforcement(self, table: Table) -> None:
        if self.connection is not None and self.connection.scalar(text("PRAGMA foreign_keys")):
            raise CommandError(
                f"Foreign keys are enforced, so copying or dropping {table.name} could delete rows of others;"
                " nothing was changed. Only migrations/sqlite.py may set PRAGMA foreign_keys."
            )

    def _highest_number(self, table: str) -> int | None:
        """Return the last number that an AUTOINCREMENT table gave, 0 before the first; None for others."""
        if self.connection is None:
            return None
        made = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
        if "AUTOINCREMENT" not in str(self.connection.scalar(made, {"name": table})).upper():
            return None
        last = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return int(self.connection.scalar(last, {"name": table}) or 0)

    def compare_server_default(
        self,
        inspector_column: Column[Any],
        metadata_column: Column[Any],
        rendered_metadata_default: str | None,
        rendered_inspector_default: str | None,
    ) -> bool:
        # Alembic takes the quotes off every default but the empty one, which a copied table has in brackets.
        if {rendered_metadata_default, rendered_inspector_default} <= {"", "''", "('')"}:
            return False
        return super().compare_server_default(
            inspector_column, metadata_column, rendered_metadata_default, rendered_inspector_default
        )


def run(url: URL, options: dict[str, Any], *, changes: bool) -> None:
    """Run the command in one transaction, which holds the write lock when it changes anything."""
    with _engine(url, "BEGIN IMMEDIATE" if changes else "BEGIN").connect() as connection:
        context.configure(connection=connection, transactional_ddl=True, **options)
        # What PostgreSQL wants outside a transaction, SQLite does inside: all or nothing.
        context.get_context().autocommit_block = nullcontext  # type: ignore[assignment]
        with context.begin_transaction():
            if changes:
                _copy_first(url)
            context.run_migrations()
            _check_references(connection)


def _engine(url: URL, begin: str) -> Engine:
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def _prepare(connection: SQLiteConnection, _record: object) -> None:
        # SQLAlchemy begins each transaction; the driver must not begin or end one by itself.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=OFF")
        if connection.execute("PRAGMA foreign_keys").fetchone() != (0,):
            raise CommandError("SQLite keeps enforcing foreign keys; nothing was changed.")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _copy_first(url: URL) -> None:
    """Copy the database as it was before this transaction, whose lock keeps other writers out."""
    migrating = context.get_context()
    heads = migrating.get_current_heads()
    pending = any(migrating.opts["fn"](heads, migrating))
    if heads and pending:
        click.echo(f"The database as it was is in {copying.copy(url, heads[0])}", err=True)


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        table, row, parent, _ = broken
        raise CommandError(f"Row {row} of {table} would refer to a missing {parent}; nothing was changed.")
