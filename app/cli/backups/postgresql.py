"""A PostgreSQL database: the schema `public`, where Carte's tables are, and nothing beside it.

pg_dump writes it down from the same snapshot that the manifest is read from.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL

from app.cli.backups import programs, replacing
from app.cli.backups.contents import OWN, AtRest, Contents, Table
from app.cli.backups.pace import Pace
from app.cli.working import Failed
from app.config import INSTANCE, environment_of_programs

#: Milliseconds that pg_dump waits for a migration to let go of a table.
_PATIENCE = 60_000

#: Rows read alike by every session, whatever its server is set to.
_ALIKE = """
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL client_encoding = 'UTF8'
"""

#: Each table with its key, whose order does not depend on the language of the server.
_TABLES = """
SELECT c.relname, coalesce(
    (SELECT string_agg(
            format(CASE WHEN a.attcollation <> 0 THEN '%I COLLATE "C"' ELSE '%I' END, a.attname), ', '
            ORDER BY array_position(i.indkey, a.attnum))
     FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = c.oid AND i.indisprimary), format('%I.*::text COLLATE "C"', c.relname))
FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
ORDER BY c.relname COLLATE "C"
"""

#: Columns, and the names of indexes and constraints: what every version of PostgreSQL says alike.
_SHAPE = """
SELECT part FROM (
    SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) AS part
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT concat_ws(' ', tablename, indexname) FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, contype) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u', 'x')
) AS parts ORDER BY part COLLATE "C"
"""


class PostgreSQL:
    """The database named by DATABASE_URL."""

    kind = "PostgreSQL"

    def __init__(self, url: URL) -> None:
        self._url, self.address = url, programs.address(url)
        self.name, self.folder = str(url.database), INSTANCE / "backups"

    def rows(self) -> int:
        """Return how many rows people would miss."""
        with self._connect() as connection:
            names = [name for name, _ in connection.execute(_TABLES) if name not in OWN]
            return sum(_count(connection, name) for name in names)

    def copy(self, target: Path) -> Contents:
        """Have pg_dump write down the snapshot that the manifest is read from."""
        with self._connect() as connection:
            program = programs.find("pg_dump", connection.info.server_version // 10_000)
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                programs.run(
                    "Copying the database",
                    program,
                    "--format=custom",
                    "--schema=public",
                    f"--snapshot={snapshot[0] if snapshot else None}",
                    f"--lock-wait-timeout={_PATIENCE}",
                    f"--dbname={self.address.url}",
                    environment=self.address.environment,
                    out=file,
                )
            return _contents(connection)

    def prove(self, copy: Path, expected: Contents) -> str:
        """Restore the copy into a database made for that, where the role may make one, and compare."""
        try:
            with self._scratch() as scratch:
                scratch.put(copy, expected, lambda: None)
                with scratch._connect() as connection:  # noqa: SLF001 -- one of its own
                    wrong = list(expected.differences(_contents(connection)))
        except psycopg.errors.InsufficientPrivilege:
            return prove_list(copy, "the role of DATABASE_URL may not create a database to restore it into")
        if wrong:
            raise Failed(f"The backup cannot be restored: {'; '.join(wrong)}.")
        return "it was restored into a database of its own, and every table and row was compared"

    def put(self, copy: Path, expected: Contents, at_rest: AtRest) -> None:
        """Drop what is there and restore the copy, in one transaction."""
        with self._connect() as connection:
            server = connection.info.server_version // 10_000
        counts = [
            SQL("{} <> (SELECT count(*) FROM {})")
            .format(table.rows, Identifier("public", name))
            .as_string(None)
            for name, table in expected.tables.items()
        ]
        replacing.replace(self.address, copy, server, " OR ".join(counts), at_rest)

    @contextmanager
    def _scratch(self) -> Iterator[PostgreSQL]:
        """Make a database beside this one for as long as the block lasts."""
        name = f"carte_verify_{secrets.token_hex(6)}"
        with closing(self._opened(autocommit=True)) as server:
            server.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
            try:
                yield PostgreSQL(self._url.set(database=name))
            finally:
                server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    @contextmanager
    def _connect(self) -> Iterator[psycopg.Connection]:
        """Open a transaction, in which nothing is written, and end it."""
        with closing(self._opened()) as connection:
            yield connection

    def _opened(self, *, autocommit: bool = False) -> psycopg.Connection:
        return psycopg.connect(
            self.address.url, password=self.address.password, connect_timeout=10, autocommit=autocommit
        )


def prove_list(copy: Path, why: str) -> str:
    """Only have pg_restore read the list of what the copy holds; say so and why."""
    command = (programs.find("pg_restore"), "--list", str(copy))
    programs.run("Reading the list", *command, environment=environment_of_programs({}))
    return f"only its checksum and its list of contents were checked, because {why}"


def _contents(connection: psycopg.Connection) -> Contents:
    tables: dict[str, str] = dict(connection.execute(_TABLES).fetchall())
    if "alembic_version" not in tables:
        return Contents("", "", {})
    connection.execute(_ALIKE)
    revisions = [name for (name,) in connection.execute("SELECT version_num FROM public.alembic_version")]
    shape = repr(connection.execute(_SHAPE).fetchall())
    return Contents(
        ",".join(sorted(revisions)),
        hashlib.sha256(shape.encode()).hexdigest(),
        {name: _table(connection, name, key) for name, key in tables.items()},
    )


def _table(connection: psycopg.Connection, name: str, key: str) -> Table:
    rows = _count(connection, name)
    digest, pace, seen = hashlib.sha256(), Pace(f"Reading {name}:"), 0
    query = SQL("COPY (SELECT * FROM {} ORDER BY {}) TO STDOUT").format(Identifier("public", name), SQL(key))
    with connection.cursor().copy(query) as lines:
        for line in lines:
            digest.update(line)
            seen += len(line)
            pace(f"{seen >> 20} MB")
    return Table(rows, digest.hexdigest())


def _count(connection: psycopg.Connection, name: str) -> int:
    found = connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier("public", name))).fetchone()
    return int(found[0]) if found else 0
