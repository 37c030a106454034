"""The whole database as one digest, and put back as it was, whoever has it open."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any

import psycopg

from app.models import AuditEntry, Base

_TABLES = [table.name for table in Base.metadata.sorted_tables]

#: When a session was last seen is not what a request is asked to write.
_EXEMPT = "last_seen_at"

#: What is refused, and what is taken along, is written down here, whatever becomes of the rest.
_AUDIT = AuditEntry.__tablename__


class SQLiteStore:
    """A database in a file; what it was is kept in memory."""

    def __init__(self, url: str) -> None:
        self._live = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=15, isolation_level=None)
        self._kept = sqlite3.connect(":memory:")
        # No test loses the machine's power.
        self._live.execute("PRAGMA synchronous=OFF")
        self._live.backup(self._kept)
        self._seen: tuple[Any, dict[str, str]] | None = None

    def digests(self) -> dict[str, str]:
        """Return a digest of every table's rows."""
        # It moves when somebody else commits, and only then.
        version = self._live.execute("PRAGMA data_version").fetchone()
        if self._seen is None or self._seen[0] != version:
            self._seen = version, {table: self._digest(table) for table in self._tables() if table != _AUDIT}
        return self._seen[1]

    def restore(self) -> None:
        """Put every table back as it was."""
        self._kept.backup(self._live)
        self._seen = None

    def rows(self, table: str) -> list[dict[str, Any]]:
        cursor = self._live.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def fill(self, table: str, column: str, text: str) -> None:
        """Write one text into every row, past every rule."""
        self._live.execute(f'UPDATE "{table}" SET "{column}" = ?', (text,))
        # Our own writes do not count as somebody else's.
        self._seen = None

    def retell(self, lines: list[tuple[str, str, int]]) -> None:
        """Write what changes of these numbers were before and after, as JSON, past every rule."""
        self._live.executemany('UPDATE "change" SET "before" = ?, "after" = ? WHERE "id" = ?', lines)
        self._seen = None

    def broken(self) -> list[Any]:
        """Return what points at no row."""
        return self._live.execute("PRAGMA foreign_key_check").fetchall()

    def close(self) -> None:
        self._live.close()
        self._kept.close()

    def _tables(self) -> list[str]:
        found = self._live.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return sorted(name for (name,) in found if not name.startswith("sqlite_"))

    def _digest(self, table: str) -> str:
        names = [row[1] for row in self._live.execute(f'PRAGMA table_info("{table}")') if row[1] != _EXEMPT]
        listed = ", ".join(f'"{name}"' for name in names)
        rows = self._live.execute(f'SELECT {listed} FROM "{table}" ORDER BY 1').fetchall()
        return hashlib.sha256(repr(rows).encode()).hexdigest()


class PostgreSQLStore:
    """A database on a server; what it was is kept in a schema of its own beside the tables."""

    def __init__(self, url: str) -> None:
        self._live = psycopg.connect(url, autocommit=True)
        self._seen: dict[str, tuple[Any, str]] = {}
        self._names = [
            name
            for (name,) in self._live.execute(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
            ).fetchall()
        ]
        copies = [f'CREATE TABLE before."{name}" AS TABLE public."{name}"' for name in self._names]
        self._run(["DROP SCHEMA IF EXISTS before CASCADE", "CREATE SCHEMA before", *copies])
        self._kept = self._marks()

    def digests(self) -> dict[str, str]:
        """Return a digest of every table's rows; those that nobody has written since are known."""
        for name, mark in self._marks().items():
            if name != _AUDIT and (name not in self._seen or self._seen[name][0] != mark):
                self._seen[name] = mark, self._digest(name)
        return {name: digest for name, (_, digest) in self._seen.items()}

    def _marks(self) -> dict[str, tuple[int, int]]:
        """Return what moves in each table whenever somebody writes: its rows, their newest transaction."""
        each = " UNION ALL ".join(
            f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM public.\"{name}\""
            for name in self._names
        )
        return {name: (rows, newest) for name, rows, newest in self._live.execute(each).fetchall()}

    def _digest(self, name: str) -> str:
        lines = (
            "SELECT md5(coalesce(string_agg(line, ',' ORDER BY line), '')) FROM"
            f" (SELECT (to_jsonb(t) - '{_EXEMPT}')::text AS line FROM public.\"{name}\" AS t) AS lines"
        )
        (digest,) = self._live.execute(lines).fetchone() or ("",)
        return str(digest)

    def restore(self) -> None:
        """Put every table back as it was; neither triggers nor foreign keys are asked."""
        marks = self._marks()
        changed = [name for name in self._names if marks[name] != self._kept[name]]
        empty = [f'DELETE FROM public."{name}"' for name in changed]
        fill = [f'INSERT INTO public."{name}" SELECT * FROM before."{name}"' for name in changed]
        self._run(["BEGIN", "SET LOCAL session_replication_role = replica", *empty, *fill, "COMMIT"])
        self._kept |= {name: mark for name, mark in self._marks().items() if name in changed}

    def rows(self, table: str) -> list[dict[str, Any]]:
        cursor = self._live.execute(f'SELECT * FROM public."{table}"')
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def fill(self, table: str, column: str, text: str) -> None:
        """Write one text into every row, past every rule but the column's length."""
        most = self._live.execute(
            "SELECT character_maximum_length FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND column_name = %s",
            (table, column),
        ).fetchone()
        self._live.execute(
            f'UPDATE public."{table}" SET "{column}" = %s', (text[: most[0] if most else None],)
        )

    def retell(self, lines: list[tuple[str, str, int]]) -> None:
        """Write what changes of these numbers were before and after, as JSON, past every rule."""
        with self._live.cursor() as cursor:
            cursor.executemany(
                'UPDATE public."change" SET "before" = %s, "after" = %s WHERE "id" = %s', lines
            )

    def broken(self) -> list[Any]:
        """Return what points at no row; the server keeps that by itself."""
        return []

    def close(self) -> None:
        self._run(["DROP SCHEMA before CASCADE"])
        self._live.close()

    def _run(self, statements: list[str]) -> None:
        self._live.execute(";".join(statements))


Store = SQLiteStore | PostgreSQLStore


def open_store(url: str) -> Store:
    """Keep the database at `url` as it is now."""
    return SQLiteStore(url) if url.startswith("sqlite") else PostgreSQLStore(url)


def texts(store: Store) -> set[tuple[str, str, str]]:
    """Return every text that is stored: table, column, text."""
    return {
        (table, name, value)
        for table in _TABLES
        for row in store.rows(table)
        for name, value in row.items()
        if isinstance(value, str)
    }
