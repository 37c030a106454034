from __future__ import annotations

import pytest

from tests.migrations import rows


@pytest.fixture
def filled_url(sqlite_databases):
    """The address of an SQLite database at the newest revision, with the rows of all of them."""
    url = sqlite_databases.copy(rows.fill)
    yield url
    sqlite_databases.drop(url)
