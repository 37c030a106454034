"""A whole schema as plain data, in the database's own words, so that two can be compared."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import Inspector

Description = dict[str, dict[str, Any]]


def describe(connection: Connection) -> Description:
    """Return everything about every table but the order of its columns."""
    seen = inspect(connection)
    own_words = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    return {
        table: {**_table(seen, table), **own_words(connection, table)}
        for table in sorted(set(seen.get_table_names()) - {"alembic_version"})
    }


def _table(seen: Inspector, table: str) -> dict[str, Any]:
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], _default(column["default"]))
            for column in seen.get_columns(table)
        },
        "primary key": seen.get_pk_constraint(table)["constrained_columns"],
        "foreign keys": sorted(map(_plain, seen.get_foreign_keys(table))),
        "uniques": sorted(map(_plain, seen.get_unique_constraints(table))),
        "checks": sorted(map(_plain, seen.get_check_constraints(table))),
        "indexes": sorted(map(_plain, seen.get_indexes(table))),
    }


def _plain(reflected: Any) -> str:
    # What is an SQL clause, such as the rows that an index is of, is compared by its words.
    worded = {
        key: {name: str(each) for name, each in value.items()} if isinstance(value, dict) else value
        for key, value in reflected.items()
    }
    return repr(sorted((key, value) for key, value in worded.items() if value not in ({}, None)))


def _default(default: str | None) -> str | None:
    """Return the default without the brackets that a copied table has around it."""
    return None if default is None else re.sub(r"^\((.*)\)$", r"\1", default)


def _sqlite(connection: Connection, table: str) -> dict[str, Any]:
    made = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    indexes = text(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
    )
    return {
        "counts": "AUTOINCREMENT" in str(connection.scalar(made, {"table": table})),
        "index statements": sorted(connection.scalars(indexes, {"table": table})),
    }


def _postgresql(connection: Connection, table: str) -> dict[str, Any]:
    constraints = text(
        "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = CAST(quote_ident(:table) AS regclass)"
    )
    indexes = text(
        "SELECT pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END"
        " FROM pg_index WHERE indrelid = CAST(quote_ident(:table) AS regclass)"
    )
    return {
        "constraints": sorted(connection.scalars(constraints, {"table": table})),
        "index statements": sorted(connection.scalars(indexes, {"table": table})),
    }
