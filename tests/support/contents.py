"""Every value of every row, to compare what the database was with what a request has left of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.orm import Session

#: When a session was last seen is not what a request is asked to write.
_SEEN = "last_seen_at"

#: How the tables begin that keep note of refusals, and so are written to by them.
_NOTES = "audit"

#: A row: column and value. The rows of each table, by the table's name.
Row = dict[str, Any]
Contents = dict[str, list[Row]]


def contents(session: Session) -> Contents:
    """Return all that is committed in the session's database, also what no model knows of."""
    session.commit()
    with session.get_bind().connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        return {name: _rows(connection, name) for name in names if not name.startswith(_NOTES)}


def differences(before: Contents, after: Contents) -> Contents:
    """Return the rows that only one of the two has, by table."""
    found = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name, []), after.get(name, [])
        if old != new:
            found[name] = [row for row in old + new if row not in old or row not in new]
    return found


@contextmanager
def unchanged(session: Session) -> Iterator[None]:
    """Fail unless all that is in the database is the same after the block as before it."""
    before = contents(session)
    yield
    changed = differences(before, contents(session))
    assert not changed, f"the database is another now: {changed}"


def _rows(connection: Connection, table: str) -> list[Row]:
    found = connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings()
    rows = [{name: value for name, value in row.items() if name != _SEEN} for row in found]
    return sorted(rows, key=repr)
