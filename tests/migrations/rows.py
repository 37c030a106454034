"""Rows for each revision of the history, as they could stand in a database of that time."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, DateTime, MetaData, Table, Uuid, inspect, select
from sqlalchemy.types import TypeEngine

from tests.support.migrating import Schema

#: Columns of each table.
Shape = dict[str, list[str]]

_AT = "2026-01-01 12:00:00"


def _restaurant(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Café {number}",
        "slug": f"cafe-{number}",
        "currency": "EUR",
        "time_zone": "Europe/Vienna",
        "language": "de-AT",
        "created_at": _AT,
    }


def _item(number: int) -> dict[str, Any]:
    section = 1 + number % 4
    return {
        "id": number,
        "restaurant_id": 1 + (section - 1) // 2,
        "section_id": section,
        "name": f"Crème brûlée {number}",
        "description": "“Hot” & crisp" if number % 2 else "",
        "price": None if number % 7 == 0 else number * 25,
        "position": number % 5,
        "sold_out_at": _AT if number % 3 == 0 else None,
        "sold_out_until": "2026-01-01 22:00:00" if number % 6 == 0 else None,
        "version": number % 4 + 1,
    }


def _invitation(number: int, role: str, restaurant_id: int | None) -> dict[str, Any]:
    return {
        "id": number,
        "restaurant_id": restaurant_id,
        "email": "guest@example.com",
        "role": role,
        "token_hash": f"{number:064x}",
        "created_at": _AT,
        "created_by_id": 1,
        "expires_at": "2026-01-08 12:00:00",
    }


def _view(number: int, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "list_name": "items",
        "name": name,
        "folded_name": name.lower(),
        "created_at": _AT,
        "created_by_id": 1,
    }


#: Each revision, and what is inserted once it is there: table, rows.
ROWS: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {
    "menus": [
        ("restaurant", [_restaurant(1), _restaurant(2)]),
        ("menu", [{"id": n, "restaurant_id": n, "name": f"Dinner {n}"} for n in (1, 2)]),
        (
            "section",
            [
                {"id": n, "restaurant_id": 1 + (n - 1) // 2, "menu_id": 1 + (n - 1) // 2, "name": f"Part {n}"}
                for n in range(1, 5)
            ],
        ),
        ("menu_item", [_item(n) for n in range(1, 31)]),
    ],
    "people": [
        (
            "user",
            [{"id": n, "name": "Olga Ruiz", "email": "o@example.com", "created_at": _AT} for n in (1, 2)],
        ),
        (
            "identity",
            [
                {
                    "id": 1,
                    "user_id": 1,
                    "issuer": "https://accounts.example.com",
                    "subject": "1",
                    "email_verified": True,
                    "created_at": _AT,
                }
            ],
        ),
        (
            "user_session",
            [
                {
                    "id": 1,
                    "user_id": 1,
                    "token_hash": "a" * 64,
                    "provider": "google",
                    "created_at": _AT,
                    "last_seen_at": _AT,
                    "expires_at": "2026-01-02 00:00:00",
                }
            ],
        ),
        ("menu_item", [{**_item(31), "sold_out_at": _AT, "sold_out_by_id": 2}]),
    ],
    "memberships": [
        ("membership", [{"id": 1, "restaurant_id": 1, "user_id": 1, "role": "owner", "created_at": _AT}]),
        ("invitation", [_invitation(1, "staff", 1), _invitation(2, "administrator", None)]),
        (
            "fixture_row",
            [{"id": 1, "restaurant_id": 1, "kind": "item", "key": "a/b", "row_id": 1, "row_version": 1}],
        ),
    ],
    "history": [
        (
            "change",
            [
                {
                    "id": 1,
                    "restaurant_id": 1,
                    "menu_id": 1,
                    "kind": "menu_item",
                    "row_id": 2,
                    "version": 3,
                    "verb": "changed",
                    "name": "Crème brûlée 2",
                    "fields": "price",
                    "before": {"price": 25},
                    "after": {"price": 50},
                    "act": "0" * 32,
                    "at": _AT,
                    "by_id": 1,
                }
            ],
        ),
    ],
    "access": [
        (
            "audit",
            [
                {"id": 1, "restaurant_id": 1, "event": "role:given", "at": _AT, "by_id": 1, "act": "0" * 32},
                {"id": 2, "event": "sign-in:refused", "at": _AT, "reason": "“No” — é", "address": "::1"},
            ],
        ),
        (
            "user",
            [
                {
                    "id": 3,
                    "name": "Mia Chen",
                    "email": "m@example.com",
                    "created_at": _AT,
                    "language": "de-AT",
                    "time_zone": "Europe/Vienna",
                }
            ],
        ),
        ("invitation", [{**_invitation(3, "staff", 1), "mailed_at": _AT}]),
    ],
    "saved_views": [
        (
            "saved_view",
            [
                {
                    **_view(1, "Straße"),
                    "user_id": 1,
                    "folded_name": "strasse",
                    "query": "search=%C3%A9&desc=1",
                },
                {**_view(2, "Sold out"), "restaurant_id": 1, "changed_at": _AT, "changed_by_id": 2},
            ],
        ),
        (
            "default_view",
            [
                {"id": 1, "user_id": 1, "list_name": "items", "view_id": 1, "created_at": _AT},
                {"id": 2, "restaurant_id": 1, "list_name": "items", "view_id": 2, "created_at": _AT},
                {
                    "id": 3,
                    "restaurant_id": 1,
                    "user_id": 2,
                    "list_name": "items",
                    "view_id": 2,
                    "created_at": _AT,
                },
            ],
        ),
    ],
}


def fill(url: str) -> None:
    """Bring an empty database to the newest revision, with the rows of all of them."""
    schema = Schema(url)
    for revision in ROWS:
        schema.upgrade(revision)
        with schema.connect() as connection:
            insert(connection, revision)


def insert(connection: Connection, revision: str) -> None:
    """Insert the rows of this revision."""
    for table, rows in ROWS[revision]:
        reflected = Table(table, MetaData(), autoload_with=connection, resolve_fks=False)
        for row in rows:
            connection.execute(reflected.insert(), [_as_stored(reflected, row)])


def shape(connection: Connection) -> Shape:
    """Return the tables that are there, and their columns."""
    seen = inspect(connection)
    tables = set(seen.get_table_names()) - {"alembic_version"}
    return {table: [column["name"] for column in seen.get_columns(table)] for table in sorted(tables)}


def contents(connection: Connection, of: Shape) -> dict[str, tuple[int, str]]:
    """Return each table's number of rows, and a hash of these columns of all of them."""
    return {table: _content(connection, table, columns) for table, columns in of.items()}


def _content(connection: Connection, table: str, columns: list[str]) -> tuple[int, str]:
    reflected = Table(table, MetaData(), autoload_with=connection, resolve_fks=False)
    statement = select(*(reflected.c[name] for name in columns)).order_by(reflected.c.id)
    rows = [tuple(row) for row in connection.execute(statement)]
    return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()


def _as_stored(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with its moments and numbers of acts as the driver wants them."""
    return {name: _value(table.c[name].type, value) for name, value in row.items() if name in table.c}


def _value(kind: TypeEngine[Any], value: Any) -> Any:
    if isinstance(kind, DateTime) and value:
        return datetime.fromisoformat(f"{value}+00:00")
    if isinstance(kind, Uuid):
        return UUID(value)
    return value
