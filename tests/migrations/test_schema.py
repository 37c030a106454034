"""The migrated schema is the models' schema: what `flask db check` sees, and what it does not."""

from __future__ import annotations

from sqlalchemy import inspect

from app.models import Base
from tests.migrations.description import describe
from tests.support.migrating import Schema


def test_migrated_is_as_created_from_the_models(databases):
    migrated, created = Schema(databases.empty()), Schema(databases.empty())
    migrated.upgrade()
    with created.connect() as connection:
        Base.metadata.create_all(connection)
    try:
        with migrated.connect() as left, created.connect() as right:
            assert describe(left) == describe(right)
            assert describe(left).keys() == Base.metadata.tables.keys()
    finally:
        for schema in (migrated, created):
            databases.drop(schema.url)


def test_check_is_clean(bare_database_url):
    Schema(bare_database_url).check()


def test_every_table_goes_on_counting(bare_database_url):
    schema = Schema(bare_database_url)
    with schema.connect() as connection:
        described = describe(connection)
        if connection.dialect.name == "sqlite":
            assert all(table["counts"] for table in described.values())
        else:
            assert all("nextval" in str(table["columns"]["id"]) for table in described.values())


def test_every_foreign_key_restricts(bare_database_url):
    schema = Schema(bare_database_url)
    with schema.connect() as connection:
        seen = inspect(connection)
        keys = [key for table in seen.get_table_names() for key in seen.get_foreign_keys(table)]
        assert len(keys) == sum(len(table.foreign_key_constraints) for table in Base.metadata.tables.values())
        assert {key["options"].get("ondelete") for key in keys} == {"RESTRICT"}
