"""A PostgreSQL database put back as it was: rows and numbers from a schema of its own beside them."""

from __future__ import annotations

import psycopg

from app.models import Base

#: Parents first, so that each row finds the row it points at.
_TABLES = [*(table.name for table in Base.metadata.sorted_tables), "alembic_version"]

_KEEP = """
CREATE SCHEMA kept;
CREATE TABLE kept.numbers AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
"""

#: Every column and index there is, as one text: what a test must not have changed.
_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT table_name || column_name || data_type || is_nullable AS part
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
) AS parts
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
        connection.execute(f"CREATE TABLE kept.shape AS {_SHAPE}")


def reset(url: str) -> bool:
    """Put rows and numbers back; False when the schema is not what it was."""
    back = [f'DELETE FROM public."{table}"' for table in reversed(_TABLES)]
    back += [f'INSERT INTO public."{table}" SELECT * FROM kept."{table}"' for table in _TABLES]
    with psycopg.connect(url) as connection:
        shape = connection.execute(_SHAPE).fetchone()
        if shape != connection.execute("SELECT * FROM kept.shape").fetchone():
            return False
        connection.execute(";".join([*back, _RENUMBER]))
    return True
