"""A PostgreSQL database put back as it was: rows and numbers from a schema of its own beside them.

Only what a test has changed is written again: most tests change two or three tables of fifteen.
"""

from __future__ import annotations

from typing import Any

import psycopg

from app.models import Base

_TABLES = [*(table.name for table in Base.metadata.sorted_tables), "alembic_version"]

_KEEP = """
CREATE SCHEMA kept;
CREATE TABLE kept.numbers AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
"""

#: The system's own rows about every table, column, index, constraint and trigger, with the
#: transactions that wrote them, as one text: what a test must not have changed.
_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat_ws(' ', relation.oid, attnum, attribute.xmin) AS part
    FROM pg_class AS relation LEFT JOIN pg_attribute AS attribute ON attrelid = relation.oid
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_attrdef
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS parts
"""

#: How many rows each table has, and the newest transaction that wrote one of them: no row is
#: written, taken away or put in another's place without a difference in one of the two.
_MARKS = " UNION ALL ".join(
    f"SELECT '{table}' AS name, count(*) AS rows, max(xmin::text::bigint) AS newest FROM public.\"{table}\""
    for table in _TABLES
)

_CHANGED = f"""
SELECT name FROM ({_MARKS}) AS now JOIN kept.marks AS before USING (name)
WHERE (now.rows, now.newest) IS DISTINCT FROM (before.rows, before.newest)
"""

_RENUMBER = """
SELECT setval(format('public.%I', sequencename)::regclass, coalesce(last_value, 1), last_value IS NOT NULL)
FROM kept.numbers
"""


def remember(url: str) -> None:
    """Keep the rows of every table, and each sequence's number, within the database itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_KEEP)
        for table in _TABLES:
            connection.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')
        connection.execute(f"CREATE TABLE kept.marks AS {_MARKS}")
        connection.execute(f"CREATE TABLE kept.shape AS {_SHAPE}")


def reset(connection: psycopg.Connection[Any]) -> bool:
    """Put rows and numbers back; False when the schema is not what it was."""
    with connection.transaction():
        shape = connection.execute(_SHAPE).fetchone()
        if shape != connection.execute("SELECT * FROM kept.shape").fetchone():
            return False
        changed = [name for (name,) in connection.execute(_CHANGED)]
        # Neither foreign keys nor triggers are asked: everything will be as it was.
        back = ["SET LOCAL session_replication_role = replica"]
        back += [f'DELETE FROM public."{table}"' for table in changed]
        back += [f'INSERT INTO public."{table}" SELECT * FROM kept."{table}"' for table in changed]
        connection.execute(";".join([*back, _RENUMBER]))
        connection.execute(
            f"UPDATE kept.marks SET rows = now.rows, newest = now.newest FROM ({_MARKS}) AS now"
            " WHERE marks.name = now.name AND marks.name = ANY(%s)",
            (changed,),
        )
    return True
