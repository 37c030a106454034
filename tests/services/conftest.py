"""The small town, one copy a test, in which acts are committed and undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import acting, town
from tests.support.databases import Databases
from tests.support.town import engine_on


@pytest.fixture
def town_url(databases: Databases) -> Iterator[str]:
    url = databases.copy(town.fill_database)
    yield url
    databases.drop(url)


@pytest.fixture
def people(town_url: str) -> Iterator[acting.Town]:
    with engine_on(town_url) as engine:
        yield acting.Town(engine)
