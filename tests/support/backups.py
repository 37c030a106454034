"""Writing past Carte, while `flask backup` is at work."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
from sqlalchemy import make_url

from tests.support.databases import OURS


def raise_price(url: str, cents: int) -> None:
    """Add cents to the first dish, waiting for whoever is before us."""
    statement = f"UPDATE menu_item SET price = price + {cents} WHERE id = 1"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database, timeout=20)) as connection:
            connection.execute(statement)
            connection.commit()
    else:
        with psycopg.connect(url) as connection:
            connection.execute(statement)


def wait_until_alone(url: str) -> None:
    """Wait until a PostgreSQL database has noticed that everybody else's process has ended."""
    if url.startswith("sqlite"):
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> %s"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(10_000):
            if connection.execute(others, [OURS]).fetchone() == (0,):
                return
    raise AssertionError("somebody is still connected")
